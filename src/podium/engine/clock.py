"""The engine's clock port: the time, and being called at a time. Tests hand in a virtual one."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """A call that has been asked for."""

    def cancel(self) -> None:
        """Don't make the call. Does nothing when it has been made."""


class Clock(Protocol):
    """Time as the engine knows it, in epoch milliseconds."""

    def now_ms(self) -> int:
        """Now."""

    def call_at(self, at_ms: int, callback: Callable[[], None]) -> Timer:
        """Call back on the event loop at a time, or soon when it has passed."""


class SystemClock:
    """The machine's wall clock."""

    def now_ms(self) -> int:
        """Now."""
        return time.time_ns() // 1_000_000

    def call_at(self, at_ms: int, callback: Callable[[], None]) -> Timer:
        """Scheduled on the running loop; sleeps in slices so that a changed wall clock is noticed."""
        return _WallClockTimer(self, at_ms, callback)


LONGEST_SLEEP_SECONDS = 10.0


class _WallClockTimer:
    """The loop sleeps by its monotonic clock; the deadline is on the wall clock, which may be set meanwhile."""

    def __init__(self, clock: SystemClock, at_ms: int, callback: Callable[[], None]) -> None:
        self._clock = clock
        self._at_ms = at_ms
        self._callback = callback
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None
        self._arm()

    def _arm(self) -> None:
        remaining = (self._at_ms - self._clock.now_ms()) / 1000
        if remaining <= 0:
            self._handle = self._loop.call_later(0, self._callback)
        else:
            self._handle = self._loop.call_later(min(remaining, LONGEST_SLEEP_SECONDS), self._arm)

    def cancel(self) -> None:
        """Don't make the call."""
        if self._handle is not None:
            self._handle.cancel()

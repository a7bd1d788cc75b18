"""Virtual time: it stands still until it is turned, so that a Wait of thirty days tests in a millisecond."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from itertools import count


class VirtualTimer:
    """A call the clock will make when it is turned past its time."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """Don't make the call."""
        self.callback = None


class VirtualClock:
    """A `Clock` whose time only `advance` moves. Times in epoch milliseconds."""

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        self._now_ms = now_ms
        self._timers: list[tuple[int, int, VirtualTimer]] = []
        self._order = count()

    def now_ms(self) -> int:
        """Now."""
        return self._now_ms

    def call_at(self, at_ms: int, callback: Callable[[], None]) -> VirtualTimer:
        """Called when the clock is turned to `at_ms` or beyond; soon when that has passed."""
        timer = VirtualTimer(callback)
        if at_ms <= self._now_ms:
            asyncio.get_running_loop().call_soon(_fire, timer)
        else:
            heapq.heappush(self._timers, (at_ms, next(self._order), timer))
        return timer

    async def advance(self, milliseconds: int, settle: Callable[[], Awaitable[None]]) -> None:
        """Turn the clock on, stopping at every timer on the way.

        `settle` is awaited after each stop; it returns when nothing more happens without time passing
        (`Engine.quiet`), so that what one timer sets off is done before the next.
        """
        until_ms = self._now_ms + milliseconds
        await settle()
        while self._timers and self._timers[0][0] <= until_ms:
            at_ms, _, timer = heapq.heappop(self._timers)
            if timer.callback is None:
                continue
            self._now_ms = max(self._now_ms, at_ms)
            _fire(timer)
            await settle()
        self._now_ms = until_ms

    def next_timer_ms(self) -> int | None:
        """When the next timer is due."""
        while self._timers and self._timers[0][2].callback is None:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None


def _fire(timer: VirtualTimer) -> None:
    callback, timer.callback = timer.callback, None
    if callback is not None:
        callback()

"""Virtual time: it stands still until it is turned, so that a Wait of thirty days tests in a millisecond."""

import asyncio
from collections.abc import Awaitable, Callable

from podium.engine.pending_calls import PendingCall, PendingCalls


class VirtualClock:
    """A `Clock` whose time only `advance` moves. Times in epoch milliseconds."""

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        self._now_ms = now_ms
        self._calls = PendingCalls()

    def now_ms(self) -> int:
        """Now."""
        return self._now_ms

    def call_at(self, at_ms: int, callback: Callable[[], None]) -> PendingCall:
        """Called when the clock is turned to `at_ms` or beyond; soon when that has passed."""
        if at_ms > self._now_ms:
            return self._calls.add(at_ms, callback)
        call = PendingCall(callback)
        asyncio.get_running_loop().call_soon(call.make)
        return call

    async def advance(self, milliseconds: int, settle: Callable[[], Awaitable[None]]) -> None:
        """Turn the clock on, stopping at every timer on the way.

        `settle` is awaited after each stop; it returns when nothing more happens without time passing
        (`Engine.quiet`), so that what one timer sets off is done before the next.
        """
        until_ms = self._now_ms + milliseconds
        await settle()
        while (due_ms := self._calls.next_ms()) is not None and due_ms <= until_ms:
            self._now_ms = max(self._now_ms, due_ms)
            self._calls.pop().make()
            await settle()
        self._now_ms = until_ms

    def next_timer_ms(self) -> int | None:
        """When the next timer is due."""
        return self._calls.next_ms()

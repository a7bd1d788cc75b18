"""Calls asked of a clock that isn't the event loop's: a heap by time, first asked first called."""

import heapq
from collections.abc import Callable
from itertools import count


class PendingCall:
    """A call to come; a `Timer`."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback: Callable[[], None] | None = callback

    @property
    def cancelled(self) -> bool:
        """Whether it won't be made (any more)."""
        return self._callback is None

    def cancel(self) -> None:
        """Don't make the call."""
        self._callback = None

    def make(self) -> None:
        """Make the call, once."""
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()


class PendingCalls:
    """The calls that are still to be made. Times in epoch milliseconds."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, PendingCall]] = []
        self._order = count()

    def add(self, at_ms: int, callback: Callable[[], None]) -> PendingCall:
        """Ask for a call."""
        call = PendingCall(callback)
        heapq.heappush(self._heap, (at_ms, next(self._order), call))
        return call

    def next_ms(self) -> int | None:
        """When the next call is due."""
        while self._heap and self._heap[0][2].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def pop(self) -> PendingCall:
        """The next call, which is then no longer here. There must be one: see `next_ms`."""
        return heapq.heappop(self._heap)[2]

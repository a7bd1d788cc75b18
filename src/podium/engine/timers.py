"""Timers: which execution to wake when. Only those of the look-ahead are in memory.

An execution has one wake-up time, its earliest deadline, kept with it in the store. The heap holds the times
that fall before the horizon; once per look-ahead the horizon moves on and the store is asked for what comes
within it. A million sleeping executions cost rows, not memory.
"""

import heapq
from collections.abc import Callable

from podium.core.minutes import Minutes
from podium.engine.clock import Clock, Timer


class Timers:
    """A heap of (wake_ms, key) up to `horizon_ms`, with one call asked of the clock: the earliest."""

    def __init__(self, clock: Clock, wake: Callable[[int], None], room: Callable[[], int]) -> None:
        """`room` says how many executions may be woken now; what is due beyond that waits a turn of the loop."""
        self._clock = clock
        self._wake = wake
        self._room = room
        self._heap: list[tuple[int, int]] = []
        self._current: dict[int, int] = {}
        """The time that counts per key; other heap entries of the key are stale."""
        self._timer: Timer | None = None
        self._timer_ms = 0
        self.horizon_ms = 0
        self.lag_ms = Minutes()
        """How late executions were woken."""

    def __len__(self) -> int:
        return len(self._current)

    def __contains__(self, key: int) -> bool:
        return key in self._current

    def set(self, key: int, wake_ms: int | None) -> None:
        """The execution's wake-up time is now this."""
        if wake_ms is None or wake_ms > self.horizon_ms:
            self._current.pop(key, None)
            return
        if self._current.get(key) == wake_ms:
            return
        self._current[key] = wake_ms
        heapq.heappush(self._heap, (wake_ms, key))
        self._arm()

    def close(self) -> None:
        """Wake nobody any more."""
        self._heap.clear()
        self._current.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        heap = self._heap
        while heap and self._current.get(heap[0][1]) != heap[0][0]:
            heapq.heappop(heap)
        if not heap:
            return
        earliest_ms = heap[0][0]
        if self._timer is not None:
            if self._timer_ms <= earliest_ms:
                return
            self._timer.cancel()
        self._timer_ms = earliest_ms
        self._timer = self._clock.call_at(earliest_ms, self._fire)

    def _fire(self) -> None:
        self._timer = None
        now_ms = self._clock.now_ms()
        heap = self._heap
        room = self._room()
        while heap and heap[0][0] <= now_ms and room > 0:
            wake_ms, key = heapq.heappop(heap)
            if self._current.get(key) == wake_ms:
                del self._current[key]
                self.lag_ms.add(now_ms, now_ms - wake_ms)
                self._wake(key)
                room -= 1
        self._arm()

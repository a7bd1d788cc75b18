"""The machine's clock, but for the waits that were skipped: what `podium run --virtual-time` turns.

Between two skips time passes as it does: a Task takes as long as it takes, and its timeout is real.
"""

from collections.abc import Callable

from podium.engine.clock import Clock, Timer
from podium.engine.pending_calls import PendingCalls


class SkippingClock:
    """A clock that `skip` puts ahead of another."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead_ms = 0
        self._calls = PendingCalls()
        self._timer: Timer | None = None

    def now_ms(self) -> int:
        """Now, with what was skipped."""
        return self._clock.now_ms() + self._ahead_ms

    def call_at(self, at_ms: int, callback: Callable[[], None]) -> Timer:
        """Called at that time, or as soon as it has been skipped."""
        call = self._calls.add(at_ms, callback)
        self._arm()
        return call

    def skip(self) -> bool:
        """Go to when the next call is due, and make it; False when none was asked for."""
        due_ms = self._calls.next_ms()
        if due_ms is None:
            return False
        self._ahead_ms += max(0, due_ms - self.now_ms())
        self._make_due()
        return True

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due_ms = self._calls.next_ms()
        if due_ms is not None:
            self._timer = self._clock.call_at(due_ms - self._ahead_ms, self._make_due)

    def _make_due(self) -> None:
        now_ms = self.now_ms()
        # Calls asked for meanwhile wait for the next turn, as the event loop's do.
        due = []
        while (due_ms := self._calls.next_ms()) is not None and due_ms <= now_ms:
            due.append(self._calls.pop())
        for call in due:
            call.make()
        self._arm()

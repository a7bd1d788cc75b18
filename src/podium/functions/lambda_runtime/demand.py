"""Demand: how many processes a function would have needed for the burst it has just had.

Processes start while invocations wait, a few at a time, so a burst is over before there are enough for it. What it
would have taken is remembered, and they are started afterwards: the next burst finds them. Functions that answer at
once need no more: their queue is shorter than a start.
"""

import math
from collections.abc import Callable
from typing import Final

BURST_SECONDS: Final = 0.1
"""How long a burst may take..."""
BURST_ROUNDS: Final = 2
"""...or how many invocations one after the other a process may have in it, where these take longer."""
_NEWEST: Final = 0.2
"""Weight of the latest invocation in the mean."""


class Demand:
    """One function's. `clock_seconds` is monotonic."""

    def __init__(self, clock_seconds: Callable[[], float]) -> None:
        self._clock_seconds = clock_seconds
        self._at_once = 0
        self._mean_seconds: float | None = None
        self._began: dict[object, float] = {}

    def invoked(self, at_once: int) -> None:
        """So many invocations run or wait now."""
        if at_once > self._at_once:
            self._at_once = at_once

    def began(self, process: object) -> None:
        """A process has been given an invocation."""
        self._began[process] = self._clock_seconds()

    def ended(self, process: object) -> None:
        """It asks for more, or is gone."""
        began = self._began.pop(process, None)
        if began is not None:
            taken = self._clock_seconds() - began
            mean = self._mean_seconds
            self._mean_seconds = taken if mean is None else mean + _NEWEST * (taken - mean)

    def forget(self) -> None:
        """It has gone back to little: processes end for want of work."""
        self._at_once = 0

    @property
    def processes(self) -> int:
        """How many processes would do for such a burst again."""
        mean = self._mean_seconds or 0.0
        return math.ceil(self._at_once * mean / max(BURST_SECONDS, BURST_ROUNDS * mean))

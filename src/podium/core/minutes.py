"""Figures by the minute: how often something happened in each of the last minutes, and how much it came to.

Kept in memory, so they begin with the process; the time is an argument. Adding costs a comparison and two additions:
it is done for every decision of a busy engine.
"""

from typing import Final, NamedTuple

MINUTE_MS: Final = 60_000
KEPT: Final = 7 * 24 * 60
"""Minutes in which something happened; the oldest go."""


class Sum(NamedTuple):
    """What fell into a stretch of time."""

    times: int = 0
    total: int = 0
    most: int = 0
    """The largest single value."""


class Minutes:
    """Counts and sums of one figure."""

    __slots__ = ("_count", "_minute", "_most", "_past", "_total")

    def __init__(self) -> None:
        self._past: dict[int, Sum] = {}
        self._minute = self._count = self._total = self._most = 0

    def add(self, now_ms: int, value: int = 1) -> None:
        """It happened, and came to `value`."""
        minute = now_ms // MINUTE_MS
        if minute != self._minute:
            self._turn(minute)
        self._count += 1
        self._total += value
        if value > self._most:
            self._most = value

    def steps(self, from_ms: int, step_ms: int, count: int) -> list[Sum]:
        """By steps of time; a minute belongs to the step it begins in."""
        found = [Sum()] * count
        current = (self._minute, Sum(self._count, self._total, self._most))
        for minute, one in (*self._past.items(), current):
            step = (minute * MINUTE_MS - from_ms) // step_ms
            if one.times and 0 <= step < count:
                found[step] = _joined(found[step], one)
        return found

    def _turn(self, minute: int) -> None:
        if self._count:
            before = self._past.pop(self._minute, Sum())
            self._past[self._minute] = _joined(before, Sum(self._count, self._total, self._most))
            if len(self._past) > KEPT:
                del self._past[next(iter(self._past))]
        self._minute, self._count, self._total, self._most = minute, 0, 0, 0


def _joined(one: Sum, other: Sum) -> Sum:
    return Sum(one.times + other.times, one.total + other.total, max(one.most, other.most))

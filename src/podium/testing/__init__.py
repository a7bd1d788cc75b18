"""For tests of workflows: a clock that is turned by hand."""

from podium.testing.clock import VirtualClock

__all__ = ["VirtualClock"]

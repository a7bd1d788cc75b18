"""How many iterations a Map under test would have, and whether a mock can be what became of them."""

from typing import Final

from msgspec import Struct

from podium.core.machine.failure import Failure
from podium.core.machine.payload import Payload

EXCEEDED: Final = "States.ExceedToleratedFailureThreshold"


class UnfitMock(ValueError):
    """What is mocked of a Map can't be what became of its items. The message is AWS's, for the caller."""


class Iterations(Struct):
    """What a Map made of its input, as far as a mock has to fit it."""

    items: int | None = None
    """None when they can't be known."""
    children: int | None = None
    """Fewer than items when these go in batches."""
    tolerated_count: float | None = None
    tolerated_percentage: float | None = None
    unread: bool = False
    """Whether it has an ItemReader and nothing to read."""

    def check(self, failed: int, result: Payload | None) -> None:
        """Refuse a number of failures or a result of more or fewer iterations than the items make.

        Raises:
            UnfitMock: they don't fit.
        """
        if self.unread:
            raise UnfitMock("ItemReader data must be specified when testing a Map state with ItemReader specified.")
        results = len(result.value) if result is not None and isinstance(result.value, list) else None
        if any(count is not None and failed > count for count in (self.children, results)):
            raise UnfitMock("Map iteration failure count must be less than or equal to the number of Map iterations")
        if self.children is None or results is None:
            return
        # AWS takes the failed iterations as elements of the result, though they have put nothing out.
        if results not in (self.children, self.children - failed):
            raise UnfitMock("Input array does not equal the mocked result array's size.")

    def failure(self, failed: int, result: Payload) -> Failure | None:
        """The failure of a Map that tolerates less; one that says nothing about it tolerates all."""
        total = self.items
        if total is None:
            total = len(result.value) if isinstance(result.value, list) else 0
        too_many = self.tolerated_count is not None and failed > self.tolerated_count
        if self.tolerated_percentage is not None and total:
            too_many = too_many or failed * 100 / total > self.tolerated_percentage
        return Failure(EXCEEDED, "The specified tolerated failure threshold was exceeded") if too_many else None

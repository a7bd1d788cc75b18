"""How many records of a kind every account has in every region, so that one too many can be refused.

Counted by the store once per account and region, then kept in memory: right as long as one process writes the
catalogue, like the caches beside it.
"""

from podium.store.contract import Catalogue


class RecordCounts:
    """Counts of records whose keys are ARNs. `most` is how many an account may have in a region."""

    def __init__(self, catalogue: Catalogue, kind: str, most: int) -> None:
        self._catalogue = catalogue
        self._kind = kind
        self._most = most
        self._counts: dict[str, int] = {}

    async def add(self, arn: str) -> bool:
        """Make room for a record; False when there is none."""
        owner = _owner(arn)
        if owner not in self._counts:
            counted = await self._catalogue.count(self._kind, prefix=owner)
            self._counts.setdefault(owner, counted)
        if self._counts[owner] >= self._most:
            return False
        self._counts[owner] += 1
        return True

    def removed(self, arn: str) -> None:
        """A record is gone, or was not stored after all."""
        owner = _owner(arn)
        if owner in self._counts:
            self._counts[owner] -= 1


def _owner(arn: str) -> str:
    """What the ARNs of an account's records in a region begin with: arn:aws:states:REGION:ACCOUNT:KIND:"""
    return arn[: arn.rindex(":") + 1]

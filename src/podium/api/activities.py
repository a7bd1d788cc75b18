"""Activities in the catalogue, as operations see them: found by ARN, changed by compare-and-set."""

from collections.abc import Callable

from podium.api.errors import ApiError
from podium.api.record_counts import RecordCounts
from podium.store.activities import ACTIVITY, ActivityRecord, unpack_activity
from podium.store.contract import Catalogue, Conflict
from podium.store.records import pack


class ActivityCatalogue:
    """Reads and writes activities."""

    def __init__(self, catalogue: Catalogue, most: int) -> None:
        self._catalogue = catalogue
        self._counts = RecordCounts(catalogue, ACTIVITY, most)

    async def find(self, arn: str) -> ActivityRecord | None:
        """The activity with this ARN."""
        stored = await self._catalogue.get(ACTIVITY, arn)
        return None if stored is None else unpack_activity(stored.data)

    async def get(self, arn: str) -> ActivityRecord:
        """The activity with this ARN.

        Raises:
            ApiError: ActivityDoesNotExist.
        """
        record = await self.find(arn)
        if record is None:
            raise ApiError("ActivityDoesNotExist", f"Activity Does Not Exist: '{arn}'")
        return record

    async def create(self, record: ActivityRecord) -> bool:
        """Store a new activity; False when its ARN is taken.

        Raises:
            ApiError: ActivityLimitExceeded.
        """
        if not await self._counts.add(record.arn):
            raise ApiError("ActivityLimitExceeded", "The maximum number of activities has been reached.")
        try:
            await self._catalogue.put(ACTIVITY, record.arn, pack(record), expected_version=0)
        except BaseException as error:
            self._counts.removed(record.arn)
            if isinstance(error, Conflict):
                return False
            raise
        return True

    async def change(self, arn: str, edit: Callable[[ActivityRecord], ActivityRecord]) -> bool:
        """Replace a record by what `edit` makes of it, again if another change comes between; False if it is gone."""
        while (stored := await self._catalogue.get(ACTIVITY, arn)) is not None:
            changed = edit(unpack_activity(stored.data))
            try:
                await self._catalogue.put(ACTIVITY, arn, pack(changed), expected_version=stored.version)
            except Conflict:
                continue
            return True
        return False

    async def delete(self, arn: str) -> None:
        """Forget an activity; tasks that were scheduled for it wait on for their time-out."""
        if await self._catalogue.delete(ACTIVITY, arn):
            self._counts.removed(arn)

    async def list(self, prefix: str, after: str, limit: int) -> list[ActivityRecord]:
        """Records whose ARN has the prefix and comes after `after`, in order."""
        stored = await self._catalogue.list(ACTIVITY, prefix=prefix, after=after, limit=limit)
        return [unpack_activity(record.data) for record in stored]

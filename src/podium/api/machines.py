"""State machines in the catalogue, as operations see them: found by ARN, changed by compare-and-set.

What StartExecution needs is kept decoded: looking a machine up must not cost a read and two decodings per start.
The cache is right as long as one process writes the catalogue; entries are replaced by every write made here.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct, structs

from podium.api.errors import ApiError
from podium.api.qualifiers import Qualifiers
from podium.api.record_counts import RecordCounts
from podium.store.contract import Conflict, Store
from podium.store.records import (
    REVISION,
    STATE_MACHINE,
    RevisionRecord,
    StateMachineRecord,
    pack,
    unpack_revision,
    unpack_state_machine,
)

DELETING: Final = "DELETING"
INITIAL: Final = "INITIAL"
"""What AWS calls the revision a state machine was created with, which has no id to be seen."""
_CACHED_MAX: Final = 4_096
_CACHED_REVISIONS_MAX: Final = 256


class StateMachine(Struct, frozen=True):
    """A state machine with its current revision, at one version of its record."""

    record: StateMachineRecord
    revision: RevisionRecord
    version: int


class MachineCatalogue:
    """Reads and writes state machines and their revisions."""

    def __init__(self, store: Store, qualifiers: Qualifiers, most: int) -> None:
        self._store = store
        self._counts = RecordCounts(store, STATE_MACHINE, most)
        self._qualifiers = qualifiers
        self._cache: dict[str, StateMachine] = {}
        self._revisions: dict[str, RevisionRecord] = {}
        self._writes = 0
        """Writes made here so far; what was read before a write and decoded after it is not worth keeping."""

    def known(self, arn: str) -> StateMachine | None:
        """The state machine with this ARN, where it is at hand."""
        return self._cache.get(arn)

    async def find(self, arn: str) -> StateMachine | None:
        """The state machine with this ARN. One whose deletion has nothing left to wait for is gone."""
        known = self._cache.get(arn)
        if known is not None:
            return known
        writes = self._writes
        stored = await self._store.get(STATE_MACHINE, arn)
        if stored is None:
            return None
        record = unpack_state_machine(stored.data)
        if record.status == DELETING and await self._store.count_open(arn) == 0:
            await self._qualifiers.purge(arn)
            if await self._store.delete(STATE_MACHINE, arn):
                self._counts.removed(arn)
            self._forget(arn)
            return None
        revision = await self.revision(record.revision_id)
        if revision is None:
            raise LookupError(f"{arn} names revision {record.revision_id}, which the catalogue does not have")
        machine = StateMachine(record, revision, stored.version)
        if record.status != DELETING and writes == self._writes:
            if len(self._cache) >= _CACHED_MAX:
                self._cache.pop(next(iter(self._cache)))
            self._cache[arn] = machine
        return machine

    async def get(self, arn: str) -> StateMachine:
        """The state machine with this ARN.

        Raises:
            ApiError: StateMachineDoesNotExist.
        """
        machine = await self.find(arn)
        if machine is None:
            raise ApiError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        return machine

    async def revision(self, revision_id: str) -> RevisionRecord | None:
        """One revision, of whichever state machine."""
        known = self._revisions.get(revision_id)
        if known is None:
            stored = await self._store.get(REVISION, revision_id)
            if stored is None:
                return None
            known = unpack_revision(stored.data)
            if len(self._revisions) >= _CACHED_REVISIONS_MAX:
                self._revisions.pop(next(iter(self._revisions)))
            self._revisions[revision_id] = known
        return known

    async def create(self, record: StateMachineRecord, revision: RevisionRecord) -> bool:
        """Store a new state machine; False when its ARN is taken.

        Raises:
            ApiError: StateMachineLimitExceeded.
        """
        if not await self._counts.add(record.arn):
            raise ApiError("StateMachineLimitExceeded", "The maximum number of state machines has been reached.")
        created = False
        try:
            created = await self._put(record, revision, expected_version=0)
        finally:
            if not created:
                self._counts.removed(record.arn)
        return created

    async def revise(self, machine: StateMachine, revision: RevisionRecord) -> bool:
        """Make a new revision the current one; False when the machine has changed since it was read."""
        record = structs.replace(machine.record, revision_id=revision.revision_id, updated_ms=revision.created_ms)
        return await self._put(record, revision, expected_version=machine.version)

    async def change(self, arn: str, edit: Callable[[StateMachineRecord], StateMachineRecord]) -> bool:
        """Replace a record by what `edit` makes of it, again if another change comes between; False if it is gone."""
        while True:
            stored = await self._store.get(STATE_MACHINE, arn)
            if stored is None:
                return False
            changed = edit(unpack_state_machine(stored.data))
            try:
                await self._store.put(STATE_MACHINE, arn, pack(changed), expected_version=stored.version)
            except Conflict:
                continue
            finally:
                self._forget(arn)
            return True

    async def delete(self, arn: str) -> None:
        """Delete a state machine; one with running executions lasts, DELETING, until they have ended."""
        async with self._qualifiers.changing:
            deleting = await self.change(arn, lambda record: structs.replace(record, status=DELETING))
        if deleting:
            await self.find(arn)

    async def list(self, prefix: str, after: str, limit: int) -> list[StateMachineRecord]:
        """Records whose ARN has the prefix and comes after `after`, in order; as `find`, without what is gone."""
        found: list[StateMachineRecord] = []
        while len(found) < limit:
            stored = await self._store.list(STATE_MACHINE, prefix=prefix, after=after, limit=limit - len(found))
            for record in map(unpack_state_machine, (each.data for each in stored)):
                after = record.arn
                if record.status != DELETING or await self.find(record.arn) is not None:
                    found.append(record)
            if not stored:
                break
        return found

    async def _put(self, record: StateMachineRecord, revision: RevisionRecord, *, expected_version: int) -> bool:
        # The revision first: a crash in between leaves an unnamed revision rather than a machine without one.
        await self._store.put(REVISION, revision.revision_id, pack(revision), expected_version=0)
        try:
            await self._store.put(STATE_MACHINE, record.arn, pack(record), expected_version=expected_version)
        except Conflict:
            await self._store.delete(REVISION, revision.revision_id)
            return False
        finally:
            self._forget(record.arn)
        return True

    def _forget(self, arn: str) -> None:
        self._writes += 1
        self._cache.pop(arn, None)

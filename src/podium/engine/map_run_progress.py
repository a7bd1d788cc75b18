"""How far a Map Run has come: who runs, how children ended, and the record that remembers it in batches.

The record says up to where all children have ended; what ended later is looked at again after a crash. Children that
a redrive runs again lie before that mark: how they stand is read from their own summaries (`map_run_redrive`).
"""

from typing import Final, NamedTuple

from podium.engine.clock import Clock
from podium.store.contract import Store
from podium.store.map_runs import MAP_RUN, MapRunRecord, Tally, pack_map_run

SAVE_CHILDREN: Final = 1_000
SAVE_MS: Final = 500
"""The record is written when this many children ended or this much time passed since."""

_ENDED_BADLY: Final = ("FAILED", "TIMED_OUT")


class Child(NamedTuple):
    """A child that was started, or is about to be."""

    position: int
    """Among the run's children."""
    items: int


class Progress:
    """Counts children and keeps the record."""

    def __init__(self, store: Store, clock: Clock, record: MapRunRecord) -> None:
        self._store = store
        self._clock = clock
        self.record = record
        self.running: dict[str, Child] = {}
        """By ARN: started, or being started."""
        self.pending = Tally()
        """Children a redrive has not come to yet, by how they ended before."""
        self._ahead: dict[int, tuple[str, int]] = {}
        """How children ended that ended before an earlier one: status and items by position."""
        record.tally = record.settled_tally.copy()
        record.executions, record.items = record.settled, record.settled_items
        self._saved_ms = clock.now_ms()
        self._unsaved = 0

    def ended(self, arn: str, status: str) -> bool:
        """A child has ended; False when that is known."""
        child = self.running.pop(arn, None)
        if child is None:
            return False
        self.record.tally.add(status, child.items)
        if child.position >= self.record.redriven_below:
            self._settle(child, status)
        self._unsaved += 1
        return True

    def _settle(self, child: Child, status: str) -> None:
        record, ahead = self.record, self._ahead
        ahead[child.position] = status, child.items
        while (found := ahead.pop(record.settled, None)) is not None:
            record.settled += 1
            record.settled_items += found[1]
            record.settled_tally.add(*found)

    def cannot_be_redriven(self, arn: str) -> None:
        """A child stays as it ended, for good."""
        child = self.running.get(arn)
        if child is not None:
            executions, items = self.record.not_redrivable
            self.record.not_redrivable = executions + 1, items + child.items

    def give_up_pending(self) -> None:
        """The run ends: what a redrive has not come to stays as it ended before."""
        self.record.tally.join(self.pending)
        self.pending = Tally()

    @property
    def failed_items(self) -> int:
        """How many items' children failed or timed out."""
        return sum(self.record.tally.items.get(status, 0) for status in _ENDED_BADLY)

    @property
    def running_counts(self) -> tuple[int, int]:
        """How many children run, and of how many items."""
        return len(self.running), sum(child.items for child in self.running.values())

    @property
    def pending_counts(self) -> tuple[int, int]:
        """How many children wait for being redriven, and of how many items."""
        return self.pending.total

    async def save_sometimes(self) -> None:
        """Write the record if that is due."""
        due = self._clock.now_ms() - self._saved_ms >= SAVE_MS
        if self._unsaved >= SAVE_CHILDREN or (self._unsaved and due):
            await self.save()

    async def save(self) -> None:
        """Write the record."""
        self._saved_ms = self._clock.now_ms()
        self._unsaved = 0
        await self._store.put(MAP_RUN, self.record.arn, pack_map_run(self.record))

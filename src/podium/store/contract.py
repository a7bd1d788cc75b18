"""The store's two ports: the journal (executions and their rows) and the catalogue (things kept by name).

The engine decides, the store remembers. A store never looks inside a row, a snapshot or a record; it keeps
them in order, hands them back, and makes a batch of writes durable as one. Every adapter passes the same
conformance suite (`tests/conformance/store`).

Who may write: a shard belongs to one owner at a time. `claim` raises the shard's epoch, every write carries
the epoch it was made under, and a write of an older epoch is refused as a whole batch (`Fenced`). Within an
execution, `sequence` is compared and set: a row is accepted only as the successor of the stored sequence. What
is refused is refused for its execution alone: the others of the batch are stored. After an error of `commit`
nothing of the batch is stored. Either way the owner must fold again what it holds in memory.
"""

from collections.abc import Sequence, Set
from typing import Protocol

from msgspec import Struct


class StoreError(Exception):
    """The store could not do what was asked; nothing of it was stored."""


class Conflict(StoreError):
    """A compare-and-set of a record's version failed."""


class Fenced(StoreError):
    """The batch was written under an epoch that is no longer the shard's."""


class DataDirectoryInUse(StoreError):
    """Another process holds the lock on the data directory."""


class NewExecution(Struct, frozen=True, gc=False):
    """What is said of an execution when it starts. `meta` and `common` are the engine's own encoding."""

    arn: str
    state_machine_arn: str
    name: str
    start_ms: int
    meta: bytes
    common: bytes = b""
    """What most executions listed with it say too: stored once for all that say the same."""


class Append(Struct, gc=False):
    """One decision of one execution: a journal row and the summary as it is after it."""

    key: int
    sequence: int
    """Of this row; 1 for an execution's first. The stored sequence must be one less."""
    row: bytes
    status: str
    """AWS's ExecutionStatus: RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED."""
    wake_at_ms: int | None
    """When the execution must be looked at again though nothing happened; None for never."""
    resumable: bool
    """Whether a restart must load it at once: commands outstanding or more to decide."""
    stop_ms: int | None = None
    new: NewExecution | None = None
    """Only with sequence 1."""
    snapshot: bytes | None = None
    """All live branches after this row, when the engine chose to write them. It takes the place of an earlier one."""
    meta: bytes | None = None
    """What takes the place of `new.meta`, when this row changes it (a redrive)."""
    likeness: str = ""
    """Rows with the same one resemble each other (a revision's); a store may compress them accordingly."""


class Wake(Struct, gc=False):
    """Move an execution's wake-up time without a row (heartbeats)."""

    key: int
    wake_at_ms: int | None


Write = Append | Wake


class ExecutionSummary(Struct, frozen=True, gc=False):
    """An execution as lists show it."""

    key: int
    arn: str
    state_machine_arn: str
    name: str
    status: str
    start_ms: int
    stop_ms: int | None
    sequence: int
    wake_at_ms: int | None
    resumable: bool
    meta: bytes
    common: bytes


class LoadedExecution(Struct, frozen=True):
    """What it takes to fold an execution: the newest snapshot, if any, and every row after it."""

    summary: ExecutionSummary
    snapshot: bytes | None
    snapshot_sequence: int
    rows: list[bytes]
    """Rows snapshot_sequence + 1 .. summary.sequence, in order."""


class Journal(Protocol):
    """Executions and their rows."""

    def next_key(self) -> int:
        """A key no execution has had. Keys grow, so key order is start order."""

    async def claim(self, shard: int) -> int:
        """Take over a shard: raise its epoch and return the new one."""

    async def commit(self, shard: int, epoch: int, writes: Sequence[Write]) -> Set[int]:
        """Make the writes durable as one transaction; return when they would survive a power cut.

        Rows are taken in order, so one batch may hold several rows of an execution. The caller may not start
        another commit before this one returned, but may read meanwhile.

        Returns:
            The keys of executions that were refused: one of their rows is not the next, or the key or ARN of a new
            one is taken (by one stored, or earlier in the batch). Nothing the batch holds of these is stored.

        Raises:
            Fenced: `epoch` is not the shard's current epoch. Nothing is stored.
        """

    async def find(self, arn: str) -> ExecutionSummary | None:
        """The execution with this ARN."""

    async def load(self, key: int) -> LoadedExecution | None:
        """Everything needed to fold the execution."""

    async def rows(
        self, key: int, *, after: int = 0, before: int | None = None, limit: int = 64, descending: bool = False
    ) -> list[tuple[int, bytes]]:
        """Rows with after < sequence < before, ascending or descending, at most `limit`."""

    async def rows_at(self, key: int, sequences: Sequence[int]) -> dict[int, bytes]:
        """The named rows, by sequence; sequences that don't exist are left out."""

    async def list_executions(
        self, *, state_machine_arn: str | None, status: str | None, before_key: int | None = None, limit: int
    ) -> list[ExecutionSummary]:
        """Newest first, older than `before_key` where given. A `status` but RUNNING needs an ARN."""

    async def count_open(self, state_machine_arn: str | None = None) -> int:
        """How many executions are RUNNING."""

    async def open_by_machine(self) -> dict[str, int]:
        """How many executions are RUNNING, by the ARN they are listed under."""

    async def due(self, until_ms: int, limit: int) -> list[tuple[int, int]]:
        """(wake_at_ms, key) of open executions to wake at or before `until_ms`, earliest first."""

    async def closed_before(
        self, stop_ms: int, after_key: int, limit: int
    ) -> tuple[list[ExecutionSummary], int | None]:
        """Executions that ended before a time, among the next `limit` after a key, in the order they started.

        Returns:
            Them, and the key to go on after; None when no later one can have ended by then.
        """

    async def forget(self, shard: int, epoch: int, keys: Sequence[int]) -> bool:
        """Remove closed executions with all that is stored of them. Durable.

        Those that run are left alone, and so is the newest of all: the next key follows its key.

        Nobody finds them any more when this returns. Of long journals a part may still be to be removed: a further
        call, with or without keys, goes on with it.

        Returns:
            Whether something is still to be removed.

        Raises:
            Fenced: `epoch` is not the shard's current epoch.
        """

    async def compact(self, shard: int, epoch: int, after_key: int, limit: int) -> int | None:
        """Let closed executions take less room, a bounded number of those after a key. They read as before.

        Returns:
            The key to go on after; None when there are no more.

        Raises:
            Fenced: `epoch` is not the shard's current epoch.
        """

    async def resumable(self, after_key: int, limit: int) -> list[LoadedExecution]:
        """Open executions whose `resumable` is set and whose key is greater than `after_key`, by ascending key."""


class Record(Struct, frozen=True):
    """A catalogue entry: `version` starts at 1 and grows by one with every put."""

    key: str
    version: int
    data: bytes


class Put(Struct, frozen=True, gc=False):
    """A record to store. `expected_version` as in `Catalogue.put`."""

    kind: str
    key: str
    data: bytes
    expected_version: int | None = None


class Catalogue(Protocol):
    """Things kept by kind and key, with compare-and-set. Durable when the call returns."""

    async def get(self, kind: str, key: str) -> Record | None:
        """The record, or None."""

    async def put(self, kind: str, key: str, data: bytes, *, expected_version: int | None = None) -> int:
        """Store and return the new version.

        `expected_version` None takes any current version, 0 demands that there is none.

        Raises:
            Conflict: the stored version is not the expected one.
        """

    async def put_all(self, puts: Sequence[Put]) -> Sequence[int]:
        """Store records of different keys, all or none, and return their new versions.

        Raises:
            Conflict: a stored version is not the expected one.
        """

    async def delete(self, kind: str, key: str, *, expected_version: int | None = None) -> bool:
        """Remove; False when there was nothing.

        Raises:
            Conflict: the stored version is not the expected one.
        """

    async def count(self, kind: str, *, prefix: str = "") -> int:
        """How many records have a key with the prefix."""

    async def list(self, kind: str, *, prefix: str = "", after: str = "", limit: int = 1000) -> list[Record]:
        """Records whose key has the prefix and sorts after `after`, in key order."""


class Store(Journal, Catalogue, Protocol):
    """Both ports over one database."""

    async def close(self) -> None:
        """Release files and locks. Idempotent; nothing acknowledged is lost without it."""

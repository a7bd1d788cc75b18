"""The store in memory: the reference every other adapter is compared with, and what `podium run` uses.

Plain dictionaries, no indexes. A batch is checked as a whole before any of it is applied, so that what is refused
leaves nothing behind. Nothing survives the process.
"""

from collections import Counter
from collections.abc import Iterator, Sequence, Set

import msgspec
from msgspec import Struct

from podium.store.contract import (
    Append,
    Conflict,
    ExecutionSummary,
    Fenced,
    LoadedExecution,
    Put,
    Record,
    Wake,
    Write,
)

RUNNING = "RUNNING"


class _Execution(Struct):
    """One execution: rows[i] has sequence i + 1."""

    summary: ExecutionSummary
    rows: list[bytes]
    snapshot: bytes | None = None
    snapshot_sequence: int = 0


class MemoryStore:
    """Both ports of `podium.store.contract` over dictionaries; see there for what each method promises."""

    def __init__(self) -> None:
        self._executions: dict[int, _Execution] = {}
        self._keys: dict[str, int] = {}
        self._epochs: dict[int, int] = {}
        self._records: dict[tuple[str, str], Record] = {}
        self._next_key = 1

    def next_key(self) -> int:
        """A key no execution has had."""
        key = self._next_key
        self._next_key += 1
        return key

    async def claim(self, shard: int) -> int:
        """Raise the shard's epoch and return the new one."""
        self._epochs[shard] = self._epochs.get(shard, 0) + 1
        return self._epochs[shard]

    async def commit(self, shard: int, epoch: int, writes: Sequence[Write]) -> Set[int]:
        """Apply the writes; gives the keys of executions that were refused.

        Raises:
            Fenced: `epoch` is not the shard's current epoch.
        """
        if self._epochs.get(shard) != epoch:
            raise Fenced(f"epoch {epoch} of shard {shard} is over")
        refused = self._refused(writes)
        for write in writes:
            if write.key in refused:
                continue
            if isinstance(write, Append):
                self._append(write)
            else:
                self._wake(write)
        return refused

    def _refused(self, writes: Sequence[Write]) -> set[int]:
        rows: dict[int, list[Append]] = {}
        for write in writes:
            if isinstance(write, Append):
                rows.setdefault(write.key, []).append(write)
        taken: set[str] = set()
        return {key for key, appends in rows.items() if not self._takes(key, appends, taken)}

    def _takes(self, key: int, appends: list[Append], taken: set[str]) -> bool:
        """Whether these rows of one execution are its next. `taken` holds the ARNs the batch has given away so far."""
        stored = self._executions.get(key)
        sequence = stored.summary.sequence if stored else 0
        for append in appends:
            if append.sequence != sequence + 1 or (append.new is None) != (sequence > 0):
                return False
            sequence = append.sequence
        new = appends[0].new
        if new is not None:
            if new.arn in self._keys or new.arn in taken:
                return False
            taken.add(new.arn)
        return True

    def _append(self, write: Append) -> None:
        new = write.new
        if new is not None:
            summary = ExecutionSummary(
                key=write.key,
                arn=new.arn,
                state_machine_arn=new.state_machine_arn,
                name=new.name,
                status=write.status,
                start_ms=new.start_ms,
                stop_ms=write.stop_ms,
                sequence=write.sequence,
                wake_at_ms=write.wake_at_ms,
                resumable=write.resumable,
                meta=new.meta,
                common=new.common,
            )
            self._executions[write.key] = _Execution(summary, [write.row])
            self._keys[new.arn] = write.key
            self._next_key = max(self._next_key, write.key + 1)
        else:
            execution = self._executions[write.key]
            execution.rows.append(write.row)
            execution.summary = msgspec.structs.replace(
                execution.summary,
                status=write.status,
                stop_ms=write.stop_ms,
                sequence=write.sequence,
                wake_at_ms=write.wake_at_ms,
                resumable=write.resumable,
                meta=execution.summary.meta if write.meta is None else write.meta,
            )
        if write.snapshot is not None:
            execution = self._executions[write.key]
            execution.snapshot = write.snapshot
            execution.snapshot_sequence = write.sequence

    def _wake(self, write: Wake) -> None:
        execution = self._executions.get(write.key)
        if execution is not None:
            execution.summary = msgspec.structs.replace(execution.summary, wake_at_ms=write.wake_at_ms)

    async def find(self, arn: str) -> ExecutionSummary | None:
        """The execution with this ARN."""
        key = self._keys.get(arn)
        return None if key is None else self._executions[key].summary

    async def load(self, key: int) -> LoadedExecution | None:
        """The newest snapshot and every row after it."""
        execution = self._executions.get(key)
        if execution is None:
            return None
        sequence = execution.snapshot_sequence
        return LoadedExecution(execution.summary, execution.snapshot, sequence, execution.rows[sequence:])

    async def rows(
        self, key: int, *, after: int = 0, before: int | None = None, limit: int = 64, descending: bool = False
    ) -> list[tuple[int, bytes]]:
        """Rows with after < sequence < before, ascending or descending, at most `limit`."""
        execution = self._executions.get(key)
        if execution is None:
            return []
        first = max(after, 0) + 1
        stop = len(execution.rows) + 1 if before is None else min(before, len(execution.rows) + 1)
        sequences = range(first, stop)
        chosen = (sequences[::-1] if descending else sequences)[:limit]
        return [(sequence, execution.rows[sequence - 1]) for sequence in chosen]

    async def rows_at(self, key: int, sequences: Sequence[int]) -> dict[int, bytes]:
        """The named rows, by sequence."""
        execution = self._executions.get(key)
        rows = execution.rows if execution is not None else []
        return {sequence: rows[sequence - 1] for sequence in sequences if 0 < sequence <= len(rows)}

    async def list_executions(
        self, *, state_machine_arn: str | None, status: str | None, before_key: int | None = None, limit: int
    ) -> list[ExecutionSummary]:
        """Newest first, older than `before_key` where given."""
        chosen = [
            summary
            for summary in self._summaries()
            if (state_machine_arn is None or summary.state_machine_arn == state_machine_arn)
            and (status is None or summary.status == status)
            and (before_key is None or summary.key < before_key)
        ]
        return sorted(chosen, key=lambda summary: summary.key, reverse=True)[:limit]

    async def count_open(self, state_machine_arn: str | None = None) -> int:
        """How many executions are RUNNING."""
        return sum(
            summary.status == RUNNING and state_machine_arn in (None, summary.state_machine_arn)
            for summary in self._summaries()
        )

    async def open_by_machine(self) -> dict[str, int]:
        """How many executions are RUNNING, by the ARN they are listed under."""
        return Counter(summary.state_machine_arn for summary in self._summaries() if summary.status == RUNNING)

    async def due(self, until_ms: int, limit: int) -> list[tuple[int, int]]:
        """(wake_at_ms, key) of open executions to wake at or before `until_ms`, earliest first."""
        return sorted(
            (summary.wake_at_ms, summary.key)
            for summary in self._summaries()
            if summary.status == RUNNING and summary.wake_at_ms is not None and summary.wake_at_ms <= until_ms
        )[:limit]

    async def closed_before(
        self, stop_ms: int, after_key: int, limit: int
    ) -> tuple[list[ExecutionSummary], int | None]:
        """Executions that ended before a time, among the next `limit` after a key, and the key to go on after."""
        newest = max(self._executions, default=0)
        looked_at = sorted(key for key in self._executions if after_key < key < newest)[:limit]
        summaries = [self._executions[key].summary for key in looked_at]
        closed = [summary for summary in summaries if summary.stop_ms is not None and summary.stop_ms < stop_ms]
        done = len(looked_at) < limit or summaries[-1].start_ms >= stop_ms
        return closed, None if done else looked_at[-1]

    async def forget(self, shard: int, epoch: int, keys: Sequence[int]) -> bool:
        """Remove closed executions.

        Raises:
            Fenced: `epoch` is not the shard's current epoch.
        """
        if self._epochs.get(shard) != epoch:
            raise Fenced(f"epoch {epoch} of shard {shard} is over")
        newest = max(self._executions, default=0)
        for key in keys:
            execution = self._executions.get(key)
            if execution is not None and execution.summary.status != RUNNING and key < newest:
                del self._executions[key], self._keys[execution.summary.arn]
        return False

    async def compact(self, shard: int, epoch: int, after_key: int, limit: int) -> int | None:
        """Nothing: what is in memory takes the room it takes.

        Raises:
            Fenced: `epoch` is not the shard's current epoch.
        """
        if self._epochs.get(shard) != epoch:
            raise Fenced(f"epoch {epoch} of shard {shard} is over")
        return None

    async def resumable(self, after_key: int, limit: int) -> list[LoadedExecution]:
        """Open executions whose `resumable` is set and whose key is greater than `after_key`, by ascending key."""
        keys = sorted(
            summary.key
            for summary in self._summaries()
            if summary.status == RUNNING and summary.resumable and summary.key > after_key
        )[:limit]
        loaded = [await self.load(key) for key in keys]
        return [execution for execution in loaded if execution is not None]

    def _summaries(self) -> Iterator[ExecutionSummary]:
        return (execution.summary for execution in self._executions.values())

    async def get(self, kind: str, key: str) -> Record | None:
        """The record, or None."""
        return self._records.get((kind, key))

    async def put(self, kind: str, key: str, data: bytes, *, expected_version: int | None = None) -> int:
        """Store and return the new version.

        Raises:
            Conflict: the stored version is not the expected one.
        """
        return (await self.put_all([Put(kind, key, data, expected_version)]))[0]

    async def put_all(self, puts: Sequence[Put]) -> Sequence[int]:
        """Store records of different keys, all or none, and return their new versions.

        Raises:
            Conflict: a stored version is not the expected one.
        """
        versions = [self._checked_version(put.kind, put.key, put.expected_version) + 1 for put in puts]
        for put, version in zip(puts, versions, strict=True):
            self._records[put.kind, put.key] = Record(put.key, version, put.data)
        return versions

    async def delete(self, kind: str, key: str, *, expected_version: int | None = None) -> bool:
        """Remove; False when there was nothing.

        Raises:
            Conflict: the stored version is not the expected one.
        """
        self._checked_version(kind, key, expected_version)
        return self._records.pop((kind, key), None) is not None

    def _checked_version(self, kind: str, key: str, expected_version: int | None) -> int:
        """The stored version, 0 for none."""
        record = self._records.get((kind, key))
        version = record.version if record is not None else 0
        if expected_version not in (None, version):
            raise Conflict(f"{kind} {key} has version {version}, not {expected_version}")
        return version

    async def count(self, kind: str, *, prefix: str = "") -> int:
        """How many records have a key with the prefix."""
        return sum(stored_kind == kind and key.startswith(prefix) for stored_kind, key in self._records)

    # Last of the catalogue's methods: its name hides the built-in `list` from annotations that follow.
    async def list(self, kind: str, *, prefix: str = "", after: str = "", limit: int = 1000) -> list[Record]:
        """Records whose key has the prefix and sorts after `after`, in key order."""
        keys = sorted(
            key for stored_kind, key in self._records if stored_kind == kind and key.startswith(prefix) and key > after
        )
        return [self._records[kind, key] for key in keys[:limit]]

    async def close(self) -> None:
        """Nothing to release."""

"""The store on SQLite: one file, one process, every acknowledged commit on the disk.

Statements run on the calling thread, a few microseconds each; only COMMIT, which waits for the disk, and
checkpoints leave it (`sqlite_commit`). Reads have a connection of their own and see what is committed, also
while a COMMIT is under way. docs/decisions/0003-sqlite-journal.md has the layout and its figures.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from podium.core.machine.specimen import specimen
from podium.store.contract import (
    Conflict,
    ExecutionSummary,
    Fenced,
    LoadedExecution,
    Put,
    Record,
    Write,
)
from podium.store.data_directory import DataDirectory
from podium.store.prefixes import end_of
from podium.store.sql import statements as sql
from podium.store.sqlite_archive import archive, archived
from podium.store.sqlite_batch import PAGE_BYTES, Batch
from podium.store.sqlite_commit import Checkpointer, Committer
from podium.store.sqlite_database import open_database, plain
from podium.store.sqlite_forgetting import ROWS_AT_ONCE, forget
from podium.store.sqlite_heads import Heads
from podium.store.sqlite_names import Names
from podium.store.sqlite_packing import PLAIN, Packed, Packing
from podium.store.sqlite_resumable import resumable

T = TypeVar("T")

FILE_NAME = "podium.db"
_NO_BOUND = 2**63 - 1
_STATUS_CODES = {status: code for code, status in enumerate(sql.STATUSES)}
_CATALOGUE_PAGES = 4
"""About what a put or a delete adds to the write-ahead log."""


class SqliteStore:
    """Both ports of `podium.store.contract` over `directory`; see there for what each method promises.

    Any method raises StoreError, in a sentence for the operator, when the disk or the file fails.

    Raises:
        DataDirectoryInUse: another store holds the directory.
        StoreError: it cannot be opened, is not Podium's, or is a newer Podium's.
    """

    def __init__(self, directory: Path | str, specimen: Callable[[bytes], bytes] = specimen) -> None:
        self._directory = DataDirectory(Path(directory))
        self._path = self._directory.path / FILE_NAME
        try:
            self._connections = open_database(self._path)
        except BaseException:
            self._directory.release()
            raise
        self._writer, self._reader, checkpoints = self._connections
        self._names = Names(self._writer)
        self._heads = Heads()
        self._packing = Packing(self._all, specimen)
        self._next_key = 1 + int(self._all(sql.LAST_KEY)[0][0])
        self._writing = asyncio.Lock()
        self._committer = Committer(self._writer)
        self._checkpointer = Checkpointer(checkpoints)
        self._closed = False

    def next_key(self) -> int:
        """A key no execution has had."""
        key = self._next_key
        self._next_key += 1
        return key

    async def claim(self, shard: int) -> int:
        """Raise the shard's epoch and return the new one."""
        return await self._transaction(lambda: int(self._writer.execute(sql.CLAIM, (shard,)).fetchone()[0]))

    async def commit(self, shard: int, epoch: int, writes: Sequence[Write]) -> Set[int]:
        """Make the writes durable as one transaction; gives the keys of executions that were refused.

        Raises:
            Fenced: `epoch` is not the shard's current epoch.
        """
        batch = await self._transaction(lambda: self._write(shard, epoch, writes), lambda batch: batch.committed())
        self._next_key = max(self._next_key, batch.last_key() + 1)
        self._checkpointer.wrote(batch.pages())
        return batch.refused

    async def forget(self, shard: int, epoch: int, keys: Sequence[int]) -> bool:
        """Remove closed executions; whether something of them is still to be removed.

        Raises:
            Fenced: `epoch` is not the shard's current epoch.
        """

        def work() -> tuple[list[bytes], bool]:
            self._check_epoch(shard, epoch)
            return forget(self._writer, keys)

        _, left = await self._transaction(work, lambda forgotten: self._names.forgotten(forgotten[0]))
        self._checkpointer.wrote(2 * len(keys) + ROWS_AT_ONCE // 4)
        return left

    async def compact(self, shard: int, epoch: int, after_key: int, limit: int) -> int | None:
        """Put closed executions into the archive; the key to go on after.

        Raises:
            Fenced: `epoch` is not the shard's current epoch.
        """

        def work() -> int | None:
            self._check_epoch(shard, epoch)
            return archive(self._writer, self._packing, after_key, limit)

        following = await self._transaction(work)
        self._checkpointer.wrote(limit)
        return following

    def _write(self, shard: int, epoch: int, writes: Sequence[Write]) -> Batch:
        self._check_epoch(shard, epoch)
        batch = Batch(shard, epoch, writes, self._names, self._heads, self._packing)
        batch.write(self._writer)
        return batch

    def _check_epoch(self, shard: int, epoch: int) -> None:
        current = self._writer.execute(sql.EPOCH, (shard,)).fetchone()
        if current is None or current[0] != epoch:
            raise Fenced(f"epoch {epoch} of shard {shard} is over")

    async def _transaction(self, work: Callable[[], T], durable: Callable[[T], None] = lambda result: None) -> T:
        """Do `work`, statements on the writer, as one durable transaction; leave nothing of it when it fails.

        `durable` is called once it is, also when the caller was cancelled meanwhile.
        """
        async with self._writing:
            if self._checkpointer.behind:
                await self._checkpointer.catch_up()
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                result = work()
                committed = self._committer.committed
                try:
                    await self._committer.commit()
                finally:
                    if self._committer.committed > committed:
                        durable(result)
            except BaseException as error:
                self._roll_back()
                if isinstance(error, sqlite3.Error):
                    raise plain(error, self._path) from error
                raise
        return result

    def _roll_back(self) -> None:
        try:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
        except sqlite3.Error:
            pass  # What made the transaction fail says more than what kept it from being undone.

    def _all(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Every row, so that no read stays open: one that did would keep the write-ahead log from being reused."""
        try:
            return self._reader.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise plain(error, self._path) from error

    async def find(self, arn: str) -> ExecutionSummary | None:
        """The execution with this ARN."""
        try:
            key = self._names.key_of(self._reader, arn)
        except sqlite3.Error as error:
            raise plain(error, self._path) from error
        found = [] if key is None else self._all(sql.SUMMARY, (key,))
        return _summary(found[0]) if found and found[0][1] == arn else None

    async def load(self, key: int) -> LoadedExecution | None:
        """The newest snapshot and every row after it."""
        with self._reading():
            found = self._all(sql.SUMMARY, (key,))
            if not found:
                return None
            summary = _summary(found[0])
            snapshot = next(iter(self._all(sql.SNAPSHOT, (key,))), None)
            first = self._all(sql.FIRST_ROW, (key,))
            after = snapshot[0] if snapshot else 0
            rows = self._all(sql.ROWS_UP_TO, (key, after, summary.sequence))
            if not rows:
                rows = [(PLAIN, row) for row in self._archived(key)[after:]]
        return self._loaded(summary, first, snapshot, rows)

    def _archived(self, key: int) -> list[bytes]:
        """The rows of an execution from 1 on, when they are in the archive."""
        return archived(self._packing, self._all(sql.ARCHIVE, (key,)))

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One read transaction: a COMMIT that ends in its thread meanwhile must not show in a half of what is read.

        Rows may be on their way into the archive, or back.
        """
        self._all("BEGIN")
        try:
            yield
        finally:
            self._all("COMMIT")

    async def rows(
        self, key: int, *, after: int = 0, before: int | None = None, limit: int = 64, descending: bool = False
    ) -> list[tuple[int, bytes]]:
        """Rows with after < sequence < before, ascending or descending, at most `limit`."""
        before = _NO_BOUND if before is None else before
        statement = sql.ROWS_DESCENDING if descending else sql.ROWS
        with self._reading():
            rows = self._all(statement, (key, after, before, limit))
            if after < 1 < before:
                first = [(1, *row) for row in self._all(sql.FIRST_ROW, (key,))]
                rows = ([*rows, *first] if descending else [*first, *rows])[:limit]
            if not rows:
                kept = [each for each in enumerate(self._archived(key), start=1) if after < each[0] < before]
                return (kept[::-1] if descending else kept)[:limit]
        return [(sequence, self._packing.unpack(packing, row)) for sequence, packing, row in rows]

    async def rows_at(self, key: int, sequences: Sequence[int]) -> dict[int, bytes]:
        """The named rows, by sequence."""
        found: dict[int, bytes] = {}
        with self._reading():
            for sequence in sequences:
                rows = self._all(sql.ROW, (key, sequence))
                if not rows and sequence == 1:
                    rows = self._all(sql.FIRST_ROW, (key,))
                for packing, row in rows:
                    found[sequence] = self._packing.unpack(packing, row)
            kept = [] if found else self._archived(key)
        if kept:
            found = {sequence: kept[sequence - 1] for sequence in sequences if 0 < sequence <= len(kept)}
        return found

    async def list_executions(
        self, *, state_machine_arn: str | None, status: str | None, before_key: int | None = None, limit: int
    ) -> list[ExecutionSummary]:
        """Newest first, older than `before_key` where given."""
        parameters: dict[str, Any] = {"before": _NO_BOUND if before_key is None else before_key, "limit": limit}
        if status is not None:
            parameters["status"] = _STATUS_CODES.get(status)
        if state_machine_arn is None:
            assert status in (None, "RUNNING"), "no index has closed executions by status alone"
            statement = sql.LIST_ALL if status is None else sql.LIST_OPEN
        else:
            machine = self._all(sql.MACHINE_ID, (state_machine_arn,))
            if not machine:
                return []
            parameters["machine"] = machine[0][0]
            statement = sql.LIST_BY_MACHINE if status is None else sql.LIST_BY_MACHINE_AND_STATUS
        return [_summary(row) for row in self._all(statement, parameters)]

    async def count_open(self, state_machine_arn: str | None = None) -> int:
        """How many executions are RUNNING."""
        if state_machine_arn is None:
            return int(self._all(sql.COUNT_OPEN)[0][0])
        return int(self._all(sql.COUNT_OPEN_BY_MACHINE, (state_machine_arn,))[0][0])

    async def open_by_machine(self) -> dict[str, int]:
        """How many executions are RUNNING, by the ARN they are listed under."""
        return dict(self._all(sql.OPEN_BY_MACHINE))

    async def due(self, until_ms: int, limit: int) -> list[tuple[int, int]]:
        """(wake_at_ms, key) of open executions to wake at or before `until_ms`, earliest first."""
        return self._all(sql.DUE, (until_ms, limit))

    async def closed_before(
        self, stop_ms: int, after_key: int, limit: int
    ) -> tuple[list[ExecutionSummary], int | None]:
        """Executions that ended before a time, among the next `limit` after a key, and the key to go on after."""
        looked_at = [_summary(row) for row in self._all(sql.STARTED_AFTER, (after_key, limit))]
        closed = [summary for summary in looked_at if summary.stop_ms is not None and summary.stop_ms < stop_ms]
        done = len(looked_at) < limit or looked_at[-1].start_ms >= stop_ms
        return closed, None if done else looked_at[-1].key

    async def resumable(self, after_key: int, limit: int) -> list[LoadedExecution]:
        """Open executions whose `resumable` is set and whose key is greater than `after_key`, by ascending key."""
        with self._reading():
            return resumable(self._all, self._packing, after_key, limit)

    def _loaded(
        self,
        summary: ExecutionSummary,
        first: Sequence[Packed],
        snapshot: Sequence[Any] | None,
        rows: Sequence[Packed],
    ) -> LoadedExecution:
        """`first` is the row kept with the execution, if it is; `rows` are those of the journal after the snapshot."""
        unpack = self._packing.unpack
        if snapshot is not None:
            sequence, packing, data = snapshot
            return LoadedExecution(summary, unpack(packing, data), sequence, [unpack(*row) for row in rows])
        return LoadedExecution(summary, None, 0, [unpack(*row) for row in (*first, *rows)])

    async def get(self, kind: str, key: str) -> Record | None:
        """The record, or None."""
        found = self._all(sql.GET_RECORD, (kind, key))
        return Record(*found[0]) if found else None

    async def put(self, kind: str, key: str, data: bytes, *, expected_version: int | None = None) -> int:
        """Store and return the new version.

        Raises:
            Conflict: the stored version is not the expected one.
        """
        return (await self.put_all([Put(kind, key, data, expected_version)]))[0]

    async def put_all(self, puts: Sequence[Put]) -> Sequence[int]:
        """Store records of different keys, all or none, and return their new versions. Raises Conflict likewise."""
        versions = await self._transaction(lambda: [self._put(put) for put in puts])
        self._checkpointer.wrote(sum(_CATALOGUE_PAGES + len(put.data) // PAGE_BYTES for put in puts))
        return versions

    def _put(self, put: Put) -> int:
        version = self._checked_version(put.kind, put.key, put.expected_version) + 1
        self._writer.execute(sql.PUT_RECORD, (put.kind, put.key, version, put.data))
        return version

    async def delete(self, kind: str, key: str, *, expected_version: int | None = None) -> bool:
        """Remove; False when there was nothing.

        Raises:
            Conflict: the stored version is not the expected one.
        """

        def work() -> bool:
            self._checked_version(kind, key, expected_version)
            return self._writer.execute(sql.DELETE_RECORD, (kind, key)).rowcount > 0

        deleted = await self._transaction(work)
        self._checkpointer.wrote(_CATALOGUE_PAGES)
        return deleted

    def _checked_version(self, kind: str, key: str, expected_version: int | None) -> int:
        """The stored version, 0 for none."""
        found = self._writer.execute(sql.RECORD_VERSION, (kind, key)).fetchone()
        version = int(found[0]) if found else 0
        if expected_version not in (None, version):
            raise Conflict(f"{kind} {key} has version {version}, not {expected_version}")
        return version

    async def close(self) -> None:
        """Wait for what is under way, then release files and lock. Idempotent."""
        if self._closed:
            return
        self._closed = True
        async with self._writing:
            self._checkpointer.close()
            self._committer.close()
            self._connections.close()
            self._directory.release()

    async def count(self, kind: str, *, prefix: str = "") -> int:
        """How many records have a key with the prefix."""
        return int(self._all(sql.COUNT_RECORDS, (kind, prefix, end_of(prefix)))[0][0])

    # Last: its name hides the built-in `list` from annotations that follow.
    async def list(self, kind: str, *, prefix: str = "", after: str = "", limit: int = 1000) -> list[Record]:
        """Records whose key has the prefix and sorts after `after`, in key order."""
        first = max(prefix, after + "\0")  # What follows `after` at once.
        found = self._all(sql.LIST_RECORDS, (kind, first, end_of(prefix), limit))
        return [Record(*row) for row in found]


def _summary(row: tuple[Any, ...]) -> ExecutionSummary:
    key, arn, state_machine_arn, name, status, start_ms, stop_ms, sequence, wake_at_ms, resumable, common, meta = row
    return ExecutionSummary(
        key,
        arn,
        state_machine_arn,
        name,
        sql.STATUSES[status],
        start_ms,
        stop_ms,
        sequence,
        wake_at_ms,
        resumable == 1,
        meta,
        common,
    )

"""A batch of writes as what SQLite is to run: one summary per execution, whatever number of rows it got.

Folding the batch first lets each table be written with one `executemany`, and finds what contradicts itself
before a transaction is open. An open execution whose summary says the same after a row as before gets the row alone.
"""

import sqlite3
from collections.abc import Sequence

from podium.store.contract import Append, Write
from podium.store.sql import statements as sql
from podium.store.sqlite_archive import take_back
from podium.store.sqlite_heads import Heads
from podium.store.sqlite_names import Name, Names, arn_digest
from podium.store.sqlite_packing import Packing

_STATUS_CODES = {status: code for code, status in enumerate(sql.STATUSES)}
RUNNING = "RUNNING"
PAGE_BYTES = 4096
_FIXED_PAGES = 6
"""Pages any commit rewrites: the last leaf of each table and index it appends to."""

Parameters = tuple[object, ...]


blob = bytearray
"""How a blob is handed to sqlite3: for `bytes`, as for `bool`, it searches its adapters on every parameter."""


class Batch:
    """The writes of one commit, folded."""

    def __init__(
        self, shard: int, epoch: int, writes: Sequence[Write], names: Names, heads: Heads, packing: Packing
    ) -> None:
        self._names = names
        self._heads = heads
        self._packing = packing
        self._data_bytes = 0
        """Of rows and snapshots, as they are stored."""
        self.created: list[Name] = []
        """Of the executions it created, once it is written."""
        self._shard = shard
        self._epoch = epoch
        self._rows: list[Append] = []
        self._created: dict[int, Append] = {}
        self._latest: dict[int, Append] = {}
        self._summaries = 0
        """How many summaries it writes."""
        self._before: dict[int, int] = {}
        """Stored sequence the batch goes on from, by key of executions it did not create."""
        self._wakes: dict[int, int | None] = {}
        self._snapshots: dict[int, Append] = {}
        self._metas: dict[int, bytes] = {}
        self.refused: set[int] = set()
        """Keys of executions whose rows do not follow each other, then also of those the database refused."""
        for write in writes:
            if isinstance(write, Append):
                self._add(write)
            else:
                self._wakes[write.key] = write.wake_at_ms
        self._leave_out(self.refused)

    def _add(self, write: Append) -> None:
        key, sequence = write.key, write.sequence
        previous = self._latest.get(key)
        if previous is not None:
            if write.new is not None or sequence != previous.sequence + 1:
                self.refused.add(key)
        elif write.new is None:
            self._before[key] = sequence - 1
            if sequence < 2:
                self.refused.add(key)
        else:
            self._created[key] = write
            if sequence != 1:
                self.refused.add(key)
        self._latest[key] = write
        self._rows.append(write)
        if self._wakes:
            self._wakes.pop(key, None)
        if write.snapshot is not None:
            self._snapshots[key] = write
        if write.meta is not None:
            self._metas[key] = write.meta

    def _leave_out(self, keys: set[int]) -> None:
        """Write nothing of these executions."""
        if not keys:
            return
        for held in (self._created, self._latest, self._before, self._wakes, self._snapshots, self._metas):
            for key in keys:
                held.pop(key, None)
        self._rows = [row for row in self._rows if row.key not in keys]

    def write(self, connection: sqlite3.Connection) -> None:
        """Run it in the open transaction; `refused` tells afterwards what the database did not take."""
        refused = self._create(connection) | self._advance(connection)
        self._leave_out(refused)
        self.refused |= refused
        connection.executemany(
            sql.APPEND_ROW,
            [(row.key, row.sequence, self._epoch, *self._packed(row)) for row in self._rows if not self._is_whole(row)],
        )
        if self._snapshots:
            connection.executemany(sql.PUT_SNAPSHOT, [self._snapshot(row) for row in self._snapshots.values()])
        if self._metas:
            connection.executemany(sql.SET_META, [(blob(meta), key) for key, meta in self._metas.items()])
        if self._wakes:
            connection.executemany(sql.SET_WAKE, [(wake_at_ms, key) for key, wake_at_ms in self._wakes.items()])
        self._packing.write(connection)

    def _packed(self, row: Append) -> tuple[int | None, bytearray]:
        packing, data = self._packing.pack(row)
        self._data_bytes += len(data)
        return packing, blob(data)

    def _snapshot(self, row: Append) -> Parameters:
        packing, data = self._packing.pack_snapshot(row)
        self._data_bytes += len(data)
        return row.key, row.sequence, packing, blob(data)

    def _create(self, connection: sqlite3.Connection) -> set[int]:
        names = [(arn_digest(new.arn), key) for key, first in self._created.items() if (new := first.new) is not None]
        rows = self._created_rows(connection, names)
        taken = self._names.taken(connection, [digest for digest, _ in names])
        refused: set[int] = set()
        if (
            taken
            or len({digest for digest, _ in names}) < len(names)
            or not _took_all(connection, sql.CREATE_EXECUTION, rows)
        ):
            for (digest, key), row in zip(names, rows, strict=True):
                if digest in taken or connection.execute(sql.CREATE_EXECUTION, row).rowcount == 0:
                    refused.add(key)
                else:
                    taken.add(digest)
        self.created = [name for name in names if name[1] not in refused]
        self._names.write(connection, self.created)
        return refused

    def _created_rows(self, connection: sqlite3.Connection, names: Sequence[Name]) -> list[Parameters]:
        families: dict[tuple[str, str, bytes], tuple[int, int]] = {}
        rows: list[Parameters] = []
        for _, key in names:
            first, last = self._created[key], self._latest[key]
            new = first.new
            assert new is not None
            prefix = new.arn[: -len(new.name)] if new.arn.endswith(new.name) else ""
            alike = (new.state_machine_arn, prefix, new.common)
            found = families.get(alike)
            if found is None:
                found = families[alike] = _family(connection, *alike)
            family, machine = found
            rows.append(
                (
                    key,
                    new.name,
                    None if prefix else new.arn,
                    family,
                    machine,
                    self._shard,
                    _STATUS_CODES[last.status],
                    new.start_ms,
                    last.stop_ms,
                    last.sequence,
                    last.wake_at_ms,
                    int(last.resumable),
                    blob(new.meta),
                    *(self._packed(first) if self._is_whole(last) else (None, None)),
                )
            )
        return rows

    def _advance(self, connection: sqlite3.Connection) -> set[int]:
        refused: set[int] = set()
        staying: list[Parameters] = []
        changing: list[Parameters] = []
        for key, sequence in self._before.items():
            head = self._heads.find(connection, key)
            if head is None or head.sequence != sequence:
                refused.add(key)
                continue
            last = self._latest[key]
            if head.status != RUNNING:
                take_back(connection, self._packing, key, self._epoch)
            if last.status == head.status == RUNNING:
                if last.wake_at_ms != head.wake_at_ms or last.resumable != head.resumable:
                    staying.append((last.sequence, last.wake_at_ms, int(last.resumable), key))
            else:
                status = _STATUS_CODES[last.status]
                changing.append((status, last.stop_ms, last.sequence, last.wake_at_ms, int(last.resumable), key))
        if staying:
            connection.executemany(sql.UPDATE_OPEN, staying)
        if changing:
            connection.executemany(sql.UPDATE_EXECUTION, changing)
        self._summaries = len(self._created) + len(staying) + len(changing)
        return refused

    def _is_whole(self, row: Append) -> bool:
        """Whether an execution began and ended with this row, and no other follows: it is kept with its execution."""
        return row.sequence == 1 and row.stop_ms is not None and self._latest[row.key] is row

    def committed(self) -> None:
        """It is durable."""
        self._names.committed(self.created)
        self._packing.committed()
        self._heads.committed(self._latest.values(), self._wakes)

    def last_key(self) -> int:
        """The greatest key of an execution it creates, 0 for none."""
        return max(self._created, default=0)

    def pages(self) -> int:
        """About how many pages the commit adds to the write-ahead log."""
        return _FIXED_PAGES + self._summaries + len(self._wakes) + self._data_bytes // PAGE_BYTES


def _took_all(connection: sqlite3.Connection, statement: str, rows: list[Parameters]) -> bool:
    """Run a statement for every row; when one of them changed nothing, for none."""
    if not rows:
        return True
    connection.execute("SAVEPOINT all_rows")
    took = connection.executemany(statement, rows).rowcount == len(rows)
    if not took:
        connection.execute("ROLLBACK TO all_rows")
    connection.execute("RELEASE all_rows")
    return took


def _family(connection: sqlite3.Connection, machine_arn: str, arn_prefix: str, common: bytes) -> tuple[int, int]:
    """The ids of family and state machine, added when they are new."""
    found = connection.execute(sql.MACHINE_ID, (machine_arn,)).fetchone()
    if found is None:
        found = connection.execute(sql.ADD_MACHINE, (machine_arn,)).fetchone()
    alike = (found[0], arn_prefix, blob(common))
    family = connection.execute(sql.FAMILY_ID, alike).fetchone()
    if family is None:
        family = connection.execute(sql.ADD_FAMILY, alike).fetchone()
    return family[0], found[0]

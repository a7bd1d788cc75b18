"""A batch of writes as what SQLite is to run: one summary per execution, whatever number of rows it got.

Folding the batch first lets each table be written with one `executemany`, and finds what contradicts itself
before a transaction is open.
"""

import hashlib
import sqlite3
from collections.abc import Sequence

from podium.store.contract import Append, Conflict, Snapshot, Write
from podium.store.sql import statements as sql

_STATUS_CODES = {status: code for code, status in enumerate(sql.STATUSES)}
_RUNNING = _STATUS_CODES["RUNNING"]
PAGE_BYTES = 4096
_FIXED_PAGES = 6
"""Pages any commit rewrites: the last leaf of each table and index it appends to."""


def arn_digest(arn: str) -> bytearray:
    """What `execution.arn_digest` holds."""
    return blob(hashlib.blake2b(arn.encode(), digest_size=16).digest())


blob = bytearray
"""How a blob is handed to sqlite3: for `bytes`, as for `bool`, it searches its adapters on every parameter."""


class Batch:
    """The writes of one commit, folded.

    Raises:
        Conflict: the rows of an execution do not follow each other within the batch.
    """

    def __init__(self, shard: int, epoch: int, writes: Sequence[Write]) -> None:
        self.shard = shard
        self._epoch = epoch
        self._rows: list[tuple[int, int, int, bytearray]] = []
        self._created: dict[int, Append] = {}
        self._latest: dict[int, Append] = {}
        self._before: dict[int, int] = {}
        """Stored sequence the batch goes on from, by key of executions it did not create."""
        self._wakes: dict[int, int | None] = {}
        self._early_snapshots: list[tuple[int, int, bytes]] = []
        """Of executions the batch had not touched yet: compared with the sequence stored before it."""
        self._snapshots: dict[int, tuple[int, int, bytes]] = {}
        self._metas: dict[int, bytes] = {}
        for write in writes:
            if isinstance(write, Append):
                self._add_append(write)
            elif isinstance(write, Snapshot):
                self._add_snapshot(write)
            else:
                self._wakes[write.key] = write.wake_at_ms

    def _add_append(self, write: Append) -> None:
        key, sequence = write.key, write.sequence
        previous = self._latest.get(key)
        if previous is not None:
            if write.new is not None or sequence != previous.sequence + 1:
                raise Conflict(f"row {sequence} of execution {key} does not follow row {previous.sequence}")
        elif write.new is None:
            self._before[key] = sequence - 1
        elif sequence == 1:
            self._created[key] = write
        else:
            raise Conflict(f"row {sequence} of execution {key} cannot be its first")
        self._latest[key] = write
        self._rows.append((key, sequence, self._epoch, blob(write.row)))
        if self._wakes:
            self._wakes.pop(key, None)
        if write.snapshot is not None:
            self._snapshots[key] = (key, sequence, write.snapshot)
        if write.meta is not None:
            self._metas[key] = write.meta

    def _add_snapshot(self, write: Snapshot) -> None:
        snapshot = (write.key, write.sequence, write.data)
        latest = self._latest.get(write.key)
        if latest is None:
            self._early_snapshots.append(snapshot)
        elif write.sequence <= latest.sequence:
            other = self._snapshots.get(write.key)
            if other is None or other[1] <= write.sequence:
                self._snapshots[write.key] = snapshot

    def write(self, connection: sqlite3.Connection) -> bool:
        """Run it in the open transaction; False when the database refused a part of it, for `conflict` to name."""
        if self._early_snapshots:
            connection.executemany(sql.PUT_SNAPSHOT, self._early_snapshots)
        if self._created:
            created = self._created_rows(connection)
            if connection.executemany(sql.CREATE_EXECUTION, created).rowcount != len(created):
                return False
        if self._before and not self._advance(connection):
            return False
        connection.executemany(sql.APPEND_ROW, self._rows)
        if self._snapshots:
            connection.executemany(sql.PUT_SNAPSHOT, self._snapshots.values())
        if self._metas:
            connection.executemany(sql.SET_META, [(blob(meta), key) for key, meta in self._metas.items()])
        if self._wakes:
            connection.executemany(sql.SET_WAKE, [(wake_at_ms, key) for key, wake_at_ms in self._wakes.items()])
        return True

    def _created_rows(self, connection: sqlite3.Connection) -> list[tuple[object, ...]]:
        machines: dict[str, int] = {}
        rows: list[tuple[object, ...]] = []
        for key, first in self._created.items():
            new, last = first.new, self._latest[key]
            assert new is not None
            machine = machines.get(new.state_machine_arn)
            if machine is None:
                machine = machines[new.state_machine_arn] = _machine_id(connection, new.state_machine_arn)
            rows.append(
                (
                    key,
                    arn_digest(new.arn),
                    new.arn,
                    new.name,
                    machine,
                    self.shard,
                    _STATUS_CODES[last.status],
                    new.start_ms,
                    last.stop_ms,
                    last.sequence,
                    last.wake_at_ms,
                    int(last.resumable),
                    blob(new.meta),
                )
            )
        return rows

    def _advance(self, connection: sqlite3.Connection) -> bool:
        staying: list[tuple[object, ...]] = []
        changing: list[tuple[object, ...]] = []
        for key, sequence in self._before.items():
            last = self._latest[key]
            status = _STATUS_CODES[last.status]
            row = (status, last.stop_ms, last.sequence, last.wake_at_ms, int(last.resumable), key, sequence)
            (staying if status == _RUNNING else changing).append(row)
        advanced = 0
        if staying:
            advanced = connection.executemany(sql.ADVANCE_SAME_STATUS, staying).rowcount
            if advanced < len(staying):
                # Closed ones that run again. Those just advanced no longer match their sequence.
                changing += staying
        if changing:
            advanced += connection.executemany(sql.ADVANCE_EXECUTION, changing).rowcount
        return advanced == len(self._before)

    def conflict(self, connection: sqlite3.Connection) -> Conflict:
        """Why `write` returned False. `connection` sees what is committed, not the batch."""
        for key, sequence in self._before.items():
            stored = connection.execute(sql.SEQUENCE, (key,)).fetchone()
            if stored is None:
                return Conflict(f"there is no execution {key} to append row {sequence + 1} to")
            if stored[0] != sequence:
                return Conflict(f"row {sequence + 1} of execution {key} does not follow row {stored[0]}")
        seen: set[str] = set()
        for key, first in self._created.items():
            assert first.new is not None
            arn = first.new.arn
            if arn in seen or connection.execute(sql.FIND, (arn_digest(arn), arn)).fetchone() is not None:
                return Conflict(f"there is an execution {arn} already")
            if connection.execute(sql.SEQUENCE, (key,)).fetchone() is not None:
                return Conflict(f"there is an execution with key {key} already")
            seen.add(arn)
        return Conflict("a row of the batch is not its execution's next")

    def last_key(self) -> int:
        """The greatest key of an execution it creates, 0 for none."""
        return max(self._created, default=0)

    def pages(self) -> int:
        """About how many pages the commit adds to the write-ahead log."""
        data_bytes = sum(len(row[3]) for row in self._rows) + sum(len(entry[2]) for entry in self._snapshots.values())
        return _FIXED_PAGES + len(self._latest) + len(self._wakes) + data_bytes // PAGE_BYTES


def _machine_id(connection: sqlite3.Connection, arn: str) -> int:
    found = connection.execute(sql.MACHINE_ID, (arn,)).fetchone()
    if found is None:
        found = connection.execute(sql.ADD_MACHINE, (arn,)).fetchone()
    return int(found[0])

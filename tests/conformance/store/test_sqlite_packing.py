"""Rows are compressed where that pays, come back as they were, and no dictionary outlives what it was made of."""

import os

import pytest
from store_writes import MACHINE, arn_of

from podium.store import sqlite_packing
from podium.store.contract import Append, NewExecution, StoreError
from podium.store.sqlite import SqliteStore


def row_of(key, sequence):
    return b"".join(b"state %d of execution %d entered with input %d;" % (sequence, key, n) for n in range(6))


class Filled:
    """A store to which executions of two rows each are written, closed unless said otherwise."""

    def __init__(self, directory, specimen=lambda row: row):
        self.directory = directory
        self.specimen = specimen
        self.written = {}

    async def open(self):
        self.store = SqliteStore(self.directory, self.specimen)
        self.epoch = await self.store.claim(0)
        return self

    async def execution(self, likeness="r", *, closed=True, rows=row_of):
        key = self.store.next_key()
        new = NewExecution(arn_of(f"e{key}"), MACHINE, f"e{key}", 1, b"")
        first = Append(key, 1, rows(key, 1), "RUNNING", None, False, None, new, likeness=likeness)
        status, stop_ms = ("SUCCEEDED", 2) if closed else ("RUNNING", None)
        second = Append(key, 2, rows(key, 2), status, None, False, stop_ms, likeness=likeness)
        await self.store.commit(0, self.epoch, [first])
        await self.store.commit(0, self.epoch, [second])
        self.written[key] = [first.row, second.row]
        return key

    def all(self, statement):
        return self.store._connections.reader.execute(statement).fetchall()

    async def check(self):
        for key, rows in self.written.items():
            assert (await self.store.load(key)).rows == rows
            assert [row for _, row in await self.store.rows(key)] == rows
            assert await self.store.rows_at(key, [1, 2]) == {1: rows[0], 2: rows[1]}


@pytest.fixture
async def filled(tmp_path):
    filled = await Filled(tmp_path).open()
    yield filled
    await filled.store.close()


async def test_rows_that_come_often_are_compressed_with_a_dictionary(filled):
    for _ in range(60):
        await filled.execution()
    await filled.check()
    assert filled.all("SELECT likeness FROM dictionary") == [("r",)]
    stored = filled.all("SELECT length(row), packing FROM journal ORDER BY id DESC LIMIT 10")
    assert {packing for _, packing in stored} == {1}
    assert max(size for size, _ in stored) < len(row_of(1, 1)) / 3


async def test_a_dictionary_is_used_again_after_a_restart(filled):
    for _ in range(60):
        await filled.execution()
    await filled.store.close()
    await filled.open()
    await filled.check()
    for _ in range(20):
        await filled.execution()
    await filled.check()
    assert filled.all("SELECT packing FROM journal ORDER BY id DESC LIMIT 1") == [(1,)]
    assert filled.all("SELECT count(*) FROM dictionary") == [(1,)]


async def test_executions_that_do_not_end_get_a_dictionary_later(filled, monkeypatch):
    monkeypatch.setattr(sqlite_packing, "SAMPLED_AT_MOST", 200)
    for _ in range(60):
        await filled.execution(closed=False)
    assert filled.all("SELECT * FROM dictionary") == []
    for _ in range(60):
        await filled.execution(closed=False)
    assert len(filled.all("SELECT * FROM dictionary")) == 1
    await filled.check()


async def test_many_likenesses_do_not_take_turns_in_memory(filled):
    for _ in range(12):
        for number in range(100):
            await filled.execution(f"r{number}")
    assert filled.all("SELECT * FROM dictionary") == []
    assert filled.store._packing._samples == {}
    await filled.check()


async def test_long_rows_are_compressed_alone_unless_it_gains_nothing(filled):
    rows = {
        "short": b"as it is",
        "long": b"as it is " * 100,
        "large": b"as it is " * 10_000,
        "random": os.urandom(10_000),
    }
    keys = {name: await filled.execution("", rows=lambda key, sequence, row=row: row) for name, row in rows.items()}
    await filled.check()
    packing = {name: filled.all(f"SELECT packing FROM journal WHERE execution = {key}") for name, key in keys.items()}
    assert packing == {"short": [(None,)] * 2, "long": [(0,)] * 2, "large": [(0,)] * 2, "random": [(None,)] * 2}


async def test_snapshots_are_compressed_too(filled):
    key = await filled.execution(closed=False)
    snapshot = b"a branch and " * 100
    last = Append(key, 3, b"row", "RUNNING", 5, True, snapshot=snapshot)
    await filled.store.commit(0, filled.epoch, [last])
    assert (await filled.store.load(key)).snapshot == snapshot
    assert [loaded.snapshot for loaded in await filled.store.resumable(0, 9)] == [snapshot]
    assert filled.all("SELECT length(data) < 100 FROM snapshot") == [(1,)]


async def test_an_execution_of_one_row_and_one_to_resume_come_back(filled):
    for _ in range(60):
        await filled.execution()
    whole, open_key = filled.store.next_key(), filled.store.next_key()
    writes = [
        Append(
            key, 1, row_of(key, 1), status, None, stop_ms is None, stop_ms,
            NewExecution(arn_of(f"e{key}"), MACHINE, f"e{key}", 1, b""), likeness="r",
        )
        for key, status, stop_ms in ((whole, "FAILED", 5), (open_key, "RUNNING", None))
    ]  # fmt: skip
    await filled.store.commit(0, filled.epoch, writes)
    assert filled.all(f"SELECT packing FROM execution WHERE key = {whole}") == [(1,)]
    assert (await filled.store.load(whole)).rows == [row_of(whole, 1)]
    assert await filled.store.rows(whole, descending=True) == [(1, row_of(whole, 1))]
    assert [loaded.rows for loaded in await filled.store.resumable(0, 9)] == [[row_of(open_key, 1)]]


async def test_a_dictionary_is_made_of_specimens(tmp_path):
    filled = await Filled(tmp_path, lambda row: row.replace(b"input", b"?????")).open()
    for _ in range(60):
        await filled.execution()
    ((data,),) = filled.all("SELECT data FROM dictionary")
    assert b"?????" in data
    assert b"input" not in data
    await filled.check()
    await filled.store.close()


async def test_rows_of_another_kind_get_no_dictionary(tmp_path):
    """What the real specimen can't read it says nothing of."""
    store = SqliteStore(tmp_path)
    filled = Filled(tmp_path)
    filled.store, filled.epoch = store, await store.claim(0)
    for _ in range(60):
        await filled.execution()
    assert filled.all("SELECT * FROM dictionary") == []
    await filled.check()
    await store.close()


async def test_a_dictionary_made_in_a_batch_that_fails_is_stored_with_the_next(filled, monkeypatch):
    for _ in range(30):
        await filled.execution()

    async def fail():
        raise OSError("no")

    with monkeypatch.context() as broken:
        broken.setattr(filled.store._committer, "commit", fail)
        for _ in range(40):
            with pytest.raises(OSError, match="no"):
                await filled.execution()
    assert filled.all("SELECT count(*) FROM dictionary") == [(0,)]
    for _ in range(2):
        await filled.execution()
    assert filled.all("SELECT packing FROM journal ORDER BY id DESC LIMIT 1") == [(1,)]
    await filled.check()


@pytest.mark.parametrize("damage", ["DELETE FROM dictionary", "UPDATE journal SET row = x'00'"])
async def test_damage_is_named(filled, damage):
    for _ in range(60):
        key = await filled.execution()
    await filled.store.close()
    await filled.open()
    filled.store._connections.writer.execute(damage)
    with pytest.raises(StoreError, match=r"dictionary 1, which is not there|cannot be decompressed"):
        await filled.store.load(key)

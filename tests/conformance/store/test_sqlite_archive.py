"""Closed executions are packed together: less room, and nobody who reads or goes on sees a difference."""

import os

import pytest
from store_writes import Writing, arn_of, more, start

from podium.store import sqlite_archive
from podium.store.contract import Fenced
from podium.store.sqlite import SqliteStore


@pytest.fixture
async def store(sqlite_store):
    return sqlite_store


@pytest.fixture
async def writing(store):
    return Writing(store, await store.claim(0))


def held(store, table):
    """Keys of the executions a table has something of."""
    return [key for (key,) in store._all(f"SELECT DISTINCT execution FROM {table} ORDER BY 1")]


async def closed(writing, count, **options):
    """An execution of so many rows, the last of which ends it."""
    key = await writing.with_rows(count - 1)
    assert await writing(more(key, count, status="FAILED", **options)) == set()
    return key


async def everything(store, key):
    return (
        await store.load(key),
        await store.rows(key),
        await store.rows(key, after=1, limit=2),
        await store.rows(key, before=4, limit=2, descending=True),
        await store.rows_at(key, [0, 1, 3, 9]),
    )


async def compact(store, writing, limit=9):
    after = 0
    while after is not None:
        after = await store.compact(0, writing.epoch, after, limit)


async def test_what_closed_reads_as_before(store, writing):
    keys = [await closed(writing, 5), await closed(writing, 5, snapshot=b"s5"), await closed(writing, 2)]
    before = [await everything(store, key) for key in keys]
    await compact(store, writing, limit=2)
    assert (held(store, "journal"), held(store, "archive")) == ([], keys)
    assert [await everything(store, key) for key in keys] == before


async def test_it_takes_less_room(store, writing):
    payload = b'{"order": [%s]}' % b", ".join(b'"%d"' % n for n in range(200))
    key = store.next_key()
    await writing(start(key, row=payload))
    for sequence in range(2, 8):
        last = more(key, sequence, status="RUNNING" if sequence < 7 else "SUCCEEDED")
        last.row = payload + str(sequence).encode()
        await writing(last)
    ((apart,),) = store._all("SELECT sum(length(row)) FROM journal")
    await compact(store, writing)
    ((together,),) = store._all("SELECT length(data) FROM archive")
    assert together < apart / 4
    assert (await store.load(key)).rows[6] == payload + b"7"


async def test_what_runs_stays_and_so_does_what_is_whole_or_long(store, writing, monkeypatch):
    monkeypatch.setattr(sqlite_archive, "BYTES_MAX", 50_000)
    running = await writing.with_rows(3)
    whole = await writing.started(status="SUCCEEDED")
    redriven = await writing.started(name="redriven", status="FAILED")
    await writing(more(redriven, 2), more(redriven, 3, status="FAILED"))
    long = store.next_key()
    last = more(long, 2, status="FAILED")
    last.row = os.urandom(50_000)
    await writing(start(long), last)
    unpacked = store.next_key()
    await writing(start(unpacked, row=b"x" * 50_000), more(unpacked, 2, status="FAILED"))
    keys = (running, whole, redriven, long, unpacked)
    before = [await everything(store, key) for key in keys]
    await compact(store, writing)
    assert held(store, "archive") == []
    assert [await everything(store, key) for key in keys] == before


async def test_a_damaged_journal_is_left_as_it_is(store, writing):
    """Packed together its rows would be taken for others."""
    key = await closed(writing, 4)
    store._writer.execute("DELETE FROM journal WHERE sequence = 2")
    await compact(store, writing)
    assert held(store, "archive") == []
    assert [sequence for sequence, _ in await store.rows(key)] == [1, 3, 4]


async def test_a_piece_ends_after_some_rows(store, writing, monkeypatch):
    monkeypatch.setattr(sqlite_archive, "ROWS_AT_ONCE", 8)
    monkeypatch.setattr(sqlite_archive, "ROWS_MAX", 5)
    short, long = [await closed(writing, 4) for _ in range(3)], await closed(writing, 6)
    assert await store.compact(0, writing.epoch, 0, 9) == short[1]
    assert held(store, "archive") == short[:2]
    assert await store.compact(0, writing.epoch, short[1], 9) is None
    assert (held(store, "archive"), held(store, "journal")) == (short, [long])


async def test_a_redrive_takes_the_rows_back(store, writing):
    key = await closed(writing, 4)
    await compact(store, writing)
    assert await writing(more(key, 9)) == {key}
    assert held(store, "archive") == [key]
    await writing(more(key, 5, resumable=True), more(key, 6, resumable=True))
    assert (held(store, "journal"), held(store, "archive")) == ([key], [])
    assert [sequence for sequence, _ in await store.rows(key)] == [1, 2, 3, 4, 5, 6]
    assert [len(loaded.rows) for loaded in await store.resumable(0, 9)] == [6]
    await writing(more(key, 7, status="SUCCEEDED"))
    await compact(store, writing)
    assert held(store, "archive") == [key]
    assert len((await store.load(key)).rows) == 7


async def test_what_is_forgotten_is_gone(store, writing):
    key = await closed(writing, 4)
    await writing.started()
    await compact(store, writing)
    assert await store.forget(0, writing.epoch, [key]) is False
    assert held(store, "archive") == []
    assert await store.rows(key) == []


async def test_it_survives_closing(store, writing, tmp_path):
    key = await closed(writing, 4)
    await compact(store, writing)
    before = await everything(store, key)
    await store.close()
    again = SqliteStore(tmp_path / "data")
    assert await everything(again, key) == before
    assert (await again.find(arn_of(f"e{key}"))).sequence == 4
    await again.close()


async def test_only_the_owner_compacts(store, writing):
    await store.claim(0)
    with pytest.raises(Fenced):
        await store.compact(0, writing.epoch, 0, 9)


async def test_a_piece_that_fails_changes_nothing(store, writing, monkeypatch):
    key = await closed(writing, 4)
    before = await everything(store, key)

    async def fail():
        raise OSError("no")

    with monkeypatch.context() as broken:
        broken.setattr(store._committer, "commit", fail)
        with pytest.raises(OSError, match="no"):
            await store.compact(0, writing.epoch, 0, 9)
    assert held(store, "archive") == []
    assert await everything(store, key) == before

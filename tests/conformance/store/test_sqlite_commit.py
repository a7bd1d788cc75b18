"""The SQLite store's commits: what others see meanwhile, where they run, and what a failing disk leaves."""

import asyncio
import os
import threading

import pytest
from store_writes import arn_of, more, start

from podium.store import sqlite_commit
from podium.store.contract import StoreError
from podium.store.sql import statements
from podium.store.sqlite import SqliteStore


class Gate:
    """Holds COMMIT in its thread until opened."""

    def __init__(self, store, monkeypatch):
        self.reached = threading.Event()
        self.opened = threading.Event()
        self.passed = threading.Event()
        commit = store._committer._commit

        def held():
            self.reached.set()
            assert self.opened.wait(10)
            commit()
            self.passed.set()

        monkeypatch.setattr(store._committer, "_commit", held)
        monkeypatch.setattr(store._committer, "in_place", lambda: False)

    async def until_reached(self):
        assert await asyncio.to_thread(self.reached.wait, 10)


@pytest.fixture
async def epoch(sqlite_store):
    return await sqlite_store.claim(0)


async def test_reads_during_a_commit_see_what_was_before(sqlite_store, epoch, monkeypatch):
    store = sqlite_store
    key = store.next_key()
    await store.commit(0, epoch, [start(key, "e")])
    before = await store.load(key)
    gate = Gate(store, monkeypatch)
    commit = asyncio.create_task(store.commit(0, epoch, [more(key, 2), start(store.next_key(), "new")]))
    await gate.until_reached()
    assert await store.load(key) == before
    assert await store.rows(key) == [(1, b"%d:1" % key)]
    assert await store.find(arn_of("new")) is None
    assert await store.count_open() == 1
    assert not commit.done()
    gate.opened.set()
    await commit
    assert (await store.load(key)).summary.sequence == 2
    assert await store.count_open() == 2


async def test_a_commit_that_ends_during_a_load_does_not_show_in_half_of_it(sqlite_store, epoch, monkeypatch):
    store = sqlite_store
    key = store.next_key()
    await store.commit(0, epoch, [start(key)])
    before = await store.load(key)
    gate = Gate(store, monkeypatch)
    commit = asyncio.create_task(store.commit(0, epoch, [more(key, 2, snapshot=b"s2")]))
    await gate.until_reached()
    read = store._all

    def read_and_let_the_commit_end(statement, parameters=()):
        rows = read(statement, parameters)
        if statement == statements.SUMMARY:
            gate.opened.set()
            assert gate.passed.wait(10)
        return rows

    monkeypatch.setattr(store, "_all", read_and_let_the_commit_end)
    assert await store.load(key) == before
    await commit
    assert (await store.load(key)).snapshot == b"s2"


async def test_the_catalogue_waits_for_the_commit(sqlite_store, epoch, monkeypatch):
    gate = Gate(sqlite_store, monkeypatch)
    commit = asyncio.create_task(sqlite_store.commit(0, epoch, [start(sqlite_store.next_key())]))
    await gate.until_reached()
    put = asyncio.create_task(sqlite_store.put("k", "a", b"data"))
    await asyncio.sleep(0)
    assert await sqlite_store.get("k", "a") is None
    gate.opened.set()
    await asyncio.gather(commit, put)
    assert (await sqlite_store.get("k", "a")).data == b"data"


async def test_a_cancelled_commit_ends_before_the_next_begins(sqlite_store, epoch, monkeypatch):
    store = sqlite_store
    gate = Gate(store, monkeypatch)
    commit = asyncio.create_task(store.commit(0, epoch, [start(store.next_key(), "cancelled")]))
    await gate.until_reached()
    commit.cancel()
    following = asyncio.create_task(store.commit(0, epoch, [start(store.next_key(), "following")]))
    await asyncio.sleep(0)
    commit.cancel()
    gate.opened.set()
    with pytest.raises(asyncio.CancelledError):
        await commit
    await following
    assert await store.find(arn_of("cancelled")) is not None
    assert await store.find(arn_of("following")) is not None


async def test_a_full_disk_refuses_the_batch_and_heals(sqlite_store, epoch):
    store = sqlite_store
    await store.commit(0, epoch, [start(store.next_key(), "before")])
    pages = store._writer.execute("PRAGMA page_count").fetchone()[0]
    store._writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match=r"The disk that holds .*podium\.db is full\."):
        await store.commit(0, epoch, [start(store.next_key(), "large", row=os.urandom(100_000))])
    with pytest.raises(StoreError, match="is full"):
        await store.put("k", "a", bytes(100_000))
    assert await store.find(arn_of("large")) is None
    assert await store.get("k", "a") is None
    store._writer.execute("PRAGMA max_page_count = 1000000")
    await store.commit(0, epoch, [start(store.next_key(), "large", row=os.urandom(100_000))])
    assert await store.find(arn_of("large")) is not None


async def test_what_sqlite_cannot_store_leaves_nothing_behind(sqlite_store, epoch):
    store = sqlite_store
    with pytest.raises(OverflowError):
        await store.commit(0, epoch, [start(store.next_key(), "good"), start(store.next_key(), wake_at_ms=2**63)])
    assert await store.find(arn_of("good")) is None
    await store.commit(0, epoch, [start(store.next_key(), "good")])


def test_commits_run_in_place_only_while_the_disk_is_fast():
    committer = sqlite_commit.Committer(None)
    try:
        assert not committer.in_place()
        committer._seconds.extend([0.005] * 6 + [0.0001])
        assert not committer.in_place()
        committer._seconds.append(0.0001)
        assert committer.in_place()
        committer._seconds.extend([0.0001] * 7 + [0.001])
        assert committer.in_place()
        committer._seconds.append(0.001)
        assert not committer.in_place(), "two stalls of 1 ms in eight commits cost more than a thread"
        committer._seconds.extend([0.0001] * 7)
        assert not committer.in_place(), "too few to tell"
        committer._seconds.append(0.005)
        assert committer.in_place()
    finally:
        committer.close()


async def test_the_write_ahead_log_is_reused(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_commit, "_CHECKPOINT_PAGES", 50)
    monkeypatch.setattr(sqlite_commit, "_BLOCKING_PAGES", 100)
    store = SqliteStore(tmp_path)
    epoch = await store.claim(0)
    for _ in range(200):
        await store.commit(0, epoch, [start(store.next_key(), row=os.urandom(20_000))])
    written_bytes = 200 * 20_000
    assert (tmp_path / "podium.db-wal").stat().st_size < written_bytes / 2
    assert (tmp_path / "podium.db").stat().st_size > written_bytes / 2
    await store.close()


async def test_a_failing_checkpoint_loses_nothing(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(sqlite_commit, "_CHECKPOINT_PAGES", 1)
    store = SqliteStore(tmp_path)
    store._connections.checkpoints.close()
    epoch = await store.claim(0)
    await store.commit(0, epoch, [start(store.next_key(), "e")])
    await store._checkpointer.catch_up()
    assert "could not be copied" in caplog.text
    await store.close()
    store = SqliteStore(tmp_path)
    assert await store.find(arn_of("e")) is not None
    await store.close()

"""Heads: summaries that stay the same are not rewritten, and what is remembered of them is what the file holds."""

import sqlite3

import pytest
from store_writes import Writing, arn_of, more, start

from podium.store import sqlite_heads
from podium.store.contract import StoreError, Wake
from podium.store.sqlite import SqliteStore


@pytest.fixture
async def store(tmp_path):
    store = SqliteStore(tmp_path)
    yield store
    await store.close()


@pytest.fixture
async def writing(store):
    return Writing(store, await store.claim(0))


def updates(store):
    """The statements that change summaries, from now on."""
    found = []
    store._writer.set_trace_callback(lambda text: found.append(text) if text.startswith("UPDATE execution") else None)
    return found


async def test_a_summary_is_rewritten_only_when_it_says_something_else(store, writing):
    key = await writing.started(resumable=True)
    found = updates(store)
    for sequence in range(2, 6):
        await writing(more(key, sequence, resumable=True))
    assert found == []
    await writing(more(key, 6, resumable=True, wake_at_ms=5))
    await writing(more(key, 7, resumable=True, wake_at_ms=5), more(key, 8, wake_at_ms=5))
    await writing(more(key, 9, status="FAILED"))
    # A statement is traced once more for its trigger.
    assert len(set(found)) == 3


async def test_an_open_execution_is_as_far_as_its_journal(store, writing):
    key = await writing.started(name="far", resumable=True)
    await writing(more(key, 2, resumable=True), more(key, 3, resumable=True))
    assert (await store.find(arn_of("far"))).sequence == 3
    (listed,) = await store.list_executions(state_machine_arn=None, status="RUNNING", limit=5)
    assert listed.sequence == 3
    (loaded,) = await store.resumable(0, 5)
    assert (loaded.summary.sequence, len(loaded.rows)) == (3, 3)


async def test_what_was_not_committed_is_not_remembered(store, writing):
    key = await writing.started(resumable=True)
    held = sqlite3.connect(store._path)
    held.execute("BEGIN IMMEDIATE")
    store._writer.execute("PRAGMA busy_timeout = 0")
    with pytest.raises(StoreError):
        await writing(more(key, 2, resumable=True, wake_at_ms=9))
    held.close()
    assert await writing(more(key, 2, resumable=True, wake_at_ms=9)) == set()
    assert await store.due(9, 5) == [(9, key)]


async def test_a_wake_up_time_that_moved_alone_can_move_back(store, writing):
    key = await writing.started(resumable=True, wake_at_ms=5)
    await writing(Wake(key, 7))
    await writing(more(key, 2, resumable=True, wake_at_ms=5))
    assert await store.due(9, 5) == [(5, key)]


async def test_forgotten_heads_are_read_again(store, writing, monkeypatch):
    monkeypatch.setattr(sqlite_heads, "HEADS_MAX", 4)
    keys = [await writing.started(resumable=True) for _ in range(20)]
    for sequence in range(2, 5):
        assert await writing(*(more(key, sequence, resumable=True) for key in keys)) == set()
        assert await writing(*(more(key, sequence, resumable=True) for key in keys)) == set(keys)
    assert len(store._heads._heads) <= len(keys) // 2
    for key in keys:
        assert (await store.load(key)).summary.sequence == 4


async def test_those_that_sleep_or_are_over_take_no_memory(store, writing):
    for status, resumable in (("RUNNING", False), ("SUCCEEDED", True), ("SUCCEEDED", False)):
        key = await writing.started(resumable=True)
        assert key in store._heads._heads
        await writing(more(key, 2, status=status, resumable=resumable))
        assert key not in store._heads._heads
    redriven = start(store.next_key(), status="FAILED")
    await writing(redriven)
    assert await writing(more(redriven.key, 2, resumable=True)) == set()
    assert (await store.load(redriven.key)).summary.status == "RUNNING"

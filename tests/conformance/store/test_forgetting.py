"""Closed executions are forgotten whole, in pieces, and nothing else is."""

import pytest
from store_writes import MACHINE, OTHER_MACHINE, Writing, arn_of, more

from podium.store import sqlite_forgetting
from podium.store.contract import Fenced

ALL = 1 << 60


async def test_what_is_forgotten_is_gone_and_its_name_is_free(store, writing):
    whole = await writing.started(name="whole", status="SUCCEEDED")
    long = await writing.with_rows(2)
    await writing(more(long, 3, status="FAILED", snapshot=b"s3"))
    await writing.started(name="newest")
    assert await store.forget(0, writing.epoch, [whole, long]) is False
    for key in (whole, long):
        assert await store.load(key) is None
        assert await store.rows(key) == []
    assert await store.find(arn_of("whole")) is None
    assert await store.list_executions(state_machine_arn=MACHINE, status="SUCCEEDED", limit=9) == []
    again = await writing.started(name="whole")
    assert (await store.find(arn_of("whole"))).key == again


async def test_what_runs_stays_and_so_does_the_newest(store, writing):
    running = await writing.started()
    newest = await writing.started(status="SUCCEEDED")
    await store.forget(0, writing.epoch, [running, newest, newest + 1])
    assert (await store.load(running)).rows == [b"%d:1" % running]
    assert (await store.load(newest)).rows == [b"%d:1" % newest]


async def test_a_row_for_what_was_forgotten_is_refused(store, writing):
    key = await writing.started(status="FAILED")
    await writing.started()
    await store.forget(0, writing.epoch, [key])
    assert await writing(more(key, 2)) == {key}


async def test_only_the_owner_forgets(store, writing):
    key = await writing.started(status="FAILED")
    await writing.started()
    await store.claim(0)
    with pytest.raises(Fenced):
        await store.forget(0, writing.epoch, [key])
    assert await store.load(key) is not None


async def test_a_long_journal_goes_in_pieces_over_restarts(store, writing, monkeypatch):
    monkeypatch.setattr(sqlite_forgetting, "ROWS_AT_ONCE", 10)
    keys = [await writing.with_rows(12) for _ in range(3)]
    await writing(*(more(key, 13, status="SUCCEEDED") for key in keys))
    await writing.started()
    calls, left = 1, await store.forget(0, writing.epoch, keys)
    assert await store.rows(keys[2]) == [] or await store.load(keys[2]) is None
    while left:
        left = await store.forget(0, writing.epoch, [])
        calls += 1
        assert calls < 9
    for key in keys:
        assert await store.rows(key) == []


async def test_closed_ones_are_found_in_the_order_they_started(store, writing):
    # `start` begins execution n at 1,000 + n and ends it at 2,000 + n.
    keys = [await writing.started(status=status) for status in ("SUCCEEDED", "RUNNING", "FAILED", "ABORTED", "RUNNING")]
    closed, after = await store.closed_before(ALL, 0, 3)
    assert ([summary.key for summary in closed], after) == ([keys[0], keys[2]], keys[2])
    closed, after = await store.closed_before(ALL, keys[2], 3)
    assert ([summary.key for summary in closed], after) == ([keys[3]], None)
    closed, after = await store.closed_before(2_000 + keys[2], 0, 9)
    assert [summary.key for summary in closed] == [keys[0]]
    # None that started after the time can have ended before it.
    assert await store.closed_before(1_000 + keys[0], 0, 1) == ([], None)


async def test_a_state_machine_without_executions_leaves_nothing(sqlite_store):
    writing = Writing(sqlite_store, await sqlite_store.claim(0))
    keys = [await writing.started(machine=OTHER_MACHINE, status="FAILED") for _ in range(2)]
    await writing.started()

    def known():
        reader = sqlite_store._connections.reader
        return [reader.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("machine", "family")]

    await sqlite_store.forget(0, writing.epoch, keys[:1])
    assert known() == [2, 2]
    await sqlite_store.forget(0, writing.epoch, keys[1:])
    assert known() == [1, 1]
    again = await writing.started(machine=OTHER_MACHINE)
    assert (await sqlite_store.load(again)).summary.state_machine_arn == OTHER_MACHINE

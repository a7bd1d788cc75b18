"""Closed executions are kept for a time; what runs, or is still needed, for longer."""

import pytest
from definitions import task
from engine_driver import EngineRun, broken

from podium.engine import retention
from podium.engine.driving import SHARD
from podium.store import sqlite_forgetting
from podium.store.map_runs import MAP_RUN, MAP_RUN_OF_EXECUTION, OPEN_MAP_RUN, execution_key
from podium.store.memory import MemoryStore
from podium.store.records import DECISION, EDITED_INPUT
from podium.store.sqlite import SqliteStore

PASS = {"P": {"Type": "Pass"}}
WAIT = {"W": {"Type": "Wait", "Seconds": 9_999_999}}
DAY_SECONDS = 24 * 60 * 60


@pytest.fixture(params=["memory", "sqlite"])
async def keeping_a_day(request, tmp_path):
    store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "data")
    run = await EngineRun(store).open(retention_days=1, look_ahead_seconds=DAY_SECONDS)
    yield run
    await run.close()
    await store.close()


async def test_what_closed_long_ago_is_forgotten(keeping_a_day):
    run = keeping_a_day
    await run.start(PASS, 1, "old")
    await run.start({"T": task()}, 1, "runs")
    await run.advance(DAY_SECONDS / 2)
    await run.start(PASS, 1, "younger")
    await run.start(PASS, 1, "newest")
    await run.advance(DAY_SECONDS / 2 - 1)
    assert await run.status("old") == "SUCCEEDED"
    await run.advance(retention.SWEEP_MS / 1000 + 2)
    assert await run.status("old") is None
    assert await run.status("younger") == "SUCCEEDED"
    assert await run.status("runs") == "RUNNING"
    await run.start(PASS, 2, "old")
    assert await run.output("old") == 2


async def test_it_counts_from_the_end(keeping_a_day):
    run = keeping_a_day
    await run.start({"W": {"Type": "Wait", "Seconds": 2 * DAY_SECONDS}}, 1, "long")
    await run.start(PASS, 1, "newest")
    await run.advance(3 * DAY_SECONDS - 60)
    assert await run.status("long") == "SUCCEEDED"
    await run.advance(retention.SWEEP_MS / 1000 + 60)
    assert await run.status("long") is None


async def test_many_go_piece_by_piece(keeping_a_day, monkeypatch):
    monkeypatch.setattr(retention, "LOOKED_AT_ONCE", 4)
    run = keeping_a_day
    for number in range(19):
        await run.start(PASS, number, f"e{number}")
    await run.start(WAIT, 1, "newest")
    await run.advance(DAY_SECONDS + retention.SWEEP_MS / 1000 + 1)
    assert [number for number in range(19) if await run.status(f"e{number}")] == []
    assert await run.status("newest") == "RUNNING"


async def test_a_sweep_ends_when_nothing_is_left_to_be_removed(keeping_a_day, monkeypatch):
    monkeypatch.setattr(sqlite_forgetting, "ROWS_AT_ONCE", 1)
    run = keeping_a_day
    for number in range(9):
        await run.start({"T": task("t")}, number, f"e{number}")
        run.performer.succeed(number)
        await run.settle()
    await run.start(WAIT, 1, "newest")
    # What a sweep leaves would wait for the next one, ten minutes later.
    await run.advance(DAY_SECONDS + retention.SWEEP_MS / 1000 + 60)
    assert await run.status("e0") is None
    assert not await run.store.forget(SHARD, run.engine._retention._epoch, [])


async def test_children_of_a_map_run_that_runs_are_kept(keeping_a_day):
    run = keeping_a_day
    arn = await run.start(PASS, 1, "child")
    machine_arn = (await run.store.find(arn)).state_machine_arn
    await run.start(PASS, 1, "newest")
    await run.store.put(OPEN_MAP_RUN, machine_arn, b"")
    await run.advance(2 * DAY_SECONDS)
    assert await run.status("child") == "SUCCEEDED"
    await run.store.delete(OPEN_MAP_RUN, machine_arn)
    await run.advance(retention.SWEEP_MS / 1000 + 1)
    assert await run.status("child") is None


async def test_map_runs_go_with_their_execution(keeping_a_day):
    run = keeping_a_day
    arn = await run.start(PASS, 1, "one")
    other = await run.start(WAIT, 1, "one-more")
    for owner, map_run in ((arn, "arn:map-run:a"), (other, "arn:map-run:b")):
        await run.store.put(MAP_RUN, map_run, b"record")
        await run.store.put(MAP_RUN_OF_EXECUTION, execution_key(owner, 5), map_run.encode())
    await run.advance(DAY_SECONDS + retention.SWEEP_MS / 1000 + 1)
    assert [record.key for record in await run.store.list(MAP_RUN)] == ["arn:map-run:b"]
    assert [record.data for record in await run.store.list(MAP_RUN_OF_EXECUTION)] == [b"arn:map-run:b"]


async def test_a_failure_of_the_store_is_tried_again(keeping_a_day, caplog):
    run = keeping_a_day
    await run.start(PASS, 1, "old")
    await run.start(PASS, 1, "newest")
    failures = broken(1)
    forget = run.store.forget

    async def failing(shard, epoch, keys):
        if keys and failures:
            raise failures.pop()
        return await forget(shard, epoch, keys)

    run.store.forget = failing
    await run.advance(DAY_SECONDS + 2 * retention.SWEEP_MS / 1000 + 1)
    assert "are tried again" in caplog.text
    assert await run.status("old") is None


async def test_what_humans_did_goes_with_their_execution(keeping_a_day):
    run = keeping_a_day
    await run.start(PASS, 1, "old")
    arn = (await run.describe("old")).arn
    for kind in (DECISION, EDITED_INPUT):
        await run.store.put(kind, f"{arn}#1", b"x")
        await run.store.put(kind, f"{arn}er#1", b"x")
    await run.start(WAIT, 1, "newest")
    await run.advance(DAY_SECONDS + retention.SWEEP_MS / 1000 + 1)
    for kind in (DECISION, EDITED_INPUT):
        assert [record.key for record in await run.store.list(kind)] == [f"{arn}er#1"]

"""Closed executions are packed together in the background, when the engine has a moment."""

import asyncio

import pytest
from definitions import task
from engine_driver import EngineRun, broken

from podium.engine import compaction
from podium.engine.background import Background
from podium.store.sqlite import SqliteStore
from podium.testing import VirtualClock

SWEEP = compaction.SWEEP_MS / 1000 + 1


@pytest.fixture
async def run(tmp_path):
    store = SqliteStore(tmp_path / "data")
    run = await EngineRun(store).open(retention_days=90)
    yield run
    await run.close()
    await store.close()


def archived(run):
    return run.store._all("SELECT count(*) FROM archive")[0][0]


async def failed(run, name="one"):
    await run.start({"A": task("a"), "B": task("b")}, {"n": 1}, name)
    run.performer.succeed({"a": 1}, function="a")
    await run.settle()
    run.performer.fail("Broken", "why", function="b")
    await run.settle()


async def test_what_closed_is_packed_and_shown_as_before(run):
    await failed(run)
    before = await run.history(), await run.history(reverse=True, limit=2), await run.describe()
    assert archived(run) == 0
    await run.advance(SWEEP)
    assert archived(run) == 1
    assert (await run.history(), await run.history(reverse=True, limit=2), await run.describe()) == before


async def test_what_was_packed_can_be_redriven(run):
    await failed(run)
    await run.advance(SWEEP)
    await run.engine.redrive_execution((await run.describe()).arn, None)
    await run.crash(retention_days=90)
    assert archived(run) == 0
    run.performer.succeed("b", function="b")
    await run.settle()
    assert await run.output() == "b"


async def test_many_are_packed_piece_by_piece(run, monkeypatch):
    monkeypatch.setattr(compaction, "LOOKED_AT_ONCE", 2)
    for number in range(5):
        await failed(run, f"e{number}")
    await run.advance(SWEEP)
    assert archived(run) == 5


async def test_a_failing_store_is_tried_again(run, monkeypatch):
    await failed(run)
    failures, compact = broken(), run.store.compact

    async def failing(*arguments):
        if failures:
            raise failures.pop()
        return await compact(*arguments)

    monkeypatch.setattr(run.store, "compact", failing, raising=False)
    await run.advance(SWEEP)
    assert archived(run) == 0
    await run.advance(SWEEP)
    assert archived(run) == 1


async def test_it_waits_while_decisions_are_on_their_way():
    clock, busy, pieces = VirtualClock(), True, []
    background = Background(clock)

    class Store:
        async def compact(self, *arguments):
            pieces.append(arguments)

    async def settle():
        await asyncio.gather(*background.tasks)

    compaction.Compaction(Store(), clock, 1, lambda: busy, background).begin()
    await clock.advance(compaction.SWEEP_MS + 10 * compaction.PAUSE_MS, settle)
    assert pieces == []
    busy = False
    await clock.advance(compaction.PAUSE_MS, settle)
    assert pieces == [(0, 1, 0, compaction.LOOKED_AT_ONCE)]
    await background.close()

"""Group commit: batches form while one is written; a failed one loses nothing and doubles nothing."""

import asyncio

import pytest
from definitions import parallel, task
from engine_driver import broken, until

from podium.core.machine.stimuli import Wake
from podium.engine import turns
from podium.engine.errors import CommitFailed
from podium.integrations.contract import TaskOutcome

TASK = {"T": task()}


async def test_what_arrives_during_a_commit_is_the_next_batch(run):
    run.store.open_gate.clear()
    first = asyncio.create_task(run.start(TASK, 0, "e0"))
    await until(lambda: run.store.batches)
    rest = [asyncio.create_task(run.start(TASK, n, f"e{n}")) for n in (1, 2, 3)]
    await until(lambda: len(run.engine._committer._pending) == 3)
    assert not first.done()
    run.store.open_gate.set()
    await asyncio.gather(first, *rest)
    assert [len(batch) for batch in run.store.batches] == [1, 3]


async def test_nothing_is_performed_before_it_is_durable(run):
    run.store.open_gate.clear()
    starting_one = asyncio.create_task(run.start(TASK))
    await until(lambda: run.store.batches)
    assert run.performer.performed == []
    run.store.open_gate.set()
    await starting_one
    assert len(run.performer.performed) == 1


async def test_rows_of_one_execution_share_a_batch(run):
    await run.start({"P": parallel(*({f"T{n}": task(f"f{n}")} for n in range(4)))})
    run.store.batches.clear()
    for n in range(4):
        run.performer.succeed(n, f"f{n}")
    await run.settle()
    assert [[sequence for _, sequence in batch] for batch in run.store.batches] == [[2, 3, 4, 5]]
    assert await run.output() == [0, 1, 2, 3]


@pytest.mark.parametrize("times", [1, 2, 7])
async def test_an_outcome_whose_commit_fails_is_applied_later_and_once(run, times):
    await run.start({"T": task("a"), "U": task("b", ResultPath="$.u")})
    run.store.failures = broken(times)
    run.performer.succeed({"from": "a"})
    await run.settle()
    assert run.performer.waiting == {}
    await run.advance(10)
    assert [command.resource.action for command in run.performer.performed] == ["a", "b"]
    run.performer.succeed(2)
    await run.settle()
    assert await run.output() == {"from": "a", "u": 2}
    assert (await run.types()).count("LambdaFunctionSucceeded") == 2
    assert [e["id"] for e in await run.history()] == list(range(1, 13))


async def test_a_failed_batch_takes_down_what_was_decided_on_it(run):
    await run.start({"P": parallel({"A": task("a")}, {"B": task("b")}, {"C": task("c")})})
    run.store.open_gate.clear()
    run.store.failures = broken()
    run.performer.succeed("A", "a")
    await until(lambda: len(run.store.batches) == 2)
    run.performer.fail("E", "C", "b")
    refused = asyncio.create_task(run.start(TASK, 1, "two"))
    await until(lambda: len(run.engine._committer._pending) == 2)
    run.store.open_gate.set()
    with pytest.raises(CommitFailed):
        await refused
    await run.advance(1)
    view = await run.describe()
    assert (view.status, view.error) == ("FAILED", "E")
    types = await run.types()
    assert types.count("LambdaFunctionSucceeded") == 1
    assert types.count("LambdaFunctionFailed") == 1
    assert [command.resource.action for command in run.performer.cancelled] == ["c"]


async def test_a_stop_waits_until_the_store_is_well_again(run):
    arn = await run.start(TASK)
    run.store.failures = broken(3)
    stopping = asyncio.create_task(run.engine.stop_execution(arn, "E", None))
    await run.settle()
    assert not stopping.done()
    await run.advance(1)
    await stopping
    assert await run.status() == "ABORTED"


async def test_a_timer_whose_commit_fails_is_not_lost(run):
    await run.start({"W": {"Type": "Wait", "Seconds": 5}})
    run.store.failures = broken(2)
    await run.advance(5)
    assert await run.status() == "RUNNING"
    await run.advance(1)
    assert await run.status() == "SUCCEEDED"


async def test_a_slice_whose_commit_fails_is_not_lost(run):
    await run.start({f"P{n}": {"Type": "Pass"} for n in range(400)})
    assert await run.status() == "RUNNING"
    run.store.failures = broken(2)
    await run.advance(2)
    assert run.store.failures == []
    assert await run.status() == "SUCCEEDED"
    assert len(await run.history()) == 802


async def test_a_failure_that_is_not_the_stores_own_stops_nothing(run):
    await run.start(TASK)
    run.store.failures = [MemoryError("no room")]
    run.performer.succeed(1)
    await run.advance(1)
    assert await run.output() == 1


async def test_an_execution_that_cannot_be_read_is_read_later(run):
    await run.start({"W": {"Type": "Wait", "Seconds": 5}})
    run.store.load_failures = broken(3)
    await run.advance(5)
    assert await run.status() == "RUNNING"
    await run.advance(1)
    assert await run.status() == "SUCCEEDED"


async def test_a_second_outcome_of_one_command_is_dropped(run):
    await run.start({"T": task("a"), "U": task("b")})
    _, deliver = run.performer.take("a")
    deliver(TaskOutcome(output=b"1"))
    deliver(TaskOutcome(error="E"))
    await run.settle()
    assert await run.status() == "RUNNING"
    run.performer.succeed(2, "b")
    await run.settle()
    assert await run.output() == 2


async def test_a_stimulus_for_nobody_is_dropped(run):
    run.engine._driving.deliver(999, Wake())
    await run.settle()
    assert run.store.batches == []


@pytest.mark.parametrize("end", ["drain", "close"])
async def test_what_waits_for_its_turn_is_durable_when_the_engine_ends(run, monkeypatch, end):
    monkeypatch.setattr(turns, "DECISIONS_PER_TURN", 1)
    names = [f"e{number}" for number in range(20)]
    for name in names:
        await run.start({"T": task()}, name=name)
    await run.settle()
    for _ in names:
        run.performer.succeed(1)
    assert run.engine._driving.busy
    await (run.engine.drain(5) if end == "drain" else run.engine.close())
    assert {await run.status(name) for name in names} == {"SUCCEEDED"}

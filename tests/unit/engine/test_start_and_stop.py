"""Starting, stopping, describing: what callers of the engine are told, and when."""

import asyncio

import pytest
from definitions import machine, parallel, task
from engine_driver import ARN_PREFIX, broken

from podium.engine.errors import CommitFailed, EngineDraining, ExecutionAlreadyExists, ExecutionDoesNotExist

PASS = {"P": {"Type": "Pass"}}
WAIT = {"W": {"Type": "Wait", "Seconds": 600}}


async def test_it_is_durable_when_start_returns(run):
    arn = await run.start(WAIT, {"a": 1})
    summary = await run.store.find(arn)
    assert (summary.status, summary.sequence, summary.start_ms) == ("RUNNING", 1, run.clock.now_ms())


async def test_the_same_name_and_input_find_the_running_one(run):
    first = await run.start(WAIT, {"a": 1})
    start_ms = run.started.start_ms
    await run.advance(5)
    assert await run.start(WAIT, {"a": 1}) == first
    assert run.started.start_ms == start_ms
    assert len(await run.store.list_executions(state_machine_arn=None, status=None, limit=9)) == 1


async def test_another_input_is_refused(run):
    await run.start(WAIT, {"a": 1})
    with pytest.raises(ExecutionAlreadyExists):
        await run.start(WAIT, {"a": 2})


async def test_a_name_that_closed_is_taken_for_good(run):
    await run.start(PASS, 1)
    with pytest.raises(ExecutionAlreadyExists):
        await run.start(PASS, 1)


async def test_one_of_many_that_start_one_name_starts_it(run):
    inputs = [1, 1, 2, 1, 3]
    outcomes = await asyncio.gather(*(run.start(WAIT, value) for value in inputs), return_exceptions=True)
    assert outcomes[0] == outcomes[1] == outcomes[3] == f"{ARN_PREFIX}:one"
    assert isinstance(outcomes[2], ExecutionAlreadyExists)
    assert isinstance(outcomes[4], ExecutionAlreadyExists)
    assert len(await run.store.list_executions(state_machine_arn=None, status=None, limit=9)) == 1


async def test_a_refused_start_leaves_the_name_free(run):
    run.store.failures = broken()
    with pytest.raises(CommitFailed, match="the disk is full"):
        await run.start(WAIT, 1)
    assert await run.describe() is None
    await run.start(WAIT, 2)
    assert await run.status() == "RUNNING"


async def test_stop(run):
    arn = await run.start(parallel_work(), 1)
    await run.advance(3)
    stop_ms = await run.engine.stop_execution(arn, "E", "C")
    assert stop_ms == run.clock.now_ms()
    view = await run.describe()
    assert (view.status, view.error, view.cause, view.stop_ms) == ("ABORTED", "E", "C", stop_ms)
    assert [command.scheduled_id for command in run.performer.cancelled] == [
        command.scheduled_id for command in run.performer.performed
    ]
    await run.advance(9)
    assert await run.engine.stop_execution(arn, "again", None) == stop_ms
    assert (await run.describe()).error == "E"


def parallel_work():
    return {"P": parallel({"A": task("a")}, {"B": task("b")})}


async def test_stop_of_one_that_sleeps(run):
    arn = await run.start(WAIT)
    await run.settle()
    await run.engine.stop_execution(arn, None, None)
    assert await run.status() == "ABORTED"
    await run.advance(1_000)
    assert (await run.types())[-1] == "ExecutionAborted"


async def test_stop_of_one_that_never_was(run):
    with pytest.raises(ExecutionDoesNotExist):
        await run.engine.stop_execution(f"{ARN_PREFIX}:none", None, None)
    with pytest.raises(ExecutionDoesNotExist):
        await run.engine.history(f"{ARN_PREFIX}:none", after_event_id=0, limit=1, reverse=False, include_data=True)
    assert await run.describe("none") is None


async def test_describe_of_each_status(run):
    await run.start(WAIT, {"a": 1}, "running")
    view = await run.describe("running")
    assert (view.status, view.input, view.output, view.stop_ms) == ("RUNNING", '{"a": 1}', None, None)
    await run.start({"P": {"Type": "Pass", "Result": 5}}, 1, "succeeded")
    view = await run.describe("succeeded")
    assert (view.status, view.input, view.output, view.error) == ("SUCCEEDED", "1", "5", None)
    await run.start({"F": {"Type": "Fail", "Error": "E", "Cause": "C"}}, 1, "failed")
    view = await run.describe("failed")
    assert (view.status, view.output, view.error, view.cause) == ("FAILED", None, "E", "C")
    await run.start(machine(WAIT, TimeoutSeconds=5), 1, "timed out")
    await run.advance(5)
    view = await run.describe("timed out")
    assert (view.status, view.error, view.cause, view.output) == ("TIMED_OUT", None, None, None)
    assert view.stop_ms - view.start_ms == 5_000


async def test_nothing_is_started_once_it_drains(run):
    await run.start({"T": task()}, name="first")
    draining = asyncio.create_task(run.engine.drain(3_600))
    await asyncio.sleep(0)
    with pytest.raises(EngineDraining):
        await run.start(PASS, name="second")
    assert not draining.done()
    run.performer.succeed(1)
    await draining
    assert await run.output("first") == 1


async def test_drain_waits_for_no_task_that_was_cancelled(run):
    arn = await run.start({"T": task()})
    draining = asyncio.create_task(run.engine.drain(3_600))
    await asyncio.sleep(0)
    await run.engine.stop_execution(arn, None, None)
    await asyncio.wait_for(draining, 60)


async def test_a_draining_engine_begins_no_task(run):
    await run.start({"T": task("a"), "U": task("b")})
    draining = asyncio.create_task(run.engine.drain(3_600))
    await asyncio.sleep(0)
    run.performer.succeed(1)
    await asyncio.wait_for(draining, 60)
    assert [command.resource.action for command in run.performer.performed] == ["a"]
    await run.engine.close()
    await run.open()
    assert [command.resource.action for command in run.performer.performed] == ["a", "b"]


async def test_drain_gives_up_after_its_time(run):
    await run.start({"T": task()})
    await run.engine.drain(0)
    assert await run.status() == "RUNNING"


async def test_what_is_decided_while_it_closes_is_stored_and_left_to_the_next(run):
    await run.start({"T": task("a"), "U": task("b")})
    run.store.open_gate.clear()
    run.performer.succeed(1)
    closing = asyncio.create_task(run.engine.close())
    await asyncio.sleep(0)
    run.store.open_gate.set()
    await closing
    assert [command.resource.action for command in run.performer.performed] == ["a"]
    await run.open()
    assert [command.resource.action for command in run.performer.performed] == ["a", "b"]

"""Express executions: run in memory, bounded to five minutes, started durably or not at all."""

import asyncio
import json

import pytest
from driver import INFO, checked
from engine_driver import broken, until
from msgspec import structs

from podium.core import interpreter
from podium.core.jsontext import encode
from podium.engine import express
from podium.engine.errors import CommitFailed, EngineDraining, TooManyExecutions
from podium.engine.express import is_express
from podium.integrations.contract import TaskOutcome
from podium.store.records import REVISION, RevisionRecord, pack

MACHINE_ARN = INFO.state_machine_arn
PREFIX = ":".join(MACHINE_ARN.split(":")[:5])
FUNCTION = f"arn:aws:lambda:us-east-1:{PREFIX.split(':')[4]}:function:f"
PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {"a": 1}, "End": True}}}
FAIL = {"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "E", "Cause": "because"}}}
TASK = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": FUNCTION, "End": True}}}
WAIT = {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 10_000, "End": True}}}


def arn_of(name):
    return f"{PREFIX}:express:orders:{name}:unique"


class Caller:
    """Starts Express executions on whatever engine the run has."""

    def __init__(self, run):
        self.engine_run = run

    async def prepare(self, definition, name="one", *, synchronous=True):
        """What the engine is told of the execution and of the definition."""
        text = encode(checked(definition)).decode()
        revision = RevisionRecord(f"express-{text}", MACHINE_ARN, text, INFO.role_arn, "EXPRESS", 0)
        await self.engine_run.store.put(REVISION, revision.revision_id, pack(revision))
        info = structs.replace(
            INFO,
            arn=arn_of(name),
            name=name,
            revision_id=revision.revision_id,
            start_ms=self.engine_run.clock.now_ms(),
            synchronous=synchronous,
        )
        return info, revision

    async def run(self, definition, value=None, name="one"):
        info, revision = await self.prepare(definition, name)
        return asyncio.create_task(self.engine_run.engine.express.run(info, revision, json.dumps(value).encode()))

    async def start(self, definition, value=None, name="one"):
        info, revision = await self.prepare(definition, name, synchronous=False)
        await self.engine_run.engine.express.start(info, revision, json.dumps(value).encode())

    async def describe(self, name="one"):
        return await self.engine_run.engine.describe_execution(arn_of(name))


@pytest.fixture
def caller(run):
    return Caller(run)


def test_an_express_execution_is_known_by_its_arn():
    assert is_express(arn_of("one"))
    assert not is_express(f"{PREFIX}:execution:express:one")


async def test_a_synchronous_execution_stores_nothing(run, caller):
    written = len(run.store.written)
    result = await (await caller.run(PASS))
    assert (result.status, json.loads(result.output), result.error, result.cause) == ("SUCCEEDED", {"a": 1}, None, None)
    assert (result.arn, result.start_ms) == (arn_of("one"), run.clock.now_ms())
    assert len(run.store.written) == written
    assert await caller.describe() is None


async def test_a_synchronous_execution_that_fails(caller):
    result = await (await caller.run(FAIL))
    assert (result.status, result.output, result.error, result.cause) == ("FAILED", None, "E", "because")


async def test_a_task_is_called_and_its_outcome_taken(run, caller):
    running = await caller.run(TASK, {"n": 1})
    await until(lambda: run.performer.waiting)
    assert json.loads(run.performer.performed[0].parameters) == {"n": 1}
    run.performer.succeed([2])
    assert json.loads((await running).output) == [2]


async def test_a_task_that_answers_at_once(run, caller):
    run.performer.answers["f"] = TaskOutcome(error="Oops", cause="at once")
    result = await (await caller.run(TASK))
    assert (result.status, result.error, result.cause) == ("FAILED", "Oops", "at once")


async def test_a_performer_that_breaks_fails_the_task(run, caller, monkeypatch):
    monkeypatch.setattr(run.performer, "perform", lambda command, deliver: 1 / 0)
    result = await (await caller.run(TASK))
    assert (result.status, result.error) == ("FAILED", "States.Runtime")


async def test_a_defect_of_ours_fails_the_execution(caller, monkeypatch):
    monkeypatch.setattr(interpreter, "decide", lambda *_: 1 / 0)
    result = await (await caller.run(PASS))
    assert (result.status, result.error) == ("FAILED", "States.Runtime")
    assert "ZeroDivisionError" in result.cause


async def test_retries_wait_their_time(run, caller):
    retried = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "MaxAttempts": 1}
    task = {**TASK["States"]["A"], "Retry": [retried]}
    running = await caller.run({"StartAt": "A", "States": {"A": task}})
    await until(lambda: run.performer.waiting)
    run.performer.fail("E")
    await run.advance(2.9)
    assert not run.performer.waiting
    await run.advance(0.2)
    run.performer.succeed(1)
    result = await running
    assert (result.status, result.stop_ms - result.start_ms) == ("SUCCEEDED", 3_100)


async def test_five_minutes_and_no_more(run, caller):
    running = await caller.run(WAIT)
    await asyncio.sleep(0)
    await run.advance(299.9)
    assert not running.done()
    await run.advance(0.2)
    result = await running
    assert (result.status, result.error, result.output) == ("TIMED_OUT", "States.Timeout", None)
    assert result.stop_ms - result.start_ms == 300_000


async def test_the_machines_own_shorter_timeout_holds(run, caller):
    running = await caller.run({**TASK, "TimeoutSeconds": 5})
    await until(lambda: run.performer.waiting)
    await run.advance(5)
    assert (await running).status == "TIMED_OUT"
    assert len(run.performer.cancelled) == 1


async def test_a_long_chain_takes_turns_and_is_not_bound_by_the_history_of_standard(run, caller):
    states = {"Loop": {"Type": "Choice", "Choices": [], "Default": "Done"}, "Done": {"Type": "Succeed"}}
    again = {"Variable": "$.n", "NumericLessThan": 9_000, "Next": "Add"}
    states["Loop"]["Choices"] = [again]
    states["Add"] = {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Loop"}
    long, quick = [await caller.prepare(definition) for definition in ({"StartAt": "Loop", "States": states}, PASS)]
    running = asyncio.create_task(run.engine.express.run(*long, b'{"n": 0}'))
    await run.engine.express.run(*quick, b"{}")
    assert not running.done()
    assert json.loads((await running).output) == {"n": 9_000}


async def test_an_asynchronous_execution_is_durable_before_anything_is_called(run, caller):
    run.store.open_gate.clear()
    starting = asyncio.create_task(caller.start(TASK, {"n": 1}))
    await until(lambda: run.store.batches)
    assert not starting.done()
    assert not run.performer.performed
    run.store.open_gate.set()
    await starting
    assert (await caller.describe()).status == "RUNNING"
    assert len(run.performer.performed) == 1
    run.performer.succeed([2])
    await run.settle()
    view = await caller.describe()
    assert (view.status, view.input, view.output) == ("SUCCEEDED", '{"n": 1}', "[2]")
    assert view.stop_ms is not None


async def test_a_start_that_cannot_be_stored_did_not_happen(run, caller):
    run.store.failures = broken()
    with pytest.raises(CommitFailed):
        await caller.start(TASK)
    await run.settle()
    assert not run.performer.performed
    assert await caller.describe() is None


async def test_a_chain_without_the_world_is_one_row(run, caller):
    rows = sum(len(batch) for batch in run.store.batches)
    await caller.start(PASS)
    await run.settle()
    assert sum(len(batch) for batch in run.store.batches) == rows + 1
    assert (await caller.describe()).output == '{"a":1}'


async def test_after_a_crash_it_runs_again_from_its_input(run, caller):
    steps = {"A": {**TASK["States"]["A"], "Next": "B"}, "B": {**TASK["States"]["A"]}}
    del steps["A"]["End"]
    await caller.start({"StartAt": "A", "States": steps}, {"n": 1})
    run.performer.succeed("first")
    await run.settle()
    keys = [command.idempotency_key for command in run.performer.performed]
    await run.advance(200)
    await run.crash()
    await until(lambda: run.performer.waiting)
    (again,) = run.performer.performed
    assert (json.loads(again.parameters), again.idempotency_key) == ({"n": 1}, keys[0])
    run.performer.succeed("first")
    await run.settle()
    await run.advance(200)
    run.performer.succeed("second")
    await run.settle()
    assert (await caller.describe()).output == '"second"'
    await run.crash()
    await run.settle()
    assert not run.performer.performed


async def test_a_failure_is_stored_with_error_and_cause(run, caller):
    await caller.start(TASK)
    run.performer.fail("E", "because")
    await run.settle()
    view = await caller.describe()
    assert (view.status, view.error, view.cause) == ("FAILED", "E", "because")


async def test_an_end_that_cannot_be_stored_is_stored_later(run, caller):
    await caller.start(TASK)
    run.store.failures = broken(2)
    run.performer.succeed(1)
    await run.settle()
    assert (await caller.describe()).status == "RUNNING"
    await run.advance(1)
    assert (await caller.describe()).output == "1"


async def test_the_same_name_runs_as_often_as_it_is_asked_for(run):
    callers = [Caller(run), Caller(run)]
    results = [await (await caller.run(PASS)) for caller in callers]
    assert [result.status for result in results] == ["SUCCEEDED", "SUCCEEDED"]


async def test_a_caller_that_goes_away_ends_the_execution(run, caller):
    running = await caller.run(TASK)
    await until(lambda: run.performer.waiting)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    run.performer.succeed(1)
    await run.settle()


async def test_no_more_are_open_than_may_be(run, caller, monkeypatch):
    monkeypatch.setattr(express, "OPEN_MAX", 1)
    running = await caller.run(TASK)
    await until(lambda: run.performer.waiting)
    with pytest.raises(TooManyExecutions):
        await caller.start(TASK, name="two")
    run.performer.succeed(1)
    await running
    await caller.start(PASS, name="two")


async def test_a_draining_engine_starts_none_and_a_closed_one_tells_who_waits(run, caller):
    running = await caller.run(WAIT)
    await asyncio.sleep(0)
    await run.engine.drain(0)
    with pytest.raises(EngineDraining):
        await caller.start(PASS)
    await run.engine.close()
    with pytest.raises(EngineDraining):
        await running


async def test_an_execution_that_is_lent_counts_until_it_is_returned(run, caller, monkeypatch):
    monkeypatch.setattr(express, "OPEN_MAX", 1)
    info, revision = await caller.prepare(PASS)
    assert run.engine.express.lend(info, revision)
    with pytest.raises(TooManyExecutions):
        await caller.start(PASS, name="two")
    with pytest.raises(TooManyExecutions):
        run.engine.express.lend(info, revision)
    run.engine.express.returned()
    await caller.start(PASS, name="two")
    await run.engine.drain(0)
    with pytest.raises(EngineDraining):
        run.engine.express.lend(info, revision)


async def test_what_is_kept_of_an_execution_keeps_it_from_being_lent(run, caller):
    info, revision = await caller.prepare(PASS)
    run.engine.express.keeps_history = True
    assert not run.engine.express.lend(info, revision)

"""Redrive in a whole engine: durable, once at a time, known again by its token.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
"""

import asyncio
import json

import pytest
from definitions import machine, map_of, parallel, retry, task
from engine_driver import ARN_PREFIX, broken

from podium.core.machine import redrive as redrive_rules
from podium.core.machine.redrive import Edit
from podium.engine.errors import (
    CommitFailed,
    EngineDraining,
    ExecutionDoesNotExist,
    ExecutionNotRedrivable,
    TooManyExecutions,
)
from podium.integrations.contract import TaskOutcome

ARN = f"{ARN_PREFIX}:one"
MINUTE = 60
PASS = {"Type": "Pass"}


@pytest.fixture
async def failed(run):
    """An engine with an execution whose task has failed."""
    await run.start({"P": {"Type": "Pass", "Result": {"kept": 1}}, "T": task("work"), "E": PASS})
    await run.settle()
    run.performer.fail("Boom", "because")
    await run.settle()
    assert await run.status() == "FAILED"
    return run


async def redrive(run, token=None):
    at_ms = await run.engine.redrive_execution(ARN, token)
    await run.settle()
    return at_ms


async def test_a_redriven_execution_runs_to_its_end(failed):
    before = await failed.describe()
    await failed.advance(5)
    at_ms = await redrive(failed)
    assert at_ms == failed.clock.now_ms()
    running = await failed.describe()
    assert (running.status, running.stop_ms, running.redrives.count) == ("RUNNING", None, 1)
    assert (running.start_ms, running.input, running.error) == (before.start_ms, before.input, None)
    failed.performer.succeed({"done": True})
    await failed.settle()
    assert await failed.output() == {"done": True}
    events = await failed.history()
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert (await failed.types()).count("TaskStateEntered") == 1


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_crash_around_a_redrive(failed, moment):
    if moment == "before":
        await failed.crash()
    at_ms = await redrive(failed, "token")
    if moment == "after":
        await failed.crash()
        await failed.settle()
    assert (await failed.describe()).redrives.at_ms == at_ms
    assert await redrive(failed, "token") == at_ms
    assert len(failed.performer.waiting) == 1
    failed.performer.succeed(7)
    await failed.settle()
    assert await failed.output() == 7


async def test_three_failing_branches_of_ten_run_again(run):
    await run.start({"P": parallel(*({f"T{n}": task(f"f{n}")} for n in range(10)))})
    await run.settle()
    for n in range(3, 10):
        run.performer.succeed(n, f"f{n}")
    run.performer.fail("Boom", None, "f0")
    await run.settle()
    assert await run.status() == "FAILED"
    await run.crash()
    await redrive(run)
    assert sorted(command.resource.action for command in run.performer.performed) == ["f0", "f1", "f2"]
    for n in range(3):
        run.performer.succeed(n, f"f{n}")
    await run.settle()
    assert await run.output() == list(range(10))


async def test_a_failed_iteration_runs_again_and_the_unstarted_ones_follow(run):
    await run.start({"M": map_of({"T": task("work")}, MaxConcurrency=2)}, [0, 1, 2, 3])
    await run.settle()
    run.performer.succeed("zero")
    await run.settle()
    run.performer.fail("Boom")
    await run.settle()
    await redrive(run)
    while run.performer.waiting:
        command, deliver = run.performer.take()
        deliver(_output(json.loads(command.parameters)))
        await run.settle()
    assert await run.output() == ["zero", 1, 2, 3]


def _output(value):
    return TaskOutcome(output=json.dumps(value).encode())


async def test_the_time_out_counts_from_the_redrive_also_after_a_restart(run):
    await run.start(machine({"T": task("work")}, TimeoutSeconds=100))
    await run.advance(101)
    assert await run.status() == "TIMED_OUT"
    await redrive(run)
    await run.advance(60)
    await run.crash()
    await run.advance(39)
    assert await run.status() == "RUNNING"
    await run.advance(2)
    assert await run.status() == "TIMED_OUT"


async def test_retries_begin_anew(run):
    await run.start({"T": task("work", Retry=retry("Boom", MaxAttempts=1, IntervalSeconds=1))})
    for _ in range(2):
        await run.advance(1)
        run.performer.fail("Boom")
        await run.settle()
    assert await run.status() == "FAILED"
    await redrive(run)
    run.performer.fail("Boom")
    await run.advance(1)
    run.performer.succeed(1)
    await run.settle()
    assert await run.output() == 1


async def test_an_execution_sleeps_and_is_woken_after_a_redrive(run):
    await run.start({"W": {"Type": "Wait", "Seconds": 500}})
    await run.advance(10)
    await run.engine.stop_execution(ARN, None, None)
    await redrive(run)
    await run.crash()
    await run.advance(499)
    assert await run.status() == "RUNNING"
    await run.advance(2)
    assert await run.status() == "SUCCEEDED"


async def test_a_client_token_is_known_for_a_quarter_of_an_hour(failed):
    first = await redrive(failed, "token")
    await failed.engine.stop_execution(ARN, None, None)
    await failed.advance(15 * MINUTE)
    assert await redrive(failed, "token") == first
    assert await failed.status() == "ABORTED"
    await failed.advance(1)
    assert await redrive(failed, "token") > first
    assert await failed.status() == "RUNNING"


async def test_only_the_last_ten_tokens_are_known(failed):
    given = [f"token-{number}" for number in range(11)]
    for token in given:
        await redrive(failed, token)
        await failed.engine.stop_execution(ARN, None, None)
    await redrive(failed, given[1])
    assert (await failed.describe()).redrives.count == 11
    await redrive(failed, given[0])
    assert (await failed.describe()).redrives.count == 12


async def test_of_two_at_once_one_redrives(failed):
    results = await asyncio.gather(
        *(failed.engine.redrive_execution(ARN, None) for _ in range(2)), return_exceptions=True
    )
    assert {type(result) for result in results} == {int, ExecutionNotRedrivable}
    await failed.settle()
    assert (await failed.describe()).redrives.count == 1
    assert len(failed.performer.waiting) == 1


async def test_what_the_store_refuses_has_not_happened(failed):
    failed.store.failures = broken()
    with pytest.raises(CommitFailed):
        await failed.engine.redrive_execution(ARN, "token")
    await failed.settle()
    assert (await failed.describe()).redrives.count == 0
    assert await failed.status() == "FAILED"
    await redrive(failed, "token")
    assert await failed.status() == "RUNNING"


async def test_a_stop_right_after_a_redrive(failed):
    await failed.engine.redrive_execution(ARN, None)
    await failed.engine.stop_execution(ARN, None, None)
    await failed.settle()
    assert await failed.status() == "ABORTED"
    assert failed.performer.waiting == {}


async def test_what_can_not_be_redriven(failed, monkeypatch):
    with pytest.raises(ExecutionDoesNotExist):
        await failed.engine.redrive_execution(f"{ARN_PREFIX}:nobody", None)
    monkeypatch.setattr(redrive_rules, "REDRIVABLE_MS", 1_000)
    await failed.advance(2)
    with pytest.raises(ExecutionNotRedrivable) as refused:
        await failed.engine.redrive_execution(ARN, None)
    assert refused.value.reason == "Execution redrivable period exceeded"
    assert (await failed.describe()).not_redrivable == refused.value.reason


async def test_nothing_is_redriven_while_draining(failed):
    await failed.engine.drain(0)
    with pytest.raises(EngineDraining):
        await failed.engine.redrive_execution(ARN, None)


async def test_an_execution_that_only_waits_after_a_redrive_is_not_taken_up_at_a_restart(run):
    await run.start({"T": task("work", Retry=retry(MaxAttempts=1, IntervalSeconds=100))})
    for _ in range(2):
        await run.advance(100)
        run.performer.fail("Boom")
        await run.settle()
    await redrive(run)
    run.performer.fail("Boom")
    await run.settle()
    summary = await run.store.find(ARN)
    assert (summary.status, summary.resumable) == ("RUNNING", False)


async def test_a_redrive_is_told_as_a_start(failed):
    told = []
    failed.engine.status_changed = lambda arn, *, started, closed: told.append((started, closed))
    await redrive(failed)
    failed.performer.succeed(1)
    await failed.settle()
    assert told == [(True, False), (False, True)]


async def test_a_redriven_end_is_waited_for(failed):
    await redrive(failed)
    ended = asyncio.ensure_future(failed.engine.ended(ARN))
    await failed.settle()
    assert not ended.done()
    failed.performer.succeed(1)
    await ended


async def test_a_redriven_execution_counts_as_an_open_one(failed):
    await failed.crash(open_executions_max=1)
    await failed.start({"T": task("work")}, name="other")
    with pytest.raises(TooManyExecutions):
        await failed.engine.redrive_execution(ARN, None)
    await failed.engine.stop_execution(f"{ARN_PREFIX}:other", None, None)
    await redrive(failed)
    with pytest.raises(TooManyExecutions):
        await failed.start({"T": task("work")}, name="third")


async def test_an_edited_input_is_the_failed_state_s_from_now_on(failed):
    await failed.engine.redrive_execution(ARN, None, Edit(b'{"mended":true}'))
    await failed.settle()
    assert json.loads(failed.performer.take()[0].parameters) == {"mended": True}


async def test_an_edit_that_fits_no_state_or_several_leaves_the_execution_closed(run):
    await run.start({"Both": parallel({"A": task("a")}, {"B": task("b")}), "E": PASS})
    await run.settle()
    run.performer.fail("Boom", "because")
    await run.settle()
    for edit, said in ((Edit(b"1"), "Several states"), (Edit(b"1", "E"), "not done again; these are: A, B")):
        with pytest.raises(ExecutionNotRedrivable, match=said):
            await run.engine.redrive_execution(ARN, None, edit)
    assert await run.status() == "FAILED"
    await run.engine.redrive_execution(ARN, None, Edit(b"1", "A"))
    assert await run.status() == "RUNNING"

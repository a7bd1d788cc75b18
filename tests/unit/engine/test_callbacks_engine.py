"""Callbacks through the engine: durable when accepted, refused when late, and nothing in memory while one waits."""

import asyncio

import pytest
from callback_steps import ACCOUNT, answer, waiting
from engine_driver import broken

from podium.core.machine.task_token import InvalidTaskToken, TokenKey
from podium.engine.errors import TaskDoesNotExist, TaskTimedOut
from podium.store.contract import Wake
from podium.store.secrets import TASK_TOKENS, kept_secret


async def held(run, **fields):
    """An execution whose token is out; gives the token."""
    await run.start({"T": waiting(**fields)})
    token = answer(run)
    await run.settle()
    return token


async def test_a_token_ends_its_task(run):
    token = await held(run)
    assert (await run.types())[-1] == "TaskSubmitted"
    await run.engine.callbacks.succeed(ACCOUNT, token, b'{"b":2}')
    await run.settle()
    assert await run.output() == {"b": 2}


async def test_a_failure_is_reported(run):
    token = await held(run)
    await run.engine.callbacks.fail(ACCOUNT, token, "E", "c")
    view = await run.describe()
    assert (view.status, view.error, view.cause) == ("FAILED", "E", "c")


async def test_what_waits_for_a_token_is_not_in_memory(run):
    await held(run)
    assert not run.engine._residents.active
    assert not run.engine._performing.under_way


async def test_a_restart_does_not_submit_again_and_the_token_still_holds(run):
    token = await held(run)
    await run.crash()
    await run.settle()
    assert run.performer.performed == []
    assert not run.engine._residents.active
    await run.engine.callbacks.succeed(ACCOUNT, token, b"1")
    assert await run.output() == 1


async def test_a_call_that_was_not_answered_is_made_again_with_the_same_token(run):
    await run.start({"T": waiting()})
    first = run.performer.performed[0]
    await run.crash()
    await run.settle()
    assert [(c.parameters, c.idempotency_key) for c in run.performer.performed] == [
        (first.parameters, first.idempotency_key)
    ]


async def test_a_report_before_the_answer_survives_a_restart(run):
    arn = await run.start({"T": waiting()})
    command, _ = run.performer.take()
    key = (await run.store.find(arn)).key
    token = TokenKey(await kept_secret(run.store, TASK_TOKENS), ACCOUNT, key).token(
        command.branch_id, command.scheduled_id, 0
    )
    await run.engine.callbacks.succeed(ACCOUNT, token, b'"early"')
    assert await run.status() == "RUNNING"
    await run.crash()
    assert answer(run) == token
    await run.settle()
    assert await run.output() == "early"


async def test_reused_late_and_unknown_tokens(run):
    token = await held(run, TimeoutSeconds=5)
    await run.engine.callbacks.succeed(ACCOUNT, token, b"1")
    with pytest.raises(TaskTimedOut):
        await run.engine.callbacks.succeed(ACCOUNT, token, b"2")
    with pytest.raises(TaskTimedOut):
        await run.engine.callbacks.heartbeat(ACCOUNT, token)
    secret = await kept_secret(run.store, TASK_TOKENS)
    with pytest.raises(TaskDoesNotExist):
        await run.engine.callbacks.fail(ACCOUNT, TokenKey(secret, ACCOUNT, 99_999).token(1, 3, 0), None, None)
    for account, forged in (("210987654321", token), (ACCOUNT, token[:-4] + "BBBB"), (ACCOUNT, "x")):
        with pytest.raises(InvalidTaskToken):
            await run.engine.callbacks.succeed(account, forged, b"1")


async def test_a_token_is_worthless_after_the_time_out(run):
    token = await held(run, TimeoutSeconds=300)
    await run.advance(300)
    assert (await run.describe()).error == "States.Timeout"
    with pytest.raises(TaskTimedOut):
        await run.engine.callbacks.succeed(ACCOUNT, token, b"1")


async def test_only_one_of_two_reports_is_accepted(run):
    token = await held(run)
    reports = [run.engine.callbacks.succeed(ACCOUNT, token, b"%d" % number) for number in range(2)]
    answers = await asyncio.gather(*reports, return_exceptions=True)
    assert [type(each) for each in answers] == [type(None), TaskTimedOut]
    assert await run.output() == 0


async def test_a_report_is_not_answered_before_it_is_durable(run):
    token = await held(run)
    run.store.failures = broken(1)
    reporting = asyncio.create_task(run.engine.callbacks.succeed(ACCOUNT, token, b'{"n":1}'))
    await run.settle()
    assert not reporting.done()
    await run.advance(1)
    await reporting
    assert await run.output() == {"n": 1}


async def test_heartbeats_keep_a_task_alive_in_and_out_of_memory(run):
    token = await held(run, HeartbeatSeconds=10)
    for _ in range(20):
        await run.advance(9)
        await run.engine.callbacks.heartbeat(ACCOUNT, token)
        await run.settle()
        assert not run.engine._residents.active
    assert (await run.types())[-1] == "TaskSubmitted"
    await run.advance(9.999)
    assert await run.status() == "RUNNING"
    await run.advance(0.001)
    assert (await run.types())[-2:] == ["TaskTimedOut", "ExecutionFailed"]


async def test_heartbeats_beyond_the_look_ahead_move_the_stored_time(run):
    token = await held(run, HeartbeatSeconds=600)
    await run.advance(599)
    await run.engine.callbacks.heartbeat(ACCOUNT, token)
    await run.settle()
    assert [write for batch in run.store.written for write in batch if isinstance(write, Wake)]
    await run.advance(599)
    assert await run.status() == "RUNNING"
    await run.advance(1)
    assert await run.status() == "FAILED"


async def test_another_branch_does_not_bring_an_old_deadline_back(run):
    other = {"Type": "Wait", "Seconds": 15}
    branches = [
        {"StartAt": "T", "States": {"T": {**waiting(HeartbeatSeconds=10), "End": True}}},
        {"StartAt": "W", "States": {"W": {**other, "End": True}}},
    ]
    await run.start({"P": {"Type": "Parallel", "Branches": branches}})
    token = answer(run)
    await run.advance(9)
    await run.engine.callbacks.heartbeat(ACCOUNT, token)
    await run.advance(7)
    assert "WaitStateExited" in await run.types()
    assert await run.status() == "RUNNING"
    await run.advance(3)
    assert await run.status() == "FAILED"


async def test_a_restart_begins_the_heartbeat_interval_again(run):
    token = await held(run, HeartbeatSeconds=10)
    await run.advance(9)
    await run.engine.callbacks.heartbeat(ACCOUNT, token)
    await run.advance(5)
    await run.crash()
    await run.advance(9)
    assert await run.status() == "RUNNING"
    await run.advance(1)
    assert await run.status() == "FAILED"

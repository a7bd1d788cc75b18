"""Quotas: how many things an account may have in a region, and what one too many is refused with."""

import pytest
from callback_steps import ACCOUNT
from engine_driver import EngineRun, broken

from podium.api.app import build_app
from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.quotas import Quotas
from podium.api.services import Services
from podium.engine.errors import CommitFailed
from podium.store.memory import MemoryStore

ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
WAITING = '{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":60,"End":true}}}'
HERE = RequestContext(ACCOUNT)
ELSEWHERE = RequestContext(ACCOUNT, "eu-west-1")
FEW = Quotas(state_machines=2, activities=2, open_executions=2)


@pytest.fixture
async def run():
    run = await EngineRun(MemoryStore()).open(open_executions_max=FEW.open_executions)
    yield run
    await run.close()


def calls(run):
    """Calls of operations by a server that has just started."""
    numbers = iter(range(1_000))
    services = Services(
        store=run.store,
        engine=run.engine,
        functions=None,
        validate_definition=lambda text, kind: [],
        clock=run.clock.now_ms,
        new_id=lambda: f"id-{next(numbers)}-{id(numbers)}",
        quotas=FEW,
    )
    app = build_app(services, {})

    async def call(operation, context=HERE, **input):
        return await app.call(context, operation, input)

    return call


async def refused(awaitable):
    with pytest.raises(ApiError) as caught:
        await awaitable
    return caught.value.code


async def create(call, name, context=HERE):
    answer = await call("CreateStateMachine", context, name=name, definition=WAITING, roleArn=ROLE)
    return answer["stateMachineArn"]


async def test_state_machines_by_account_and_region(run):
    call = calls(run)
    first, _ = [await create(call, name) for name in "ab"]
    assert await refused(create(call, "c")) == "StateMachineLimitExceeded"
    assert await create(call, "a") == first
    assert await create(call, "c", ELSEWHERE)
    # A start of the server counts anew.
    assert await refused(create(calls(run), "c")) == "StateMachineLimitExceeded"
    await call("DeleteStateMachine", stateMachineArn=first)
    assert await create(call, "c")
    assert await refused(create(call, "d")) == "StateMachineLimitExceeded"


async def test_activities_by_account_and_region(run):
    call = calls(run)
    first = (await call("CreateActivity", name="a"))["activityArn"]
    await call("CreateActivity", name="b")
    assert await refused(call("CreateActivity", name="c")) == "ActivityLimitExceeded"
    assert (await call("CreateActivity", name="a"))["activityArn"] == first
    assert await call("CreateActivity", ELSEWHERE, name="c")
    await call("DeleteActivity", activityArn=first)
    await call("DeleteActivity", activityArn=first)
    assert await call("CreateActivity", name="c")
    assert await refused(call("CreateActivity", name="d")) == "ActivityLimitExceeded"


async def test_open_executions_by_account_and_region(run):
    call = calls(run)
    arn = await create(call, "m")

    async def start(name, arn=arn, context=HERE):
        return (await call("StartExecution", context, stateMachineArn=arn, name=name))["executionArn"]

    first = await start("1")
    await start("2")
    assert await refused(start("3")) == "ExecutionLimitExceeded"
    assert await start("1") == first
    assert await start("3", await create(call, "m", ELSEWHERE), ELSEWHERE)
    await call("StopExecution", executionArn=first)
    await start("3")
    assert await refused(start("4")) == "ExecutionLimitExceeded"
    assert await refused(call("RedriveExecution", executionArn=first)) == "ExecutionLimitExceeded"


async def test_open_executions_are_counted_again_after_a_restart_and_freed_as_they_end(run):
    call = calls(run)
    arn = await create(call, "m")
    for name in "12":
        await call("StartExecution", stateMachineArn=arn, name=name)
    await run.crash(open_executions_max=FEW.open_executions)
    call = calls(run)
    assert await refused(call("StartExecution", stateMachineArn=arn, name="3")) == "ExecutionLimitExceeded"
    await run.advance(61)
    for name in "34":
        await call("StartExecution", stateMachineArn=arn, name=name)


async def test_a_start_that_fails_takes_no_place(run):
    call = calls(run)
    arn = await create(call, "m")
    run.store.failures = broken()
    with pytest.raises(CommitFailed):
        await call("StartExecution", stateMachineArn=arn, name="0")
    for name in "12":
        await call("StartExecution", stateMachineArn=arn, name=name)
    assert await refused(call("StartExecution", stateMachineArn=arn, name="3")) == "ExecutionLimitExceeded"


async def test_a_redrive_that_fails_takes_no_place(run):
    call = calls(run)
    arn = await create(call, "m")
    stopped = (await call("StartExecution", stateMachineArn=arn, name="0"))["executionArn"]
    await call("StopExecution", executionArn=stopped)
    run.store.failures = broken()
    with pytest.raises(CommitFailed):
        await call("RedriveExecution", executionArn=stopped)
    for name in "12":
        await call("StartExecution", stateMachineArn=arn, name=name)
    assert await refused(call("StartExecution", stateMachineArn=arn, name="3")) == "ExecutionLimitExceeded"

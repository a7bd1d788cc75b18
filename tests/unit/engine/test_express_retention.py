"""How long ended Express executions are kept: not at all, for a while with their history, over restarts."""

import json

import pytest
from api_run import ApiRun
from engine_driver import broken

from podium.api.errors import ApiError
from podium.integrations.contract import TaskOutcome
from podium.store.memory import MemoryStore

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
STATES = {
    "A": {"Type": "Task", "Resource": FUNCTION, "Next": "B"},
    "B": {"Type": "Pass", "Parameters": {"got.$": "$"}, "End": True},
}
TYPES = [
    "ExecutionStarted",
    "TaskStateEntered",
    "LambdaFunctionScheduled",
    "LambdaFunctionStarted",
    "LambdaFunctionSucceeded",
    "TaskStateExited",
    "PassStateEntered",
    "PassStateExited",
    "ExecutionSucceeded",
]
HOUR = 3600


@pytest.fixture
async def opened():
    runs = []

    async def opened(kept_seconds):
        run = ApiRun(MemoryStore())
        runs.append(run)
        await run.open(express_kept_seconds=kept_seconds)
        run.services.express_history = kept_seconds > 0
        run.performer.answers["f"] = TaskOutcome(output=b"7")
        return run

    yield opened
    for run in runs:
        await run.close()


async def start(run, machine, **given):
    started = await run.call("StartExecution", stateMachineArn=machine, **given)
    await run.settle()
    return started["executionArn"]


async def stored(run):
    found = await run.store.list_executions(state_machine_arn=None, status=None, limit=100)
    return [summary.arn for summary in found]


async def test_what_has_ended_leaves_nothing_but_the_newest(opened):
    run = await opened(0)
    machine = await run.create(states=STATES, type="EXPRESS")
    for number in range(5):
        last = await start(run, machine, input=str(number))
    await run.advance(3)
    assert await stored(run) == [last]
    last = await start(run, machine)
    await run.advance(3)
    assert await stored(run) == [last]


async def test_what_runs_is_kept(opened):
    run = await opened(0)
    waits = await run.create(states={"W": {"Type": "Wait", "Seconds": 100, "End": True}}, type="EXPRESS")
    machine = await run.create("n", states=STATES, type="EXPRESS")
    running = await start(run, waits)
    for _ in range(3):
        last = await start(run, machine)
    await run.advance(3)
    assert sorted(await stored(run)) == sorted([running, last])


async def test_what_an_earlier_process_left_is_forgotten(opened):
    run = await opened(0)
    machine = await run.create(states=STATES, type="EXPRESS")
    for _ in range(3):
        newest = await start(run, machine)
    await run.crash(express_kept_seconds=0)
    run.performer.answers["f"] = TaskOutcome(output=b"7")
    last = await start(run, machine)
    await run.advance(5)
    # The newest of the earlier process goes with the Standard ones.
    assert await stored(run) == [last, newest]


@pytest.mark.parametrize("synchronous", [False, True])
async def test_history_is_kept_for_as_long_as_was_asked_for(opened, synchronous):
    run = await opened(HOUR)
    machine = await run.create(states=STATES, type="EXPRESS")
    if synchronous:
        arn = (await run.call("StartSyncExecution", stateMachineArn=machine, name="e", input="[1]"))["executionArn"]
        await run.settle()
    else:
        arn = await start(run, machine, name="e", input="[1]")
    shown = await run.call("DescribeExecution", executionArn=arn)
    assert (shown["status"], shown["input"], json.loads(shown["output"])) == ("SUCCEEDED", "[1]", {"got": 7})
    assert shown["redriveStatus"] == "NOT_REDRIVABLE"
    history = (await run.call("GetExecutionHistory", executionArn=arn))["events"]
    assert [event["type"] for event in history] == TYPES
    assert [event["id"] for event in history] == list(range(1, len(TYPES) + 1))
    listed = (await run.call("ListExecutions", stateMachineArn=machine, statusFilter="SUCCEEDED"))["executions"]
    assert [each["executionArn"] for each in listed] == [arn]
    pinned = await run.call("DescribeStateMachineForExecution", executionArn=arn)
    assert pinned["stateMachineArn"] == machine
    await start(run, machine)
    await run.advance(HOUR + 5)
    with pytest.raises(ApiError, match="Execution Does Not Exist"):
        await run.call("DescribeExecution", executionArn=arn)


async def test_one_that_runs_again_keeps_what_was_stored_and_its_end(opened):
    run = await opened(HOUR)
    machine = await run.create(states=STATES, type="EXPRESS")
    del run.performer.answers["f"]
    arn = await start(run, machine)
    await run.crash(express_kept_seconds=HOUR)
    run.services.express_history = True
    assert (await run.call("DescribeExecution", executionArn=arn))["status"] == "RUNNING"
    run.performer.succeed(7)
    await run.settle()
    assert (await run.call("DescribeExecution", executionArn=arn))["status"] == "SUCCEEDED"
    history = (await run.call("GetExecutionHistory", executionArn=arn))["events"]
    assert [event["type"] for event in history] == [*TYPES[:4], TYPES[-1]]


async def test_a_history_that_cannot_be_written_is_written_later(opened):
    run = await opened(HOUR)
    machine = await run.create(states=STATES, type="EXPRESS")
    del run.performer.answers["f"]
    arn = await start(run, machine)
    run.store.failures = broken()
    run.performer.succeed(7)
    await run.advance(1)
    history = (await run.call("GetExecutionHistory", executionArn=arn))["events"]
    assert [event["type"] for event in history] == TYPES


async def test_without_room_only_the_end_is_kept(opened, monkeypatch):
    monkeypatch.setattr("podium.engine.express.HISTORY_BYTES_MAX", 0)
    run = await opened(HOUR)
    machine = await run.create(states=STATES, type="EXPRESS")
    arn = await start(run, machine)
    history = (await run.call("GetExecutionHistory", executionArn=arn))["events"]
    assert [event["type"] for event in history] == [*TYPES[:4], TYPES[-1]]
    assert run.engine.express.history_bytes == 0


async def test_without_the_setting_aws_refusals_hold(opened):
    run = await opened(0)
    machine = await run.create(states=STATES, type="EXPRESS")
    arn = await start(run, machine)
    for operation in ("DescribeExecution", "GetExecutionHistory", "StopExecution", "DescribeStateMachineForExecution"):
        with pytest.raises(ApiError, match="Resource type not valid in this context: express"):
            await run.call(operation, executionArn=arn)

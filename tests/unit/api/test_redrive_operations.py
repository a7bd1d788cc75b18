"""RedriveExecution at the API, and what the other operations show of redrives.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html,
https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html,
https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
"""

import pytest

from podium.api.errors import ApiError
from podium.api.operations import executions, redrives, state_machines

ROLE = "arn:aws:iam::000000000000:role/any"
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
EXECUTION = "arn:aws:states:us-east-1:000000000000:execution:m:"
OPERATIONS = {**executions.OPERATIONS, **redrives.OPERATIONS, **state_machines.OPERATIONS}


@pytest.fixture
async def call(services, context):
    async def call(operation, **input):
        return await OPERATIONS[operation](services, context, input)

    await call("CreateStateMachine", name="m", definition="{}", roleArn=ROLE)
    for name in ("stopped", "runs"):
        await call("StartExecution", stateMachineArn=MACHINE, name=name)
    await call("StopExecution", executionArn=f"{EXECUTION}stopped")
    return call


async def refused(awaitable):
    with pytest.raises(ApiError) as caught:
        await awaitable
    return caught.value.code, caught.value.message


async def test_a_redrive_and_how_it_is_described(call, services):
    before = await call("DescribeExecution", executionArn=f"{EXECUTION}stopped")
    assert (before["redriveStatus"], before["redriveCount"]) == ("REDRIVABLE", 0)
    assert not {"redriveDate", "redriveStatusReason"} & before.keys()
    services.clock.now_ms += 1_000
    assert await call("RedriveExecution", executionArn=f"{EXECUTION}stopped") == {"redriveDate": 1_700_000_001.123}
    after = await call("DescribeExecution", executionArn=f"{EXECUTION}stopped")
    assert after["status"] == "RUNNING"
    assert (after["redriveCount"], after["redriveDate"]) == (1, 1_700_000_001.123)
    assert after["redriveStatus"] == "NOT_REDRIVABLE"
    assert after["redriveStatusReason"] == "Execution is RUNNING and cannot be redriven"


async def test_lists_tell_redriven_ones_apart(call):
    await call("RedriveExecution", executionArn=f"{EXECUTION}stopped")

    async def listed(**filters):
        found = (await call("ListExecutions", stateMachineArn=MACHINE, **filters))["executions"]
        return [(each["name"], each["redriveCount"], "redriveDate" in each) for each in found]

    assert await listed() == [("runs", 0, False), ("stopped", 1, True)]
    assert await listed(redriveFilter="REDRIVEN") == [("stopped", 1, True)]
    assert await listed(redriveFilter="NOT_REDRIVEN") == [("runs", 0, False)]
    code, _ = await refused(call("ListExecutions", stateMachineArn=MACHINE, statusFilter="PENDING_REDRIVE"))
    assert code == "ValidationException"


async def test_what_is_refused(call):
    assert await refused(call("RedriveExecution", executionArn=f"{EXECUTION}nobody")) == (
        "ExecutionDoesNotExist",
        f"Execution Does Not Exist: '{EXECUTION}nobody'",
    )
    code, message = await refused(call("RedriveExecution", executionArn=f"{EXECUTION}runs"))
    assert code == "ExecutionNotRedrivable"
    assert message.endswith("Execution is RUNNING and cannot be redriven")
    express = "arn:aws:states:us-east-1:000000000000:express:m:e:u"
    for arn in (MACHINE, express, "nonsense"):
        assert (await refused(call("RedriveExecution", executionArn=arn)))[0] == "InvalidArn"


async def test_executions_of_a_machine_that_is_being_deleted_stay_closed(call):
    await call("DeleteStateMachine", stateMachineArn=MACHINE)
    code, message = await refused(call("RedriveExecution", executionArn=f"{EXECUTION}stopped"))
    assert code == "ExecutionNotRedrivable"
    assert message.endswith("State machine is in DELETING status")
    described = await call("DescribeExecution", executionArn=f"{EXECUTION}stopped")
    assert described["redriveStatusReason"] == "State machine is in DELETING status"

"""Express state machines at the API: what StartSyncExecution answers, and what they refuse."""

import json

import pytest

from podium.api.errors import ApiError
from podium.api.http import Request
from podium.engine.errors import TooManyExecutions

ROLE = "arn:aws:iam::000000000000:role/any"
PREFIX = "arn:aws:states:us-east-1:000000000000"
ARN = f"{PREFIX}:stateMachine:x"
WRONG_TYPE = ("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")


@pytest.fixture
async def call(perform):
    async def call(operation, **input):
        return await perform(operation, input)

    await call("CreateStateMachine", name="x", definition="{}", roleArn=ROLE, type="EXPRESS", publish=True)
    await call("CreateStateMachine", name="standard", definition="{}", roleArn=ROLE)
    return call


async def refused(awaitable):
    with pytest.raises(ApiError) as caught:
        await awaitable
    return caught.value.code, caught.value.message


async def test_a_synchronous_execution_is_answered_with_its_output(call, services):
    services.engine.express.ends = {"output": "[1]"}
    answer = await call("StartSyncExecution", stateMachineArn=ARN, name="e", input=' {"a": 1}', traceHeader="Root=1")
    prefix, _, unique = answer["executionArn"].rpartition(":")
    assert prefix == f"{PREFIX}:express:x:e"
    assert len(unique) == 36
    assert answer == {
        "executionArn": answer["executionArn"],
        "stateMachineArn": ARN,
        "name": "e",
        "startDate": 1_700_000_000.123,
        "stopDate": 1_700_000_000.124,
        "status": "SUCCEEDED",
        "input": ' {"a": 1}',
        "inputDetails": {"included": True},
        "output": "[1]",
        "outputDetails": {"included": True},
        "traceHeader": "Root=1",
        "billingDetails": {"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100},
    }
    info, revision, text = services.engine.express.asked[0]
    assert (info.arn, info.synchronous, info.role_arn, text) == (answer["executionArn"], True, ROLE, b' {"a": 1}')
    assert revision.definition == "{}"


async def test_a_synchronous_execution_that_fails_is_no_error(call, services):
    services.engine.express.ends = {"status": "FAILED", "output": None, "error": "E", "cause": "because"}
    answer = await call("StartSyncExecution", stateMachineArn=ARN)
    assert (answer["status"], answer["error"], answer["cause"]) == ("FAILED", "E", "because")
    assert not {"output", "outputDetails"} & answer.keys()
    assert answer["input"] == "{}"
    assert len(answer["name"]) == 36


async def test_metadata_only_leaves_the_data_out(call):
    answer = await call("StartSyncExecution", stateMachineArn=ARN, includedData="METADATA_ONLY")
    assert not {"input", "output", "inputDetails", "outputDetails"} & answer.keys()


@pytest.mark.parametrize(("took_ms", "billed_ms"), [(0, 100), (100, 100), (101, 200), (7_512, 7_600)])
async def test_duration_is_billed_by_the_hundred_milliseconds(call, services, took_ms, billed_ms):
    services.engine.express.takes_ms = took_ms
    answer = await call("StartSyncExecution", stateMachineArn=ARN)
    assert answer["billingDetails"]["billedDurationInMilliseconds"] == billed_ms


async def test_an_asynchronous_execution_is_new_each_time(call, services):
    first = await call("StartExecution", stateMachineArn=ARN, name="e", input="1")
    second = await call("StartExecution", stateMachineArn=ARN, name="e", input="1")
    assert first["executionArn"] != second["executionArn"]
    assert first["executionArn"].startswith(f"{PREFIX}:express:x:e:")
    assert first["startDate"] == 1_700_000_000.123
    assert [info.synchronous for info, _, _ in services.engine.express.asked] == [False, False]


@pytest.mark.parametrize("operation", ["StartSyncExecution", "StartExecution"])
async def test_versions_and_aliases_run_their_revision(call, services, operation):
    await call("UpdateStateMachine", stateMachineArn=ARN, definition="[]")
    configuration = [{"stateMachineVersionArn": f"{ARN}:1", "weight": 100}]
    await call("CreateStateMachineAlias", name="PROD", routingConfiguration=configuration)
    for qualifier, alias in ((":1", None), (":PROD", f"{ARN}:PROD")):
        await call(operation, stateMachineArn=ARN + qualifier)
        info, revision, _ = services.engine.express.asked[-1]
        assert (revision.definition, info.version_arn, info.alias_arn) == ("{}", f"{ARN}:1", alias)
        assert info.state_machine_arn == ARN


@pytest.mark.parametrize("operation", ["StartSyncExecution", "StartExecution"])
async def test_what_is_refused_before_it_starts(call, services, operation):
    missing = ("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{ARN}y'")
    assert await refused(call(operation, stateMachineArn=f"{ARN}y")) == missing
    assert (await refused(call(operation, stateMachineArn=ARN, name="a b")))[0] == "InvalidName"
    assert (await refused(call(operation, stateMachineArn=ARN, input="{")))[0] == "InvalidExecutionInput"
    services.engine.express.fail = TooManyExecutions()
    assert (await refused(call(operation, stateMachineArn=ARN)))[0] == "ExecutionLimitExceeded"
    assert services.engine.express.asked == []


async def test_standard_machines_have_no_synchronous_executions(call):
    arn = f"{PREFIX}:stateMachine:standard"
    assert await refused(call("StartSyncExecution", stateMachineArn=arn)) == WRONG_TYPE


@pytest.mark.parametrize("qualifier", ["", ":1"])
async def test_express_executions_are_not_listed(call, qualifier):
    assert await refused(call("ListExecutions", stateMachineArn=ARN + qualifier)) == WRONG_TYPE


@pytest.mark.parametrize(
    "operation", ["DescribeExecution", "StopExecution", "GetExecutionHistory", "DescribeStateMachineForExecution"]
)
async def test_express_executions_are_not_described(call, operation):
    started = await call("StartExecution", stateMachineArn=ARN)
    assert await refused(call(operation, executionArn=started["executionArn"])) == (
        "InvalidArn",
        "Invalid Arn: 'Resource type not valid in this context: express'",
    )


@pytest.mark.parametrize("host", ["127.0.0.1:8083", "sync-127.0.0.1:8083", "sync-podium.example"])
async def test_the_host_prefix_of_synchronous_executions_makes_no_difference(call, app, host):
    headers = {"host": host, "x-amz-target": "AWSStepFunctions.StartSyncExecution"}
    response = await app(Request("POST", "/", "", headers, json.dumps({"stateMachineArn": ARN}).encode()))
    assert (response.status, json.loads(response.body)["status"]) == (200, "SUCCEEDED")

"""Execution operations: starting once, describing, listing, history, stopping."""

import pytest

from podium.api.context import caller
from podium.api.errors import ApiError

ROLE = "arn:aws:iam::000000000000:role/any"
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
EXECUTION = "arn:aws:states:us-east-1:000000000000:execution:m:e"


@pytest.fixture
async def call(perform):
    async def call(operation, **input):
        return await perform(operation, input)

    await call("CreateStateMachine", name="m", definition="{}", roleArn=ROLE)
    return call


async def refused(awaitable):
    with pytest.raises(ApiError) as caught:
        await awaitable
    return caught.value.code, caught.value.message


async def test_starting_with_nothing_but_the_machine(call, services):
    started = await call("StartExecution", stateMachineArn=MACHINE)
    prefix, _, name = started["executionArn"].rpartition(":")
    assert prefix == "arn:aws:states:us-east-1:000000000000:execution:m"
    assert len(name) == 36
    assert started["startDate"] == 1_700_000_000.123
    assert (await call("DescribeExecution", executionArn=started["executionArn"]))["input"] == "{}"


async def test_starting_the_same_again_finds_it_and_anything_else_is_refused(call, services):
    started = await call("StartExecution", stateMachineArn=MACHINE, name="e", input='{"a": 1}')
    services.clock.now_ms += 1_000
    assert await call("StartExecution", stateMachineArn=MACHINE, name="e", input='{"a": 1}') == started
    taken = ("ExecutionAlreadyExists", f"Execution Already Exists: '{EXECUTION}'")
    assert await refused(call("StartExecution", stateMachineArn=MACHINE, name="e", input="{}")) == taken
    await call("StopExecution", executionArn=EXECUTION)
    assert await refused(call("StartExecution", stateMachineArn=MACHINE, name="e", input='{"a": 1}')) == taken


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "not some json",
            "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or "
            "'false')",
        ),
        ("{'not': 'json'", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"),
        ("", "Invalid execution input."),
    ],
)
async def test_an_input_that_is_not_json(call, text, message):
    assert await refused(call("StartExecution", stateMachineArn=MACHINE, input=text)) == (
        "InvalidExecutionInput",
        f"Invalid State Machine Execution Input: '{message}'",
    )


async def test_an_input_nested_without_end(call):
    code, _ = await refused(call("StartExecution", stateMachineArn=MACHINE, input="[" * 100_000))
    assert code == "InvalidExecutionInput"
    nested = "[" * 100_000 + "]" * 100_000
    assert (await refused(call("StartExecution", stateMachineArn=MACHINE, input=nested)))[0] == code


@pytest.mark.parametrize("text", ["2", '"some text"', "null", "[]", ' {"a": 1.0} '])
async def test_any_json_value_is_an_input_and_is_kept_as_sent(call, text):
    started = await call("StartExecution", stateMachineArn=MACHINE, input=text)
    assert (await call("DescribeExecution", executionArn=started["executionArn"]))["input"] == text


async def test_an_execution_name_that_is_not_one(call):
    assert await refused(call("StartExecution", stateMachineArn=MACHINE, name="a:b")) == (
        "InvalidName",
        "Invalid Name: 'a:b'",
    )


async def test_a_running_execution_is_described(call):
    await call("StartExecution", stateMachineArn=MACHINE, name="e", traceHeader="Root=1")
    assert await call("DescribeExecution", executionArn=EXECUTION) == {
        "executionArn": EXECUTION,
        "stateMachineArn": MACHINE,
        "name": "e",
        "status": "RUNNING",
        "startDate": 1_700_000_000.123,
        "input": "{}",
        "inputDetails": {"included": True},
        "traceHeader": "Root=1",
        "redriveCount": 0,
        "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": "Execution is RUNNING and cannot be redriven",
    }


async def test_a_succeeded_execution_is_described(call, services):
    await call("StartExecution", stateMachineArn=MACHINE, name="e")
    services.clock.now_ms += 1_000
    await services.engine.close(EXECUTION, "SUCCEEDED", output="[1]")
    described = await call("DescribeExecution", executionArn=EXECUTION)
    assert (described["output"], described["outputDetails"]) == ("[1]", {"included": True})
    assert described["stopDate"] == 1_700_000_001.123
    assert described["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
    metadata = await call("DescribeExecution", executionArn=EXECUTION, includedData="METADATA_ONLY")
    assert not {"input", "output"} & metadata.keys()


async def test_a_stopped_execution_is_described(call):
    await call("StartExecution", stateMachineArn=MACHINE, name="e")
    stopped = await call("StopExecution", executionArn=EXECUTION, error="E", cause="because")
    assert stopped == {"stopDate": 1_700_000_000.123}
    described = await call("DescribeExecution", executionArn=EXECUTION)
    assert (described["status"], described["error"], described["cause"]) == ("ABORTED", "E", "because")
    assert described["redriveStatus"] == "REDRIVABLE"
    assert "redriveStatusReason" not in described


@pytest.mark.parametrize(
    "operation", ["DescribeExecution", "StopExecution", "GetExecutionHistory", "DescribeStateMachineForExecution"]
)
async def test_an_execution_that_does_not_exist(call, operation):
    assert await refused(call(operation, executionArn=EXECUTION)) == (
        "ExecutionDoesNotExist",
        f"Execution Does Not Exist: '{EXECUTION}'",
    )
    assert await refused(call(operation, executionArn="invalid")) == (
        "InvalidArn",
        "Invalid Arn: 'Invalid ARN prefix: invalid'",
    )


async def test_executions_are_listed_newest_first_in_pages(call):
    for name in "abc":
        await call("StartExecution", stateMachineArn=MACHINE, name=name)
    await call("StopExecution", executionArn=EXECUTION[:-1] + "b")
    first = await call("ListExecutions", stateMachineArn=MACHINE, maxResults=2)
    second = await call("ListExecutions", stateMachineArn=MACHINE, maxResults=2, nextToken=first["nextToken"])
    assert [execution["name"] for execution in first["executions"] + second["executions"]] == ["c", "b", "a"]
    assert "nextToken" not in second
    assert first["executions"][1] == {
        "executionArn": EXECUTION[:-1] + "b",
        "stateMachineArn": MACHINE,
        "name": "b",
        "status": "ABORTED",
        "startDate": 1_700_000_000.123,
        "stopDate": 1_700_000_000.123,
        "redriveCount": 0,
    }
    assert "stopDate" not in first["executions"][0]


async def test_executions_are_listed_by_status(call):
    for name in "ab":
        await call("StartExecution", stateMachineArn=MACHINE, name=name)
    await call("StopExecution", executionArn=EXECUTION[:-1] + "b")
    for status, names in (("RUNNING", ["a"]), ("ABORTED", ["b"]), ("SUCCEEDED", [])):
        listed = await call("ListExecutions", stateMachineArn=MACHINE, statusFilter=status)
        assert [execution["name"] for execution in listed["executions"]] == names
    assert (await call("ListExecutions", stateMachineArn=MACHINE, redriveFilter="REDRIVEN"))["executions"] == []


async def test_a_page_token_answers_only_the_question_it_was_made_for(call):
    for name in "ab":
        await call("StartExecution", stateMachineArn=MACHINE, name=name)
    token = (await call("ListExecutions", stateMachineArn=MACHINE, maxResults=1))["nextToken"]
    wrong = call("ListExecutions", stateMachineArn=MACHINE, nextToken=token, statusFilter="RUNNING")
    assert await refused(wrong) == ("InvalidToken", "Invalid Token: 'Invalid token'")


async def test_listing_needs_to_know_of_what(call):
    assert (await refused(call("ListExecutions")))[0] == "ValidationException"
    both = call("ListExecutions", stateMachineArn=MACHINE, mapRunArn="arn")
    assert (await refused(both))[0] == "ValidationException"
    map_run = "arn:aws:states:us-east-1:000000000000:mapRun:m/l:1"
    assert (await refused(call("ListExecutions", mapRunArn=map_run)))[0] == "ResourceNotFound"


async def test_history_comes_in_pages_either_way_with_times_in_seconds(call):
    await call("StartExecution", stateMachineArn=MACHINE, name="e")
    for reverse, ids in ((False, [1, 2, 3]), (True, [3, 2, 1])):
        first = await call("GetExecutionHistory", executionArn=EXECUTION, maxResults=2, reverseOrder=reverse)
        second = await call(
            "GetExecutionHistory", executionArn=EXECUTION, reverseOrder=reverse, nextToken=first["nextToken"]
        )
        assert [event["id"] for event in first["events"] + second["events"]] == ids
        assert "nextToken" not in second
    assert second["events"][-1] == {"id": 1, "type": "PassStateEntered", "timestamp": 1_700_000_000.124}


@pytest.mark.parametrize(
    ("header", "parameter", "kept"),
    [
        ("Root=1-a", "Root=1-b", "Root=1-a"),
        (None, "Root=1-b", "Root=1-b"),
        ("x" * 257, "Root=1-b", "Root=1-b"),
        ("Root=é", None, None),
        ("Root=1-a", None, "Root=1-a"),
    ],
)
async def test_the_trace_header_is_preferred_to_the_parameter(call, perform, header, parameter, kept):
    sent = {} if header is None else {"x-amzn-trace-id": header}
    given = {"stateMachineArn": MACHINE, "name": "e"} | ({} if parameter is None else {"traceHeader": parameter})
    await perform("StartExecution", given, caller(sent, "id"))
    assert (await call("DescribeExecution", executionArn=EXECUTION)).get("traceHeader") == kept

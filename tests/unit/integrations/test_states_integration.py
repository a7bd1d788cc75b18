"""Tasks that call Step Functions itself: casing, patterns, errors, and what a repetition finds."""

import asyncio
import json

import pytest

from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.states import CallRefused, StatesIntegration

ARN = "arn:aws:states:us-east-1:123456789012:execution:m:parent"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:child"
KEY = "11111111-1111-4111-8111-111111111111"
CHILD = f"arn:aws:states:us-east-1:123456789012:execution:child:{KEY}"
DESCRIBED = {
    "executionArn": CHILD,
    "stateMachineArn": MACHINE,
    "name": KEY,
    "status": "SUCCEEDED",
    "startDate": 1.5,
    "stopDate": 2.25,
    "input": '{"a":1}',
    "output": '{"b":2}',
}


class FakeStates:
    def __init__(self):
        self.calls = []
        self.answers = {"StartExecution": {"executionArn": CHILD, "startDate": 1.5}, "DescribeExecution": DESCRIBED}
        self.end = asyncio.Event()

    async def call(self, caller, operation, parameters):
        assert caller == tuple(ARN.split(":")[3:5])
        self.calls.append((operation, parameters))
        answer = self.answers.get(operation, {})
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def ended(self, execution_arn):
        assert execution_arn == CHILD
        await self.end.wait()


class Calls:
    """An integration over fake states, and the outcomes it delivered."""

    def __init__(self):
        self.states = FakeStates()
        self.bound = asyncio.get_running_loop().create_future()
        self.integration = StatesIntegration(self.bound)
        self.outcomes = []

    async def perform(self, resource, parameters, *, bind=True, submitted=False):
        if bind and not self.bound.done():
            self.bound.set_result(self.states)
        text = json.dumps(parameters).encode()
        resource = parse_resource(f"arn:aws:states:::{resource}")
        command = InvokeTask(ARN, 1, 3, 0, resource, text, KEY, submitted=submitted)
        self.integration.perform(command, self.outcomes.append)
        await self.turn()
        return self

    async def turn(self):
        for _ in range(10):
            await asyncio.sleep(0)

    @property
    def output(self):
        return json.loads(self.outcomes[-1].output)


@pytest.fixture
async def calls():
    return Calls()


async def test_an_sdk_call_in_the_sdks_case(calls):
    calls.states.answers["CreateActivity"] = {"activityArn": "a", "creationDate": 1.5, "more": [{"x": 1}]}
    await calls.perform(
        "aws-sdk:sfn:createActivity", {"Name": "n", "Tags": [{"Key": "Kept", "Value": "V"}], "Nothing": None}
    )
    assert calls.states.calls == [("CreateActivity", {"name": "n", "tags": [{"key": "Kept", "value": "V"}]})]
    assert calls.output == {"ActivityArn": "a", "CreationDate": "1970-01-01T00:00:01.500Z", "More": [{"X": 1}]}


@pytest.mark.parametrize(("given", "sent"), [({"Key": [1]}, '{"Key":[1]}'), ("{ }", "{ }"), (7, "7")])
async def test_json_may_be_given_as_it_is(calls, given, sent):
    await calls.perform("aws-sdk:sfn:sendTaskSuccess", {"TaskToken": "t", "Output": given})
    assert calls.states.calls == [("SendTaskSuccess", {"taskToken": "t", "output": sent})]
    assert calls.output == {}


async def test_an_sdk_calls_error(calls):
    calls.states.answers["SendTaskFailure"] = CallRefused("InvalidToken", "Invalid Token: 'Invalid token'")
    await calls.perform("aws-sdk:sfn:sendTaskFailure", {"TaskToken": "t"})
    (outcome,) = calls.outcomes
    assert outcome.error == "Sfn.InvalidTokenException"
    details = f"(Service: Sfn, Status Code: 400, Request ID: {KEY}) (SDK Attempt Count: 1)"
    assert outcome.cause == f"Invalid Token: 'Invalid token' {details}"


async def test_an_execution_is_started(calls):
    await calls.perform("states:startExecution", {"StateMachineArn": MACHINE, "Input": {"A": 1}, "Name": "n"})
    started = {"stateMachineArn": MACHINE, "input": '{"A":1}', "name": "n"}
    assert calls.states.calls == [("StartExecution", started)]
    assert (calls.output["ExecutionArn"], calls.output["StartDate"]) == (CHILD, 1500)
    assert not calls.outcomes[0].submitted


async def test_a_refused_start(calls):
    calls.states.answers["StartExecution"] = CallRefused("StateMachineDoesNotExist", "no")
    await calls.perform("states:startExecution.sync", {"StateMachineArn": MACHINE})
    (outcome,) = calls.outcomes
    assert outcome.error == "StepFunctions.StateMachineDoesNotExistException"
    assert "Error Code: StateMachineDoesNotExist" in outcome.cause


@pytest.mark.parametrize(("pattern", "result"), [("sync", '{"b":2}'), ("sync:2", {"b": 2})])
async def test_a_job_is_submitted_then_over(calls, pattern, result):
    await calls.perform(f"states:startExecution.{pattern}", {"StateMachineArn": MACHINE})
    assert [outcome.submitted for outcome in calls.outcomes] == [True]
    assert calls.states.calls[0][1]["name"] == KEY
    calls.states.end.set()
    await calls.turn()
    assert calls.output["Output"] == result
    assert list(calls.output) == sorted(calls.output)
    assert (calls.output["StopDate"], calls.output["OutputDetails"]) == (2250, {"Included": True})


async def test_a_job_that_fails(calls):
    failed = {name: value for name, value in DESCRIBED.items() if name != "output"}
    calls.states.answers["DescribeExecution"] = {**failed, "status": "FAILED", "error": "E", "cause": "c"}
    calls.states.end.set()
    await calls.perform("states:startExecution.sync", {"StateMachineArn": MACHINE})
    outcome = calls.outcomes[-1]
    cause = json.loads(outcome.cause)
    assert outcome.error == "States.TaskFailed"
    assert (cause["Error"], cause["Cause"], cause["Status"], cause["Input"]) == ("E", "c", "FAILED", '{"a":1}')


async def test_a_submitted_job_is_only_watched(calls):
    calls.states.end.set()
    await calls.perform("states:startExecution.sync", {"StateMachineArn": f"{MACHINE}:PROD"}, submitted=True)
    assert [operation for operation, _ in calls.states.calls] == ["DescribeExecution"]
    assert [outcome.submitted for outcome in calls.outcomes] == [False]


async def test_a_start_that_was_made_before_a_crash_is_found(calls):
    calls.states.answers["StartExecution"] = CallRefused("ExecutionAlreadyExists", "it does")
    calls.states.end.set()
    await calls.perform("states:startExecution.sync", {"StateMachineArn": MACHINE})
    assert [outcome.submitted for outcome in calls.outcomes] == [True, False]
    await calls.perform("states:startExecution.sync", {"StateMachineArn": MACHINE, "Name": "theirs"})
    assert calls.outcomes[-1].error == "StepFunctions.ExecutionAlreadyExistsException"


async def test_a_cancelled_job_is_stopped(calls):
    resource = "states:startExecution.sync"
    await calls.perform(resource, {"StateMachineArn": MACHINE})
    calls.integration.cancel(CancelTask(ARN, 3, parse_resource(f"arn:aws:states:::{resource}")))
    await calls.turn()
    assert calls.states.calls[-1] == ("StopExecution", {"executionArn": CHILD})
    calls.states.end.set()
    await calls.turn()
    assert len(calls.outcomes) == 1


async def test_calls_wait_until_the_api_stands(calls):
    await calls.perform("aws-sdk:sfn:listActivities", {}, bind=False)
    assert calls.outcomes == []
    calls.bound.set_result(calls.states)
    await calls.turn()
    assert len(calls.outcomes) == 1


async def test_our_own_defects_fail_the_task(calls):
    calls.states.answers["ListActivities"] = RuntimeError("boom")
    await calls.perform("aws-sdk:sfn:listActivities", {})
    assert calls.outcomes[0].error == "States.Runtime"
    assert "boom" in calls.outcomes[0].cause

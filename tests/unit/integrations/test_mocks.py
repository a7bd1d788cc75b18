"""The performer of mocked tasks, by itself: who gets a command, and what a mock becomes."""

import asyncio
import json

import pytest

from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations import mocks
from podium.integrations.contract import TaskOutcome
from podium.integrations.mock_configuration import MockConfiguration
from podium.integrations.mocks import MockedTasks

ARN = "arn:aws:states:us-east-1:123456789012:execution:orders:one"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:work"
INVOKE = "arn:aws:states:::lambda:invoke"
ANSWER = {"StatusCode": 200, "Payload": {"a": 1}}


class Others:
    def __init__(self):
        self.performed, self.cancelled = [], []

    def perform(self, command, deliver):
        self.performed.append(command)

    def cancel(self, command):
        self.cancelled.append(command)


class Mocked:
    """A performer whose state S is mocked; `events` is what the journal holds."""

    def __init__(self, file, responses):
        test_cases = {"C": {"S": "r"}}
        content = {"StateMachines": {"orders": {"TestCases": test_cases}}, "MockedResponses": {"r": responses}}
        file.write_text(json.dumps(content))
        self.others, self.events, self.asked, self.failures = Others(), [], [], []
        self.tasks = MockedTasks(MockConfiguration(file), self.others, self.events_of)

    async def events_of(self, arn):
        self.asked.append(arn)
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop()
        return self.events

    def begin(self, resource=FUNCTION, *, scheduled_id=3, state="S", test_case="C", arn=ARN):
        outcomes = []
        resource = parse_resource(resource)
        command = InvokeTask(arn, 1, scheduled_id, 0, resource, b"{}", "key", state_name=state, test_case=test_case)
        self.tasks.perform(command, outcomes.append)
        return outcomes

    async def outcome(self, resource=FUNCTION, **named):
        outcomes = self.begin(resource, **named)
        await asyncio.gather(*self.tasks._running)
        (outcome,) = outcomes
        return outcome

    async def output(self, resource=FUNCTION, **named):
        return json.loads((await self.outcome(resource, **named)).output)


@pytest.fixture
def mocked(tmp_path):
    return lambda responses: Mocked(tmp_path / "mocks.json", responses)


@pytest.mark.parametrize("named", [{"test_case": None}, {"state": "Other"}])
async def test_what_no_test_case_names_goes_to_the_others(mocked, named):
    run = mocked({"0": {"Return": 1}})
    assert run.begin(**named) == []
    assert len(run.others.performed) == 1
    cancel = CancelTask(ARN, 3, parse_resource(FUNCTION))
    run.tasks.cancel(cancel)
    assert run.others.cancelled == [cancel]


async def test_a_test_case_that_has_gone_from_the_file_fails_the_task(mocked):
    outcome = await mocked({}).outcome(test_case="Gone")
    assert outcome.error == "States.Runtime"
    assert "no test case 'Gone'" in outcome.cause


@pytest.mark.parametrize(
    ("resource", "value", "output"),
    [
        (INVOKE, ANSWER, ANSWER),
        (FUNCTION, ANSWER, {"a": 1}),
        (FUNCTION, {"Payload": 1, "mine": 2}, {"Payload": 1, "mine": 2}),
        (FUNCTION, "text", "text"),
        ("arn:aws:states:::aws-sdk:sqs:listQueues", [], []),
    ],
)
async def test_what_is_returned_is_the_output_and_of_a_function_the_payload(mocked, resource, value, output):
    assert await mocked({"0": {"Return": value}}).output(resource) == output


async def test_what_is_thrown_is_the_failure(mocked):
    run = mocked({"0": {"Throw": {"Error": "E", "Cause": "c"}}})
    assert await run.outcome(INVOKE + ".waitForTaskToken") == TaskOutcome(error="E", cause="c")


async def test_a_job_is_reported_with_what_began_it(mocked):
    run = mocked({"0": {"Return": {"JobId": "j", "JobName": "n", "Status": "SUCCEEDED"}}})
    outcome = await run.outcome("arn:aws:states:::batch:submitJob.sync")
    assert json.loads(outcome.output) == {"JobId": "j", "JobName": "n"}
    assert json.loads(outcome.reported)["Status"] == "SUCCEEDED"


async def test_counting_begins_with_what_the_history_knows(mocked):
    run = mocked({"0-1": {"Return": "before"}, "2": {"Return": "third"}, "3": {"Return": "fourth"}})
    run.events = [
        {"id": 1, "previousEventId": 0, "type": "ExecutionStarted"},
        {"id": 2, "previousEventId": 0, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "S"}},
        {"id": 3, "previousEventId": 2, "type": "LambdaFunctionScheduled"},
        {"id": 4, "previousEventId": 3, "type": "LambdaFunctionStarted"},
        {"id": 5, "previousEventId": 4, "type": "LambdaFunctionFailed"},
        {"id": 6, "previousEventId": 5, "type": "LambdaFunctionScheduled"},
        {"id": 7, "previousEventId": 0, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Other"}},
        {"id": 8, "previousEventId": 7, "type": "TaskScheduled"},
        {"id": 9, "previousEventId": 6, "type": "TaskScheduled"},
    ]
    assert await run.output(scheduled_id=9) == "third"
    assert await run.output(scheduled_id=12) == "fourth"
    assert await run.output(scheduled_id=9) == "third"
    assert run.asked == [ARN]


async def test_tasks_that_come_together_are_numbered_in_their_order(mocked):
    run = mocked({str(number): {"Return": number} for number in range(3)})
    outcomes = [run.begin(scheduled_id=scheduled_id) for scheduled_id in (3, 6, 9)]
    await asyncio.gather(*run.tasks._running)
    assert [json.loads(outcome.output) for (outcome,) in outcomes] == [0, 1, 2]
    assert run.asked == [ARN]


async def test_a_child_of_a_map_run_has_its_machines_test_cases(mocked):
    child = "arn:aws:states:us-east-1:123456789012:execution:orders/label:child"
    assert await mocked({"0": {"Return": 7}}).output(arn=child) == 7


async def test_a_history_that_cannot_be_read_fails_the_task_and_is_read_again_for_the_next(mocked):
    run = mocked({"0": {"Return": 7}})
    run.failures = [OSError("gone")]
    outcome = await run.outcome()
    assert (outcome.error, "gone" in outcome.cause) == ("States.Runtime", True)
    assert await run.output() == 7


async def test_counts_in_memory_are_bounded(mocked, monkeypatch):
    monkeypatch.setattr(mocks, "COUNTED_MAX", 2)
    run = mocked({"0": {"Return": 7}})
    for name in "abca":
        assert await run.output(arn=f"{ARN}{name}") == 7
    assert run.asked == [f"{ARN}{name}" for name in "abca"]

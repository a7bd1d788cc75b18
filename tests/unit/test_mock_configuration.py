"""The mock configuration: its file and the setting that names it, its sentences, and whole executions run by it."""

import asyncio
import json
import sys
from functools import partial
from pathlib import Path

import pytest
from definitions import catch, machine, task
from engine_driver import EngineRun, WaitingPerformer

from podium.config import SettingsError, load_settings
from podium.engine import views
from podium.integrations.mock_configuration import (
    MockConfiguration,
    MockConfigurationError,
    MockedReturn,
    MockedThrow,
)
from podium.integrations.mocks import MockedTasks
from podium.store.memory import MemoryStore

BOOM = {"Throw": {"Error": "Boom", "Cause": "it was a test"}}
FILE = {
    "StateMachines": {"orders": {"TestCases": {"Happy": {"T": "good"}, "Retried": {"T": "third time"}}}},
    "MockedResponses": {
        "good": {"0": {"Return": {"n": 1.5, "s": "é"}}},
        "third time": {"0": BOOM, "1-2": {"Throw": {"Error": "Slow"}}, "3": {"Return": None}},
        "empty": {},
    },
}


@pytest.fixture
def write(tmp_path):
    def write(content):
        file = tmp_path / "mocks.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        return MockConfiguration(file)

    return write


# -- the file ------------------------------------------------------------------------------------------------------


def test_a_test_case_names_a_response_for_each_mocked_state(write):
    assert write(FILE).test_case("orders", "Retried") == {"T": "third time"}


@pytest.mark.parametrize(
    ("invocation", "response"),
    [
        (0, MockedThrow("Boom", "it was a test")),
        (1, MockedThrow("Slow", None)),
        (2, MockedThrow("Slow", None)),
        (3, MockedReturn(None)),
    ],
)
def test_a_response_is_chosen_by_invocation(write, invocation, response):
    assert write(FILE).response("third time", invocation) == response


def test_the_file_is_read_again_when_it_changes(write):
    configuration = write(FILE)
    assert configuration.response("good", 0) == MockedReturn({"n": 1.5, "s": "é"})
    write({**FILE, "MockedResponses": {"good": {"0": {"Return": "another"}}}})
    assert configuration.response("good", 0) == MockedReturn("another")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "mocks.json: not JSON: "),
        ("[]", "mocks.json: must hold a JSON object."),
        ({}, "mocks.json: 'StateMachines' must be an object."),
        ({"StateMachines": {}}, "mocks.json: StateMachines has no 'orders'."),
        ({"StateMachines": {"orders": {}}}, "mocks.json: state machine 'orders': 'TestCases' must be an object."),
        ({"StateMachines": {"orders": {"TestCases": {"C": []}}}}, "test case 'C' of 'orders' must be an object."),
        (FILE, "state machine 'orders' has no test case 'C' (it has: 'Happy', 'Retried')."),
    ],
)
def test_a_test_case_that_is_not_there_is_a_sentence(write, content, sentence):
    with pytest.raises(MockConfigurationError) as raised:
        write(content).test_case("orders", "C")
    assert sentence in str(raised.value)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(MockConfigurationError, match=r"absent\.json: cannot be read \(no such file or directory\)\.$"):
        MockConfiguration(tmp_path / "absent.json").test_case("orders", "Happy")


@pytest.mark.parametrize(
    ("response", "sentence"),
    [
        ({"1": {"Return": 1}}, "mocked response 'r' has nothing for invocation 0."),
        ({}, "mocked response 'r' has nothing for invocation 0."),
        ([], "mocked response 'r' must be an object."),
        ({"first": {"Return": 1}}, "mocked response 'r': 'first' is neither a number nor a range as '1-2'."),
        ({"0": {}}, "mocked response 'r', '0': must be an object with either 'Return' or 'Throw'."),
        ({"0": {"Return": 1, **BOOM}}, "must be an object with either 'Return' or 'Throw'."),
        ({"0": {"Throw": {"Cause": "c"}}}, "'Throw' must be an object with the texts 'Error' and 'Cause'."),
    ],
)
def test_a_response_that_makes_no_sense_is_a_sentence(write, response, sentence):
    with pytest.raises(MockConfigurationError) as raised:
        write({"MockedResponses": {"r": response}}).response("r", 0)
    assert sentence in str(raised.value)


@pytest.mark.parametrize(("name", "shown"), [("absent", '"absent"'), (3, "3")])
def test_a_name_without_response_is_a_sentence(write, name, shown):
    with pytest.raises(MockConfigurationError, match=f"MockedResponses has no {shown}"):
        write(FILE).response(name, 0)


# -- the setting -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variable", ["SFN_MOCK_CONFIG", "LOCALSTACK_SFN_MOCK_CONFIG", "PODIUM_MOCK_CONFIGURATION"])
def test_the_file_is_named_by_the_variables_people_have(tmp_path, variable):
    settings = load_settings({}, environment={variable: "m.json"}, directory=tmp_path)
    assert settings.mock_configuration == Path("m.json")


def test_our_own_variable_wins_and_an_empty_one_of_others_is_none(tmp_path):
    both = {"SFN_MOCK_CONFIG": "theirs", "PODIUM_MOCK_CONFIGURATION": "ours"}
    assert load_settings({}, environment=both, directory=tmp_path).mock_configuration == Path("ours")
    assert load_settings({}, environment={"SFN_MOCK_CONFIG": ""}, directory=tmp_path).mock_configuration is None
    with pytest.raises(SettingsError):
        load_settings({}, environment={"PODIUM_MOCK_CONFIGURATION": ""}, directory=tmp_path)


# -- executions ------------------------------------------------------------------------------------------------------


class MockedRun(EngineRun):
    """An engine whose executions are all started with a test case. `others` gets what is not mocked."""

    def __init__(self, store, configuration, test_case):
        super().__init__(store)
        self.configuration, self.test_case = configuration, test_case

    async def open(self, **options):
        async def events_of(arn):
            summary = await self.store.find(arn)
            found, _ = await views.history(
                self.store, summary, after_event_id=0, limit=sys.maxsize, reverse=False, include_data=False
            )
            return found

        self.others = WaitingPerformer()
        self.performer = MockedTasks(self.configuration, self.others, events_of)
        await super().open(**options)
        self.engine.start_execution = partial(self.engine.start_execution, test_case=self.test_case)
        return self

    async def settled(self):
        """Until nothing more happens, mocked answers included: they come some turns of the loop later."""
        await self.settle()
        while self.performer._running:
            await asyncio.gather(*self.performer._running)
            await self.settle()


@pytest.fixture
async def mocked(write):
    runs = []

    async def open_run(responses, **states):
        content = {"StateMachines": {"orders": {"TestCases": {"C": states}}}, "MockedResponses": responses}
        runs.append(await MockedRun(MemoryStore(), write(content), "C").open())
        return runs[-1]

    yield open_run
    for run in runs:
        await run.close()


def numbered(count):
    return {str(number): {"Return": number} for number in range(count)}


async def test_mocked_states_are_answered_and_the_others_called(mocked):
    run = await mocked({"r": {"0": {"Return": "mocked"}}}, A="r")
    await run.start({"A": task("a"), "B": task("b")})
    await run.settled()
    assert [command.resource.action for command in run.others.performed] == ["b"]
    assert json.loads(run.others.performed[0].parameters) == "mocked"
    run.others.succeed("called")
    await run.settled()
    assert await run.output() == "called"


async def test_retries_go_through_the_responses(mocked):
    run = await mocked(FILE["MockedResponses"], T="third time")
    retry = [{"ErrorEquals": ["Boom", "Slow"], "IntervalSeconds": 1, "MaxAttempts": 3}]
    await run.start({"T": task(Retry=retry)})
    for _ in range(4):
        await run.settled()
        await run.advance(30)
    assert await run.output() is None
    failed = [e for e in await run.history() if e["type"] == "LambdaFunctionFailed"]
    assert [e["lambdaFunctionFailedEventDetails"]["error"] for e in failed] == ["Boom", "Slow", "Slow"]


async def test_invocations_are_counted_over_iterations(mocked):
    run = await mocked({"r": numbered(3)}, T="r")
    each = {"Type": "Map", "ItemProcessor": machine({"T": task()})}
    await run.start({"M": each}, [0, 0, 0])
    await run.settled()
    assert await run.output() == [0, 1, 2]


async def test_invocations_are_counted_on_after_a_crash(mocked):
    run = await mocked({"r": numbered(3)}, A="r")
    await run.start({"A": task("a"), "Real": task("real", Next="A", Catch=catch("Over")), "Over": {"Type": "Succeed"}})
    await run.settled()
    run.others.succeed()
    await run.settled()
    await run.crash()
    run.others.succeed()
    await run.settled()
    assert [command.parameters for command in run.others.performed] == [b"1", b"2"]


async def test_an_invocation_without_response_fails_the_execution(mocked):
    run = await mocked({"r": numbered(1)}, T="r", U="r2")
    await run.start({"T": task(), "U": task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "T"}])})
    await run.settled()
    view = await run.describe()
    assert (view.status, view.error) == ("FAILED", "States.Runtime")
    assert view.cause.endswith('MockedResponses has no "r2".')


@pytest.mark.parametrize("pattern", ["sync", "sync:2", "waitForTaskToken"])
async def test_tasks_whose_end_comes_later_are_submitted_and_ended(mocked, pattern):
    run = await mocked({"r": {"0": {"Return": {"ExecutionArn": "arn", "StartDate": 1, "Status": "X"}}}}, T="r")
    parameters = {"StateMachineArn": "m"}
    if pattern == "waitForTaskToken":
        parameters["Input"] = {"token.$": "$$.Task.Token"}
    resource = f"arn:aws:states:::states:startExecution.{pattern}"
    await run.start({"T": {"Type": "Task", "Resource": resource, "Parameters": parameters}})
    await run.settled()
    assert await run.output() == {"ExecutionArn": "arn", "StartDate": 1, "Status": "X"}
    assert (await run.types())[2:6] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]
    submitted = json.loads((await run.history())[4]["taskSubmittedEventDetails"]["output"])
    assert ("Status" in submitted) == (pattern == "waitForTaskToken")


async def test_children_of_a_map_run_belong_to_the_test_case(mocked):
    run = await mocked({"r": {"0": {"Return": "mocked"}}}, T="r")
    processor = machine({"T": task()}) | {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    await run.start({"M": {"Type": "Map", "Label": "label", "ItemProcessor": processor}}, [1, 2])
    for _ in range(5):
        await run.settled()
    assert run.others.performed == []
    assert await run.output() == ["mocked", "mocked"]

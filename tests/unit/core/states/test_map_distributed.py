"""The distributed Map in its execution: its events, its plan, its failures, and what stops it."""

import json

import pytest
from definitions import catch, machine, parallel, retry, task
from driver import Run

from podium.core.interpreter import decide, load, outstanding_commands
from podium.core.machine.commands import StartMapRun, StopMapRun
from podium.core.machine.execution import Execution, fold
from podium.core.machine.map_run import Item
from podium.core.machine.payload import Payload
from podium.core.machine.stimuli import TaskFailed, TaskSucceeded

PREFIX = "arn:aws:states:us-east-1:123456789012"


def distributed(states=None, *, kind="STANDARD", **fields):
    """A distributed Map; of a Pass unless states are given."""
    processor = machine(states or {"P": {"Type": "Pass"}})
    processor["ProcessorConfig"] = {"Mode": "DISTRIBUTED", "ExecutionType": kind}
    return {"Type": "Map", "ItemProcessor": processor, **fields}


def reading(**fields):
    """A reader of one object."""
    return {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"}, **fields}


class MapExecution(Run):
    """A run whose outstanding Map Runs can be ended."""

    def started(self) -> StartMapRun:
        return next(c for c in reversed(self.commands) if isinstance(c, StartMapRun))

    def run_succeeds(self, output):
        command = self.started()
        payload = Payload.from_text(json.dumps(output).encode())
        return self.decide(TaskSucceeded(command.branch_id, command.scheduled_id, payload))

    def run_fails(self, error, cause=None):
        command = self.started()
        return self.decide(TaskFailed(command.branch_id, command.scheduled_id, error, cause))


def shown(run):
    return [(event["id"], event["previousEventId"], event["type"]) for event in run.history]


def test_events_of_a_run_that_succeeds():
    run = MapExecution({"M": distributed(Label="orders")}, [1, 2])
    run.run_succeeds([10, 20])
    assert shown(run) == [
        (1, 0, "ExecutionStarted"),
        (2, 0, "MapStateEntered"),
        (3, 2, "MapStateStarted"),
        (4, 3, "MapRunStarted"),
        (5, 4, "MapRunSucceeded"),
        (6, 5, "MapStateSucceeded"),
        (7, 5, "MapStateExited"),
        (8, 7, "ExecutionSucceeded"),
    ]
    assert run.details("MapStateStarted") == [{"length": 2}]
    arn = run.details("MapRunStarted")[0]["mapRunArn"]
    assert arn.startswith(f"{PREFIX}:mapRun:orders/orders:")
    assert arn == run.started().map_run_arn
    assert run.output == [10, 20]


def test_events_of_a_run_that_fails():
    run = MapExecution({"M": distributed()}, [1])
    run.run_fails("States.ItemReaderFailed", "no such key")
    assert shown(run)[4:] == [
        (5, 4, "MapRunFailed"),
        (6, 5, "MapStateFailed"),
        (7, 6, "ExecutionFailed"),
    ]
    assert run.details("MapRunFailed") == [{"error": "States.ItemReaderFailed", "cause": "no such key"}]
    assert run.error == ("States.ItemReaderFailed", "no such key")


def test_retry_starts_another_run():
    run = MapExecution({"M": distributed(Retry=retry(MaxAttempts=1))}, [1])
    first = run.started()
    run.run_fails("E")
    run.advance(1)
    assert run.started().map_run_arn != first.map_run_arn
    assert run.types.count("MapRunStarted") == 2
    run.run_succeeds([])
    assert run.output == []


def test_catch_takes_a_failed_run():
    run = MapExecution(
        {"M": distributed(Catch=catch("C"), End=True), "C": {"Type": "Pass", "End": True}},
        [1],
    )
    run.run_fails("States.ExceedToleratedFailureThreshold", "too many")
    assert run.output == {"Error": "States.ExceedToleratedFailureThreshold", "Cause": "too many"}


@pytest.mark.parametrize("field", ["ToleratedFailureCount", "ToleratedFailurePercentage"])
@pytest.mark.parametrize(
    ("value", "taken"),
    [(0, 0), (1, 1), ("2", 2), (True, None), ("NoNumber", None), (None, None), ([], None)],
)
def test_a_path_to_a_tolerance(field, value, taken):
    run = MapExecution({"M": distributed(ItemsPath="$.items", **{f"{field}Path": "$.t"})}, {"items": [1], "t": value})
    if taken is None:
        shown_value = value if isinstance(value, str) else json.dumps(value)
        error, cause = run.error
        assert error == "States.Runtime"
        assert cause.endswith(
            f'The {field}Path field refers to value "{shown_value}" which is not a valid integer: $.t'
        )
        assert shown(run)[-2:] == [(3, 2, "MapStateStarted"), (4, 3, "ExecutionFailed")]
    else:
        limits = run.started().plan.limits
        found = limits.tolerated_count if field.endswith("Count") else limits.tolerated_percentage
        assert found == taken


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("ToleratedFailureCount", -1, "ToleratedFailureCount cannot be negative."),
        ("ToleratedFailurePercentage", -1, "ToleratedFailurePercentage must be between 0 and 100."),
        ("ToleratedFailurePercentage", 100.1, "ToleratedFailurePercentage must be between 0 and 100."),
    ],
)
def test_a_tolerance_out_of_range(field, value, sentence):
    run = MapExecution({"M": distributed(ItemsPath="$.i", **{f"{field}Path": "$.t"})}, {"i": [1], "t": value})
    assert run.error[1].endswith(f"(entered at the event id #2). {sentence}")


def test_a_fraction_is_a_percentage_but_no_count():
    given = {"i": [1], "t": 1.5}
    run = MapExecution({"M": distributed(ItemsPath="$.i", ToleratedFailurePercentagePath="$.t")}, given)
    assert run.started().plan.limits.tolerated_percentage == 1.5
    run = MapExecution({"M": distributed(ItemsPath="$.i", ToleratedFailureCountPath="$.t")}, given)
    assert run.error[0] == "States.Runtime"


def test_what_is_not_said_about_tolerance_stays_open():
    limits = MapExecution({"M": distributed()}, [1]).started().plan.limits
    assert (limits.max_concurrency, limits.tolerated_count, limits.tolerated_percentage) == (0, None, None)


@pytest.mark.parametrize(
    ("given", "taken"), [(2, 2), ("2", 2), (0, None), (-1, -1), (100_000_001, None), (100_000_000, 100_000_000)]
)
def test_max_items_of_a_reader(given, taken):
    reader = reading(ReaderConfig={"InputType": "JSON", "MaxItemsPath": "$.n"})
    run = MapExecution({"M": distributed(ItemReader=reader)}, {"n": given})
    plan = run.started().plan
    assert plan.reader.items_max == taken
    assert plan.reader.config == {"InputType": "JSON"}
    assert plan.items is None
    assert run.details("MapStateStarted") == [{"length": 0}]


def test_a_reader_s_parameters_are_evaluated():
    reader = reading(Parameters={"Bucket.$": "$.b", "Key": "k"})
    plan = MapExecution({"M": distributed(ItemReader=reader)}, {"b": "data"}).started().plan
    assert plan.reader.action == "getObject"
    assert plan.reader.parameters == {"Bucket": "data", "Key": "k"}


def test_a_batcher_s_numbers_may_be_strings():
    batcher = {
        "MaxItemsPerBatchPath": "$.n",
        "MaxInputBytesPerBatch": 1000,
        "BatchInput": {"b.$": "$.n", "e.$": "$$.State.Name"},
    }
    batches = MapExecution({"M": distributed(ItemReader=reading(), ItemBatcher=batcher)}, {"n": "3"})
    plan = batches.started().plan
    assert (plan.batcher.items_max, plan.batcher.bytes_max) == (3, 1000)
    assert plan.batcher.input == {"b": "3", "e": "M"}


@pytest.mark.parametrize(
    ("writer", "expected"),
    [
        (None, (None, "COMPACT", "JSON")),
        ({"WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSONL"}}, (None, "FLATTEN", "JSONL")),
        (
            {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket.$": "$.b"}},
            ({"Bucket": "out"}, "NONE", "JSON"),
        ),
    ],
)
def test_a_writer_and_its_defaults(writer, expected):
    fields = {} if writer is None else {"ResultWriter": writer}
    plan = MapExecution({"M": distributed(ItemReader=reading(), **fields)}, {"b": "out"}).started().plan
    assert (plan.writer.parameters, plan.writer.transformation, plan.writer.output_type) == expected


def test_an_item_selector_sees_item_input_context_and_variables():
    selector = {
        "i.$": "$$.Map.Item.Index",
        "v.$": "$$.Map.Item.Value",
        "s.$": "$$.Map.Item.Source",
        "k.$": "$$.Map.Item.Key",
        "c.$": "$.c",
        "x.$": "$x",
        "n.$": "$$.Execution.Name",
    }
    states = {
        "A": {"Type": "Pass", "Assign": {"x": 5}},
        "M": distributed(ItemsPath="$.items", ItemSelector=selector),
    }
    plan = MapExecution(states, {"items": {"a": 1}, "c": 7}).started().plan
    assert plan.items == {"a": 1}
    assert plan.select(3, Item(1, "STATE_DATA", "a")) == {
        "i": 3,
        "v": 1,
        "s": "STATE_DATA",
        "k": "a",
        "c": 7,
        "x": 5,
        "n": "one",
    }


def test_chance_in_an_item_selector_depends_on_the_item_alone():
    states = {"M": distributed(ItemSelector={"u.$": "States.UUID()"})}
    plan = MapExecution(states, [1, 2]).started().plan
    again = MapExecution(states, [1, 2]).started().plan
    assert plan.select(0, Item(1)) == again.select(0, Item(1))
    assert plan.select(0, Item(1)) != plan.select(1, Item(1))


def test_jsonata():
    fields = {
        "Items": "{% $states.input.items %}",
        "ItemSelector": {
            "v": "{% $states.context.Map.Item.Value * $states.input.by %}",
            "i": "{% $states.context.Map.Item.Index %}",
        },
        "MaxConcurrency": "{% 1 + 1 %}",
        "ToleratedFailureCount": "{% 3 %}",
        "ToleratedFailurePercentage": "{% 2.5 %}",
    }
    states = {"StartAt": "M", "QueryLanguage": "JSONata", "States": {"M": {**distributed(**fields), "End": True}}}
    plan = MapExecution(states, {"items": [1, 2], "by": 10}).started().plan
    assert plan.items == [1, 2]
    assert plan.select(1, Item(2)) == {"v": 20, "i": 1}
    assert (plan.limits.max_concurrency, plan.limits.tolerated_count, plan.limits.tolerated_percentage) == (2, 3, 2.5)
    assert json.loads(plan.processor)["QueryLanguage"] == "JSONata"


def test_express_children_end_within_five_minutes():
    plan = MapExecution({"M": distributed(kind="EXPRESS")}, [1]).started().plan
    assert plan.execution_type == "EXPRESS"
    assert load(json.loads(plan.processor)).timeout_ms == 300_000


def test_stopping_the_execution_stops_the_run():
    run = MapExecution({"M": distributed()}, [1])
    arn = run.started().map_run_arn
    run.stop()
    assert [c.map_run_arn for c in run.commands if isinstance(c, StopMapRun)] == [arn]


def test_a_failing_sibling_stops_the_run():
    branches = parallel({"M": distributed(ItemsPath="$.i")}, {"T": task()})
    run = MapExecution({"B": branches}, {"i": [1]})
    arn = run.started().map_run_arn
    run.fail("E")
    assert [c.map_run_arn for c in run.commands if isinstance(c, StopMapRun)] == [arn]
    assert "MapStateAborted" in run.types


def test_after_a_crash_the_same_run_is_asked_for():
    states = {
        "A": {"Type": "Pass", "Assign": {"x": 5}},
        "M": distributed(ItemsPath="$.items", ItemSelector={"x.$": "$x", "c.$": "$.c", "t.$": "$$.State.EnteredTime"}),
    }
    run = MapExecution(states, {"items": [1, 2], "c": "c"})
    execution = Execution(run.execution.info, None)
    fold(execution, None, 0, run.rows)
    (command,) = outstanding_commands(execution, run.machine, run.now_ms + 5000)
    before = run.started()
    assert isinstance(command, StartMapRun)
    assert (command.map_run_arn, command.scheduled_id) == (before.map_run_arn, before.scheduled_id)
    assert command.plan.items == before.plan.items
    assert command.plan.limits == before.plan.limits
    assert command.plan.select(1, Item(2)) == before.plan.select(1, Item(2))
    outcome = TaskSucceeded(command.branch_id, command.scheduled_id, Payload.from_text(b"[1]"))
    assert decide(execution, run.machine, outcome, run.now_ms).output.value == [1]


def test_items_that_are_no_array_or_object():
    run = MapExecution({"M": distributed(ItemsPath="$.i")}, {"i": 3})
    assert run.error[1].endswith("Map state input must be an array but was: 3")


def test_labels_of_two_maps_differ():
    states = {"M": distributed(), "N": distributed({"Q": {"Type": "Pass"}})}
    run = MapExecution(states, [1])
    first = run.started()
    run.run_succeeds([2])
    assert first.plan.label != run.started().plan.label

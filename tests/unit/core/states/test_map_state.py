"""The inline Map: its items, its concurrency, what each item sees, and what a failing one does."""

import json

import pytest
from definitions import ARN, catch, map_of, parallel, retry, task
from driver import START_MS, Run

from podium.core.machine.commands import CancelTask
from podium.core.machine.limits import Limits

PASS = {"Type": "Pass"}


def test_outputs_are_gathered_in_the_items_order():
    run = Run({"M": map_of({"T": task()})}, ["a", "b", "c"])
    for command in reversed(list(run.waiting.values())):
        run.waiting = {command.scheduled_id: command}
        run.succeed(json.loads(command.parameters) * 2)
    assert run.output == ["aa", "bb", "cc"]


def test_history():
    run = Run({"M": map_of({"A": PASS}, MaxConcurrency=1)}, [1, 2])
    assert [(event["id"], event["previousEventId"], event["type"]) for event in run.history] == [
        (1, 0, "ExecutionStarted"),
        (2, 0, "MapStateEntered"),
        (3, 2, "MapStateStarted"),
        (4, 3, "MapIterationStarted"),
        (5, 4, "PassStateEntered"),
        (6, 5, "PassStateExited"),
        (7, 6, "MapIterationSucceeded"),
        (8, 6, "MapIterationStarted"),
        (9, 8, "PassStateEntered"),
        (10, 9, "PassStateExited"),
        (11, 10, "MapIterationSucceeded"),
        (12, 11, "MapStateSucceeded"),
        (13, 11, "MapStateExited"),
        (14, 13, "ExecutionSucceeded"),
    ]
    assert run.details("MapStateStarted") == [{"length": 2}]
    assert run.details("MapIterationStarted") == [{"name": "M", "index": 0}, {"name": "M", "index": 1}]


@pytest.mark.parametrize(
    ("fields", "given", "output"),
    [
        ({"ItemsPath": "$.items"}, {"items": [1, 2]}, [1, 2]),
        ({"InputPath": "$.in", "ItemsPath": "$.items"}, {"in": {"items": [3]}}, [3]),
        (
            {
                "ItemsPath": "$.items",
                "ItemSelector": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "k.$": "$.k"},
            },
            {"items": ["x", "y"], "k": 7},
            [{"i": 0, "v": "x", "k": 7}, {"i": 1, "v": "y", "k": 7}],
        ),
        (
            {"ItemsPath": "$.items", "Parameters": {"v.$": "$$.Map.Item.Value"}},
            {"items": ["x"]},
            [{"v": "x"}],
        ),
        ({"ItemsPath": "$.items", "ResultPath": "$.out"}, {"items": [1]}, {"items": [1], "out": [1]}),
        ({"ItemsPath": "$.items", "ResultSelector": {"n.$": "States.ArrayLength($)"}}, {"items": [1, 2]}, {"n": 2}),
        ({"ItemsPath": "$.items", "OutputPath": "$[0]"}, {"items": [1, 2]}, 1),
        ({}, [], []),
        ({"ItemsPath": "$.items", "ResultPath": "$.out"}, {"items": []}, {"items": [], "out": []}),
    ],
)
def test_fields(fields, given, output):
    assert Run({"M": map_of({"A": PASS}, **fields)}, given).output == output


def test_iterator_is_the_older_name():
    states = map_of({"A": PASS})
    states["Iterator"] = states.pop("ItemProcessor")
    assert Run({"M": states}, [1]).output == [1]


def test_no_items_start_nothing_and_leave_nothing():
    run = Run({"M": map_of({"A": PASS}), "W": {"Type": "Wait", "Seconds": 1}}, [])
    assert run.types[1:5] == ["MapStateEntered", "MapStateStarted", "MapStateSucceeded", "MapStateExited"]
    assert run.execution.root.join is None


def test_what_states_inside_an_iteration_see():
    inner = {"A": {"Type": "Pass", "Parameters": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value.n"}}}
    nested = map_of({"P": parallel(inner)})
    assert Run({"M": nested}, [{"n": 5}, {"n": 6}]).output == [[{"i": 0, "v": 5}], [{"i": 1, "v": 6}]]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_no_more_run_at_once_than_may(limit):
    run = Run({"M": map_of({"T": task()}, MaxConcurrency=limit)}, list(range(5)))
    for done in range(5):
        assert len(run.waiting) == min(limit, 5 - done)
        first = next(iter(run.waiting.values()))
        run.waiting, others = {first.scheduled_id: first}, run.waiting
        others.pop(first.scheduled_id)
        run.succeed(done)
        run.waiting = {**others, **run.waiting}
    assert run.output == [0, 1, 2, 3, 4]


def test_concurrency_zero_is_the_limits():
    run = Run({"M": map_of({"T": task()})}, list(range(9)), limits=Limits(inline_map_concurrency=4))
    assert len(run.waiting) == 4


@pytest.mark.parametrize(("wanted", "running"), [(2, 2), (0, 4), (100, 4), ("3", 3)])
def test_concurrency_from_the_input(wanted, running):
    states = {"M": map_of({"T": task()}, MaxConcurrencyPath="$.n", ItemsPath="$.items")}
    run = Run(states, {"n": wanted, "items": list(range(9))}, limits=Limits(inline_map_concurrency=4))
    assert len(run.waiting) == running


@pytest.mark.parametrize(
    ("fields", "given", "cause"),
    [
        ({}, {"a": 1}, 'Map state input must be an array but was: {"a": 1}'),
        ({"ItemsPath": "$.x"}, {"x": "text"}, 'Map state input must be an array but was: "text"'),
        ({"ItemsPath": "$.none"}, {}, "Invalid path '$.none' : "),
        ({"MaxConcurrencyPath": "$[0]"}, ["two"], 'The MaxConcurrencyPath field refers to value "two" which is not'),
        ({"MaxConcurrencyPath": "$[0]"}, [-1], "MaxConcurrency cannot be negative."),
        ({"ItemSelector": {"a.$": "$.none"}}, [1], "The JSONPath '$.none' specified for the field 'a.$'"),
    ],
)
def test_errors(fields, given, cause):
    error, said = Run({"M": map_of({"A": PASS}, **fields)}, given).error
    assert error == "States.Runtime"
    assert said.startswith("An error occurred while executing the state 'M' (entered at the event id #2).")
    assert cause in said


def test_a_failing_iteration_aborts_the_others():
    run = Run({"M": map_of({"T": task()}, MaxConcurrency=2)}, [1, 2, 3])
    first = next(iter(run.waiting))
    run.waiting, others = {first: run.waiting[first]}, run.waiting
    run.fail("E", "C")
    assert run.error == ("E", "C")
    assert [c.scheduled_id for c in run.commands if isinstance(c, CancelTask)] == [
        key for key in others if key != first
    ]
    assert run.details("MapIterationFailed") == [{"name": "M", "index": 0}]
    assert run.details("MapIterationAborted") == [{"name": "M", "index": 1}]
    assert len(run.details("MapIterationStarted")) == 2
    assert run.types[-2:] == ["MapStateFailed", "ExecutionFailed"]


def test_a_failure_can_be_caught():
    inner = {"F": {"Type": "Fail", "Error": "E", "Cause": "C"}}
    run = Run({"M": map_of(inner, Catch=catch("H", "E", ResultPath="$.e")), "H": PASS}, [1])
    assert run.status == "FAILED"  # the error cannot be put into an array
    states = {"M": map_of(inner, ItemsPath="$.items", Catch=catch("H", "E", ResultPath="$.e")), "H": PASS}
    run = Run(states, {"items": [1, 2]})
    assert run.output == {"items": [1, 2], "e": {"Error": "E", "Cause": "C"}}
    assert len(run.details("MapIterationFailed")) == 1


def test_all_iterations_are_tried_again():
    run = Run({"M": map_of({"T": task()}, MaxConcurrency=1, Retry=retry("E", IntervalSeconds=2))}, [1, 2])
    run.succeed("a")
    run.fail("E")
    assert "MapStateFailed" not in run.types
    assert run.execution.next_wake_ms() == START_MS + 2_000
    run.advance(2)
    run.succeed("c")
    run.succeed("d")
    assert run.output == ["c", "d"]
    assert run.types.count("MapStateStarted") == 2
    assert run.types.count("MapStateEntered") == 1


def test_maps_inside_maps():
    run = Run({"M": map_of({"N": map_of({"A": PASS}, MaxConcurrency=1)}, MaxConcurrency=2)}, [[1, 2], [], [3]])
    assert run.output == [[1, 2], [], [3]]
    assert run.types.count("MapStateSucceeded") == 4


def test_more_items_than_one_slice_holds():
    items = list(range(700))
    run = Run({"M": map_of({"A": PASS})}, items)
    assert run.output == items
    assert len(run.rows) > 5
    assert run.execution.branches.keys() <= {1}


def test_waits_in_iterations_pass_together():
    run = Run({"M": map_of({"W": {"Type": "Wait", "SecondsPath": "$"}}, MaxConcurrency=2)}, [5, 1, 3])
    run.advance(4)
    assert run.types.count("MapIterationSucceeded") == 2
    run.advance(1)
    assert run.output == [5, 1, 3]


@pytest.mark.parametrize("concurrency", [1, 2, 3])
def test_an_item_that_cannot_be_prepared_ends_the_iterations_that_run(concurrency):
    state = map_of(
        {"T": {"Type": "Task", "Resource": ARN + "t"}},
        QueryLanguage="JSONata",
        ItemSelector={"n": "{% $number($states.context.Map.Item.Value) %}"},
        MaxConcurrency=concurrency,
        Catch=catch("H"),
    )
    run = Run({"M": state, "H": task("handle")}, ["1", "x", "3"])
    if concurrency == 1:
        run.succeed("done", "t")
    assert run.entered()[-1] == "H"
    assert list(run.execution.branches) == [1]
    assert [command.resource.action for command in run.waiting.values()] == ["handle"]
    assert run.execution.tasks == {1}
    run.succeed("handled")
    assert run.output == "handled"

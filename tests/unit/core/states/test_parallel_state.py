"""The Parallel state: branches side by side, what a failing one does to the others, and nesting."""

import json

import pytest
from definitions import catch, map_of, parallel, retry, task
from driver import START_MS, Run

from podium.core.machine.commands import CancelTask

PASS = {"Type": "Pass"}
FAIL = {"Type": "Fail", "Error": "E", "Cause": "C"}


def cancelled(run):
    names = {c.scheduled_id: c.resource.action for c in run.commands if not isinstance(c, CancelTask)}
    return [names[c.scheduled_id] for c in run.commands if isinstance(c, CancelTask)]


def test_outputs_are_gathered_in_the_branches_order():
    run = Run({"P": parallel({"A": task("a")}, {"B": task("b")}, {"C": task("c")})}, {"in": 1})
    assert [json.loads(command.parameters) for command in run.commands] == [{"in": 1}] * 3
    for function in "cab":
        run.succeed(function.upper(), function)
    assert run.output == ["A", "B", "C"]


def test_history():
    run = Run({"P": parallel({"A": PASS}, {"B": PASS, "C": PASS})}, 1)
    assert [(event["id"], event["previousEventId"], event["type"]) for event in run.history] == [
        (1, 0, "ExecutionStarted"),
        (2, 0, "ParallelStateEntered"),
        (3, 2, "ParallelStateStarted"),
        (4, 3, "PassStateEntered"),
        (5, 4, "PassStateExited"),
        (6, 3, "PassStateEntered"),
        (7, 6, "PassStateExited"),
        (8, 7, "PassStateEntered"),
        (9, 8, "PassStateExited"),
        (10, 9, "ParallelStateSucceeded"),
        (11, 9, "ParallelStateExited"),
        (12, 11, "ExecutionSucceeded"),
    ]


@pytest.mark.parametrize(
    ("fields", "output"),
    [
        ({}, [{"k": 1}, {"k": 1}]),
        ({"InputPath": "$.k"}, [1, 1]),
        ({"Parameters": {"p.$": "$.k"}}, [{"p": 1}, {"p": 1}]),
        ({"ResultSelector": {"first.$": "$[0]"}}, {"first": {"k": 1}}),
        ({"ResultPath": "$.r"}, {"k": 1, "r": [{"k": 1}, {"k": 1}]}),
        ({"ResultPath": None}, {"k": 1}),
        ({"OutputPath": "$[1].k"}, 1),
    ],
)
def test_fields(fields, output):
    assert Run({"P": parallel({"A": PASS}, {"B": PASS}, **fields)}, {"k": 1}).output == output


def test_a_failing_branch_aborts_its_siblings():
    run = Run({"P": parallel({"A": task("a")}, {"B": task("b")}, {"W": {"Type": "Wait", "Seconds": 9}}, {"D": PASS})})
    run.fail("E", "C", "a")
    assert run.error == ("E", "C")
    assert cancelled(run) == ["b"]
    assert run.types[-6:] == [
        "LambdaFunctionFailed",
        "TaskStateAborted",
        "TaskStateAborted",
        "WaitStateAborted",
        "ParallelStateFailed",
        "ExecutionFailed",
    ]


def test_a_caught_failure_leaves_nothing_of_the_branches():
    states = {
        "P": parallel({"A": task("a")}, {"W": {"Type": "Wait", "Seconds": 5}}, {"B": task("b")}, Catch=catch("H", "E")),
        "H": task("handle"),
    }
    run = Run(states)
    run.fail("E", "C", "a")
    assert json.loads(run.command().parameters) == {"Error": "E", "Cause": "C"}
    assert list(run.execution.branches) == [1]
    assert run.execution.next_wake_ms() is None
    assert run.execution.tasks == {1}
    assert cancelled(run) == ["b"]
    run.succeed("handled")
    assert run.output == "handled"


def test_a_sibling_that_had_not_begun_never_begins():
    states = {"P": parallel({"A": FAIL}, {"B": task("b")}, Catch=catch("H")), "H": task("handle")}
    run = Run(states)
    assert run.entered() == ["P", "A", "H"]
    assert list(run.waiting.values()) == [run.command("handle")]


def test_the_whole_state_is_retried():
    run = Run({"P": parallel({"A": task("a")}, {"B": task("b")}, Retry=retry("E", IntervalSeconds=3))})
    run.succeed("A", "a")
    run.fail("E", function="b")
    assert run.execution.next_wake_ms() == START_MS + 3_000
    assert list(run.execution.branches) == [1]
    assert "ParallelStateFailed" not in run.types
    run.advance(3)
    assert run.types.count("ParallelStateEntered") == 1
    assert run.types.count("ParallelStateStarted") == 2
    run.succeed("A2", "a")
    run.succeed("B2", "b")
    assert run.output == ["A2", "B2"]


def test_an_outcome_of_a_cut_short_try_is_dropped():
    run = Run({"P": parallel({"A": task("a")}, {"B": task("b")}, Retry=retry("E"))})
    late = run.command("b")
    run.fail("E", function="a")
    run.waiting[late.scheduled_id] = late
    assert run.succeed("late", "b") is None
    run.advance(1)
    run.waiting[late.scheduled_id] = late
    late_again = run.waiting.pop(late.scheduled_id)
    assert late_again.branch_id not in run.execution.branches


def test_runtime_errors_of_a_branch_are_neither_retried_nor_caught():
    broken = {"Type": "Pass", "InputPath": "$.none"}
    run = Run({"P": parallel({"A": broken}, Retry=retry(), Catch=catch("H")), "H": PASS})
    assert run.error[0] == "States.Runtime"
    assert run.entered() == ["P", "A"]


def test_a_branch_catches_for_itself():
    inner = {"A": task("a", Catch=catch("H")), "H": {"Type": "Pass", "Result": "mended"}}
    run = Run({"P": parallel(inner, {"B": PASS})}, 1)
    run.fail("E")
    assert run.output == ["mended", 1]


def test_nested_a_failure_climbs_until_someone_takes_it():
    innermost = parallel({"A": task("a")}, {"B": task("b")})
    outer = parallel({"In": innermost}, {"C": task("c")}, Catch=catch("H"))
    run = Run({"P": outer, "H": {"Type": "Pass", "Result": "caught"}})
    run.fail("E", function="a")
    assert run.output == "caught"
    assert sorted(cancelled(run)) == ["b", "c"]
    assert list(run.execution.branches) == [1]
    assert run.types.count("ParallelStateFailed") == 2


def test_an_iteration_fails_the_parallel_around_its_map():
    work = map_of({"T": task("t")}, MaxConcurrency=2)
    run = Run({"P": parallel({"M": work}, {"B": task("b")}, Catch=catch("H")), "H": PASS}, [1, 2, 3])
    run.fail("E", function="t")
    assert run.output["Error"] == "E"
    assert sorted(cancelled(run)) == ["b", "t"]
    assert run.details("MapIterationAborted") == [{"name": "M", "index": 1}]


def test_an_output_over_the_limit_can_be_caught():
    states = {"P": parallel({"A": PASS}, {"B": PASS}, Catch=catch("H", "States.ALL")), "H": PASS}
    run = Run(states, "x" * 140_000)
    assert run.output["Error"] == "States.DataLimitExceeded"
    assert list(run.execution.branches) in ([], [1])


def test_states_inside_speak_what_the_whole_machine_speaks():
    def inside(first, second):
        rule = {"Variable": "$.a", "NumericEquals": 1, "Next": second}
        then = {"Type": "Pass", "OutputPath": "$.a", "End": True}
        return {"StartAt": first, "States": {first: {"Type": "Choice", "Choices": [rule]}, second: then}}

    states = {
        "P": {"Type": "Parallel", "QueryLanguage": "JSONata", "Branches": [inside("A", "B")]},
        "M": {"Type": "Map", "QueryLanguage": "JSONata", "Items": [{"a": 1}], "ItemProcessor": inside("C", "D")},
    }
    assert Run(states, {"a": 1}).output == [1]

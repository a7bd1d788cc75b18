"""Retry and Catch of a state, driven through `decide`."""

import pytest
from definitions import catch, machine, map_of, parallel, retry, task
from driver import START_MS, Run

PASS = {"Type": "Pass"}


def failing(run, errors):
    """Let the one task fail with each error in turn; gives the waits between the tries in seconds."""
    waits = []
    for error in errors:
        run.fail(error)
        if run.status != "RUNNING" or run.waiting:
            break
        waits.append((run.execution.next_wake_ms() - run.now_ms) / 1000)
        run.advance(waits[-1])
    return waits


@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({}, [1, 2, 4]),
        ({"IntervalSeconds": 5, "MaxAttempts": 2}, [5, 10]),
        ({"IntervalSeconds": 2, "BackoffRate": 1.5, "MaxAttempts": 4}, [2, 3, 4.5, 6.75]),
        ({"MaxAttempts": 5, "MaxDelaySeconds": 3}, [1, 2, 3, 3, 3]),
        ({"MaxAttempts": 0}, []),
    ],
)
def test_a_task_is_tried_again(fields, waits):
    run = Run({"T": task(Retry=retry("E", **fields))})
    assert failing(run, ["E"] * 10) == waits
    assert run.error == ("E", None)
    assert run.types.count("TaskStateEntered") == 1
    assert run.types.count("LambdaFunctionFailed") == len(waits) + 1


def test_events_of_a_try_follow_the_one_before():
    run = Run({"T": task(Retry=retry("E"))})
    run.fail("E")
    run.advance(1)
    run.succeed(1)
    assert [(event["id"], event["previousEventId"]) for event in run.history] == [
        (1, 0),
        (2, 0),
        (3, 2),
        (4, 3),
        (5, 4),
        (6, 5),
        (7, 6),
        (8, 7),
        (9, 8),
        (10, 9),
    ]
    assert [command.attempt for command in run.commands] == [0, 1]


def test_each_retrier_counts_its_own():
    retriers = [*retry("A", MaxAttempts=1, IntervalSeconds=10), *retry("States.ALL", MaxAttempts=2)]
    run = Run({"T": task(Retry=retriers)})
    assert failing(run, ["A", "B", "B", "A"]) == [10, 1, 2]
    assert run.error == ("A", None)


def test_retries_begin_anew_when_a_state_is_entered_again():
    states = {
        "T": task(Retry=retry("E", MaxAttempts=1)),
        "Again": {
            "Type": "Choice",
            "Choices": [{"Variable": "$", "StringEquals": "again", "Next": "T"}],
            "Default": "End",
        },
        "End": {"Type": "Succeed"},
    }
    run = Run(states)
    assert failing(run, ["E"]) == [1]
    run.succeed("again")
    assert run.command().attempt == 0
    assert failing(run, ["E"]) == [1]
    run.fail("E")
    assert run.status == "FAILED"


def test_the_context_counts_retries():
    run = Run({"T": task(Parameters={"n.$": "$$.State.RetryCount"}, Retry=retry())})
    run.fail("E")
    run.advance(1)
    assert [command.parameters for command in run.commands] == [b'{"n":0}', b'{"n":1}']


def test_jitter_is_the_same_each_time_it_is_decided():
    first, second = (Run({"T": task(Retry=retry(JitterStrategy="FULL", IntervalSeconds=60))}) for _ in range(2))
    for run in (first, second):
        run.fail("E")
    assert first.execution.next_wake_ms() == second.execution.next_wake_ms()
    assert START_MS <= first.execution.next_wake_ms() <= START_MS + 60_000


def test_what_no_retrier_names_is_not_tried_again():
    run = Run({"T": task(Retry=retry("E"))})
    run.fail("F")
    assert run.error == ("F", None)


def test_a_time_out_is_tried_again():
    run = Run({"T": task(TimeoutSeconds=5, Retry=retry("States.Timeout"))})
    run.advance(6)
    assert run.command().attempt == 1
    assert run.execution.next_wake_ms() == START_MS + 6_000 + 5_000


def test_catch_comes_after_retry():
    run = Run({"T": task(Retry=retry("E", MaxAttempts=1), Catch=catch("C", "E"), End=True), "C": PASS})
    assert failing(run, ["E", "E"]) == [1]
    assert run.output == {"Error": "E", "Cause": None}
    assert run.types[-6:] == [
        "LambdaFunctionStarted",
        "LambdaFunctionFailed",
        "TaskStateExited",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]


@pytest.mark.parametrize(
    ("result_path", "output"),
    [
        ({}, {"Error": "E", "Cause": "why"}),
        ({"ResultPath": "$"}, {"Error": "E", "Cause": "why"}),
        ({"ResultPath": "$.e"}, {"a": 1, "e": {"Error": "E", "Cause": "why"}}),
        ({"ResultPath": None}, {"a": 1}),
    ],
)
def test_where_a_catch_puts_the_error(result_path, output):
    states = {"T": task(InputPath="$.a", Catch=catch("C", **result_path), End=True), "C": PASS}
    run = Run(states, {"a": 1})
    run.fail("E", "why")
    assert run.output == output


@pytest.mark.parametrize(("error", "target"), [("A", "OnA"), ("B", "OnB"), ("C", "OnAny"), ("States.Timeout", "OnAny")])
def test_the_first_catcher_that_matches(error, target):
    catchers = [*catch("OnA", "A"), *catch("OnB", "A", "B"), *catch("OnAny")]
    run = Run({"T": task(Catch=catchers, End=True), **{name: {"Type": "Succeed"} for name in ("OnA", "OnB", "OnAny")}})
    run.fail(error)
    assert run.entered() == ["T", target]


def test_runtime_errors_are_never_caught():
    states = {"T": task(InputPath="$.none", Retry=retry(), Catch=catch("C"), End=True), "C": PASS}
    run = Run(states)
    assert run.error[0] == "States.Runtime"
    assert run.commands == []
    run = Run({"T": task(Catch=catch("C"), End=True), "C": PASS})
    run.fail("States.Runtime", "the performer could not")
    assert run.error == ("States.Runtime", "the performer could not")


def test_a_failure_in_a_branch_takes_the_outer_retry_after_the_inner_is_spent():
    inner = {"T": task(Retry=retry("E", MaxAttempts=1, IntervalSeconds=1))}
    run = Run({"P": parallel(inner, Retry=retry("E", MaxAttempts=1, IntervalSeconds=30))})
    assert failing(run, ["E", "E", "E"]) == [1, 30, 1]
    run.fail("E")
    assert run.error == ("E", None)
    assert run.types.count("ParallelStateStarted") == 2


def test_a_catch_two_scopes_out():
    inner = map_of({"P": parallel({"T": task()})})
    run = Run(machine({"M": {**inner, "Catch": catch("C", "E"), "Next": "C"}, "C": PASS}), [1])
    run.fail("E", "why")
    assert run.output == {"Error": "E", "Cause": "why"}
    assert run.types[-8:-4] == ["TaskStateAborted", "ParallelStateFailed", "MapIterationFailed", "MapStateFailed"]


def chain(run):
    return [(event["previousEventId"], event["type"]) for event in run.history]


def test_an_execution_fails_after_the_last_event_there_is():
    run = Run(machine({"P": parallel({"A": PASS}, ResultSelector={"a.$": "$.none"}, Retry=[])}))
    assert chain(run)[5:] == [
        (5, "ParallelStateSucceeded"),
        (6, "ExecutionFailed"),
    ]


def test_a_catch_that_fails_fails_its_state_once_more():
    branch = {"F": {"Type": "Fail", "Error": "E"}}
    failing_catch = catch("C", Output="{% $states.none.x %}")
    run = Run(machine({"P": parallel(branch, Catch=failing_catch, End=True), "C": PASS}, QueryLanguage="JSONata"))
    assert run.error[0] == "States.QueryEvaluationError"
    assert chain(run) == [
        (0, "ExecutionStarted"),
        (0, "ParallelStateEntered"),
        (2, "ParallelStateStarted"),
        (3, "FailStateEntered"),
        (4, "ParallelStateFailed"),
        (4, "EvaluationFailed"),
        (6, "ParallelStateFailed"),
        (7, "ExecutionFailed"),
    ]

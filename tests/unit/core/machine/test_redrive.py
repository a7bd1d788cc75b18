"""Redrive in the core: what is done again, what is kept, what begins anew.

The rules are those of https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html: "continues the
failed execution from the unsuccessful step and uses the same input", and its table "Redrive behavior of individual
states".
"""

import json

import pytest
from definitions import catch, machine, map_of, parallel, retry, task
from driver import START_MS, Run

from podium.core.machine.commands import StartMapRun
from podium.core.machine.execution_info import Redrives
from podium.core.machine.limits import Limits
from podium.core.machine.payload import Payload
from podium.core.machine.redrive import done_again, refusal
from podium.core.machine.stimuli import EditedInput, Redrive, TaskFailed, TaskSucceeded
from podium.core.states import map_distributed

DAY_MS = 24 * 60 * 60 * 1000
PASS = {"Type": "Pass"}


@pytest.fixture(params=[False, True], ids=["in memory", "after a restart"])
def restart(request):
    """Whether the process that redrives knows the execution only by its rows."""
    return request.param


def test_a_failed_task_is_scheduled_again_with_the_same_input(restart):
    run = Run({"P": {"Type": "Pass", "Result": {"kept": 1}}, "T": task("work"), "E": PASS})
    run.fail("Boom", "because")
    closed = len(run.history)
    run.redrive(restart=restart)
    assert run.status == "RUNNING"
    assert run.types[closed:] == ["ExecutionRedriven", "LambdaFunctionScheduled", "LambdaFunctionStarted"]
    assert run.details("ExecutionRedriven") == [{"redriveCount": 1}]
    redriven, scheduled = run.history[closed : closed + 2]
    assert redriven["id"] == closed + 1
    assert redriven["previousEventId"] == closed
    assert run.history[scheduled["previousEventId"] - 1]["type"] == "LambdaFunctionFailed"
    assert json.loads(run.command().parameters) == {"kept": 1}
    run.succeed({"done": True})
    assert run.output == {"done": True}
    assert run.entered() == ["P", "T", "E"]


def test_an_old_outcome_is_not_the_new_task_s(restart):
    run = Run({"T": task("work")})
    first = run.command()
    run.stop()
    run.redrive(restart=restart)
    assert run.decide(TaskFailed(first.branch_id, first.scheduled_id, "Late", None)) is None
    assert run.command().idempotency_key != first.idempotency_key


def test_a_stopped_and_a_timed_out_execution_are_redriven_too(restart):
    run = Run(machine({"T": task("work")}, TimeoutSeconds=60))
    run.advance(61)
    assert run.status == "TIMED_OUT"
    run.redrive(restart=restart)
    run.stop("Why", "not")
    assert run.status == "ABORTED"
    run.redrive(restart=restart)
    assert [each["redriveCount"] for each in run.details("ExecutionRedriven")] == [1, 2]
    run.succeed(3)
    assert run.output == 3


def test_the_machine_s_time_out_begins_anew(restart):
    run = Run(machine({"T": task("work")}, TimeoutSeconds=60))
    run.advance(50)
    run.fail("Boom")
    run.advance(500)
    run.redrive(restart=restart)
    run.advance(59)
    assert run.status == "RUNNING"
    run.advance(2)
    assert run.status == "TIMED_OUT"


def test_a_task_s_time_out_and_retries_begin_anew(restart):
    run = Run({"T": task("work", TimeoutSeconds=10, Retry=retry("Boom", MaxAttempts=1, IntervalSeconds=1))})
    for _ in range(2):
        run.fail("Boom")
        run.advance(1)
    assert run.status == "FAILED"
    run.redrive(restart=restart)
    run.fail("Boom")
    run.advance(1)
    assert run.command().attempt == 1
    run.advance(9)
    assert run.status == "RUNNING"
    run.advance(2)
    assert run.error == ("States.Timeout", None)


def test_a_back_off_is_not_waited_for(restart):
    run = Run({"T": task("work", Retry=retry("Boom", IntervalSeconds=1000))})
    run.fail("Boom")
    run.stop()
    run.redrive(restart=restart)
    assert run.command().attempt == 0


def test_only_the_branches_that_did_not_succeed_run_again(restart):
    branches = [{f"T{n}": task(f"f{n}"), f"E{n}": PASS} for n in range(4)]
    run = Run({"P": parallel(*branches), "End": PASS})
    run.succeed("zero", "f0")
    run.succeed("one", "f1")
    run.fail("Boom", None, "f2")
    assert run.types[-3:] == ["TaskStateAborted", "ParallelStateFailed", "ExecutionFailed"]
    run.redrive(restart=restart)
    assert sorted(each.resource.action for each in run.waiting.values()) == ["f2", "f3"]
    run.succeed("two", "f2")
    run.succeed("three", "f3")
    assert run.output == ["zero", "one", "two", "three"]
    assert run.entered().count("T2") == 1


def test_only_the_iterations_that_did_not_succeed_run_again(restart):
    run = Run({"M": map_of({"T": task("work")}, MaxConcurrency=2)}, [0, 1, 2, 3])
    first, second = _taken(run), _taken(run)
    run.decide(TaskSucceeded(first.branch_id, first.scheduled_id, _payload("zero")))
    run.decide(TaskFailed(second.branch_id, second.scheduled_id, "Boom", None))
    failed = run.details("MapIterationFailed")
    run.redrive(restart=restart)
    while run.status == "RUNNING":
        command = _taken(run)
        run.decide(TaskSucceeded(command.branch_id, command.scheduled_id, _payload(json.loads(command.parameters))))
    assert run.output == ["zero", 1, 2, 3]
    assert failed == [{"name": "M", "index": 1}]
    assert [each["index"] for each in run.details("MapIterationStarted")] == [0, 1, 2, 3]


def _taken(run):
    """The command that is outstanding for longest; nobody else will answer it."""
    return run.waiting.pop(min(run.waiting))


def _payload(value):
    return Payload.from_text(json.dumps(value).encode())


def test_variables_are_those_the_state_was_entered_with(restart):
    run = Run(
        {
            "A": {"Type": "Pass", "Assign": {"x": 1}},
            "P": parallel(
                {"B": {"Type": "Pass", "Assign": {"y": 2}}, "T": task("f", Parameters={"x.$": "$x", "y.$": "$y"})}
            ),
        }
    )
    run.fail("Boom")
    run.redrive(restart=restart)
    assert json.loads(run.command().parameters) == {"x": 1, "y": 2}


def test_a_state_that_fails_in_the_decision_that_entered_it_is_not_entered_again(restart):
    run = Run(
        {"A": {"Type": "Pass", "Assign": {"x": 1}}, "B": {"Type": "Pass", "Parameters": {"missing.$": "$.nothing"}}}
    )
    assert run.error[0] == "States.Runtime"
    run.redrive(restart=restart)
    assert run.status == "FAILED"
    assert run.entered() == ["A", "B"]
    assert run.types[-2:] == ["ExecutionRedriven", "ExecutionFailed"]


def test_a_fail_state_is_entered_again_and_fails_again(restart):
    run = Run({"F": {"Type": "Fail", "Error": "No", "Cause": "way"}})
    run.redrive(restart=restart)
    assert run.error == ("No", "way")
    assert run.entered() == ["F", "F"]


def test_choice_rules_are_evaluated_again(restart):
    run = Run(
        {"C": {"Type": "Choice", "Choices": [{"Variable": "$", "IsNumeric": True, "Next": "E"}]}, "E": PASS}, "no"
    )
    assert run.error[0] == "States.Runtime"
    run.redrive(restart=restart)
    assert run.error[0] == "States.Runtime"
    assert run.entered() == ["C"]


def test_a_wait_for_a_moment_that_has_passed_is_left(restart):
    run = Run({"W": {"Type": "Wait", "Timestamp": "2023-11-15T00:00:00Z"}, "T": task("f")})
    run.stop()
    run.now_ms += 30 * DAY_MS
    run.redrive(restart=restart)
    assert run.types[-4:] == ["WaitStateExited", "TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionStarted"]


def test_a_wait_of_seconds_is_waited_for_again(restart):
    run = Run({"W": {"Type": "Wait", "Seconds": 100}})
    run.advance(90)
    run.stop()
    run.redrive(restart=restart)
    run.advance(99)
    assert run.status == "RUNNING"
    run.advance(1)
    assert run.status == "SUCCEEDED"


def test_an_output_over_the_limit_runs_every_branch_again(restart):
    big = [{f"P{n}": {"Type": "Pass", "Result": "x" * 60}} for n in range(2)]
    run = Run({"P": parallel(*big)}, limits=Limits(payload_bytes=100))
    assert run.error[0] == "States.DataLimitExceeded"
    run.redrive(restart=restart)
    assert run.error[0] == "States.DataLimitExceeded"
    assert run.types.count("PassStateExited") == 4
    assert run.types.count("ParallelStateStarted") == 2


def test_what_was_caught_is_not_redriven(restart):
    run = Run({"P": parallel({"T": task("f")}, Catch=catch("R")), "Skipped": PASS, "R": task("g")})
    run.fail("Boom", None, "f")
    run.fail("Bang", None, "g")
    run.redrive(restart=restart)
    assert run.command().resource.action == "g"


def test_a_succeeded_or_running_execution_is_not_redriven():
    run = Run({"T": task("f")})
    assert run.decide(Redrive(Redrives(1, START_MS))) is None
    run.succeed(1)
    assert run.decide(Redrive(Redrives(1, START_MS))) is None


def test_from_the_start_nothing_is_kept(restart):
    run = Run(
        {"A": {"Type": "Pass", "Assign": {"x": 1}}, "P": parallel({"T": task("f")}, {"U": task("g")})}, {"given": 1}
    )
    run.succeed(1, "g")
    run.fail("Boom", None, "f")
    run.redrive(restart=restart, from_the_start=True)
    assert run.entered() == ["A", "P", "T", "U"] * 2
    assert "ExecutionRedriven" not in run.types
    run.succeed(1, "g")
    run.succeed(2, "f")
    assert run.output == [2, 1]


def test_the_context_object_tells_of_the_redrive():
    told = {"count.$": "$$.Execution.RedriveCount", "context.$": "$$.Execution"}
    run = Run({"T": task("f", Parameters=told)})
    before = json.loads(run.command().parameters)
    assert (before["count"], "RedriveTime" in before["context"]) == (0, False)
    run.stop()
    run.redrive()
    after = json.loads(run.command().parameters)
    assert (after["count"], after["context"]["RedriveTime"]) == (1, "2023-11-14T22:13:20.000Z")


# https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html


def distributed(**fields):
    processor = machine({"W": PASS}) | {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    return {"Type": "Map", "Label": "l", "ItemProcessor": processor, **fields}


def map_runs(run):
    return [each for each in run.commands if isinstance(each, StartMapRun)]


def test_a_failed_map_run_is_redriven_under_its_own_name(restart):
    run = Run({"M": distributed(), "E": PASS}, [1, 2])
    started = map_runs(run)[-1]
    run.decide(
        TaskFailed(started.branch_id, started.scheduled_id, "States.ExceedToleratedFailureThreshold", "too many")
    )
    for count in (1, 2):
        run.redrive(restart=restart)
        again = map_runs(run)[-1]
        assert (again.map_run_arn, again.redrive_count) == (started.map_run_arn, count)
        assert again.plan.items == [1, 2]
        assert run.details("MapRunRedriven")[-1] == {"mapRunArn": started.map_run_arn, "redriveCount": count}
        assert run.decide(TaskSucceeded(started.branch_id, started.scheduled_id, _payload([1]))) is None
        if count == 1:
            run.stop()
    run.decide(TaskSucceeded(again.branch_id, again.scheduled_id, _payload([1, 2])))
    assert run.output == [1, 2]
    assert run.entered() == ["M", "E"]


@pytest.mark.parametrize("error", ["States.DataLimitExceeded", "States.Runtime"])
def test_a_map_run_that_can_t_go_on_is_followed_by_a_new_one(restart, error):
    run = Run({"M": distributed()}, [1])
    first = map_runs(run)[-1]
    run.decide(TaskFailed(first.branch_id, first.scheduled_id, error, None))
    run.redrive(restart=restart)
    second = map_runs(run)[-1]
    assert second.map_run_arn != first.map_run_arn
    assert (second.redrive_count, "MapRunRedriven" in run.types) == (0, False)


def test_a_map_run_whose_output_can_t_be_shaped_is_followed_by_a_new_one(restart):
    run = Run({"M": distributed(OutputPath="$.nothing")}, [1])
    first = map_runs(run)[-1]
    run.decide(TaskSucceeded(first.branch_id, first.scheduled_id, _payload([1])))
    assert run.error[0] == "States.Runtime"
    run.redrive(restart=restart)
    assert map_runs(run)[-1].map_run_arn != first.map_run_arn


def test_a_map_run_is_redriven_a_thousand_times_at_most(monkeypatch):
    monkeypatch.setattr(map_distributed, "REDRIVES_MAX", 1)
    run = Run({"M": distributed()}, [1])
    for _ in range(2):
        run.stop()
        run.redrive()
    assert run.error[0] == "States.Runtime"


def test_a_map_run_beside_a_failure_is_aborted():
    run = Run({"P": parallel({"T": task("f")}, {"M": distributed()})}, [1])
    run.fail("Boom", None, "f")
    assert run.types[-5:] == [
        "TaskStateAborted",
        "MapRunAborted",
        "MapStateAborted",
        "ParallelStateFailed",
        "ExecutionFailed",
    ]
    aborted = run.events("MapStateAborted")[0]
    assert run.history[aborted["previousEventId"] - 1]["type"] == "MapRunAborted"


# https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html, redriveStatusReason

REFUSALS = [
    ({"status": "FAILED"}, None),
    ({"status": "ABORTED"}, None),
    ({"status": "TIMED_OUT"}, None),
    ({"status": "RUNNING", "stop_ms": None}, "Execution is RUNNING and cannot be redriven"),
    ({"status": "SUCCEEDED"}, "Execution is SUCCEEDED and cannot be redriven"),
    ({"history_events": 24_998}, None),
    ({"history_events": 24_999}, "Execution history event limit exceeded"),
    ({"now_ms": 14 * DAY_MS}, None),
    ({"now_ms": 14 * DAY_MS + 1}, "Execution redrivable period exceeded"),
    ({"start_ms": -365 * DAY_MS}, None),
    ({"start_ms": -365 * DAY_MS - 1}, "Execution has exceeded the max execution time"),
]


@pytest.mark.parametrize(("said", "reason"), REFUSALS)
def test_why_an_execution_can_not_be_redriven(said, reason):
    usual = {"status": "FAILED", "start_ms": 0, "stop_ms": 0, "history_events": 9, "now_ms": 0}
    assert refusal(**(usual | said), history_events_max=25_000) == reason


def test_a_state_is_done_again_with_the_input_it_is_given_now(restart):
    run = Run({"P": {"Type": "Pass", "Result": {"kept": 1}}, "T": task("work"), "E": PASS})
    run.fail("Boom", "because")
    again = done_again(run.execution)
    assert [branch.state for branch in again] == ["T"]
    run.redrive(restart=restart, edited=EditedInput(again[0].id, b'{"mended": true}'))
    assert json.loads(run.command().parameters) == {"mended": True}
    assert [details["input"] for details in run.details("TaskStateEntered")] == ['{"kept":1}']
    run.succeed({"done": True})
    assert run.output == {"done": True}


def test_what_is_done_again_are_the_states_that_had_not_ended_not_what_holds_them():
    run = Run({"Both": parallel({"A": task("a")}, {"B": task("b")}), "E": PASS})
    run.fail("Boom", "because", function="a")
    assert sorted(branch.state for branch in done_again(run.execution)) == ["A", "B"]

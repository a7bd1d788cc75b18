"""Tasks that end from outside: tokens, submitted calls, reports that come early, late or twice, heartbeats."""

import json

import pytest
from definitions import catch, parallel
from driver import INFO, START_MS, TOKEN_KEY, Run

from podium.core.interpreter import outstanding_commands
from podium.core.machine import callbacks
from podium.core.machine.commands import CancelTask, GiveTask
from podium.core.machine.execution import Execution, fold
from podium.core.machine.payload import Payload
from podium.core.machine.stimuli import ActivityTaken, TaskReported, TaskSubmitted

WAIT = "arn:aws:states:::lambda:invoke.waitForTaskToken"
SYNC = "arn:aws:states:::states:startExecution.sync"
ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:review"
SHOWN = {"resourceType": "lambda", "resource": "invoke.waitForTaskToken"}


def waiting(**fields):
    parameters = {"FunctionName": "f", "Payload": {"token.$": "$$.Task.Token"}}
    return {"Type": "Task", "Resource": WAIT, "Parameters": parameters, **fields}


def activity(**fields):
    return {"Type": "Task", "Resource": ACTIVITY, **fields}


def submit(run, output='{"Payload":1}'):
    command = run.command()
    return run.decide(TaskSubmitted(command.branch_id, command.scheduled_id, Payload.from_text(output.encode())))


def report(run, output=None, error=None, cause=None, command=None):
    command = command or run.command()
    said = None if output is None else Payload.from_text(json.dumps(output).encode())
    return run.decide(TaskReported(command.branch_id, command.scheduled_id, said, error, cause))


def take(run, worker="w"):
    command = run.command()
    return run.decide(ActivityTaken(command.branch_id, command.scheduled_id, worker))


def beat(run):
    command = run.command()
    return callbacks.heartbeat(run.execution, command.branch_id, command.scheduled_id, run.now_ms)


def folded(run):
    execution = Execution(INFO, run.machine.timeout_ms, token_key=TOKEN_KEY)
    fold(execution, None, 0, run.rows)
    return execution


def restart(run):
    run.execution = folded(run)


def shape(run):
    return [(event["previousEventId"], event["type"]) for event in run.history[2:]]


def token_of(command):
    return TOKEN_KEY.token(command.branch_id, command.scheduled_id, command.attempt)


# -- the token -----------------------------------------------------------------------------------------------------


def test_the_token_is_in_the_parameters_and_the_same_when_decided_again():
    run = Run({"T": waiting()})
    command = run.command()
    assert json.loads(command.parameters)["Payload"] == {"token": token_of(command)}
    assert Run({"T": waiting()}).command().parameters == command.parameters
    assert outstanding_commands(folded(run), run.machine, START_MS)[0].parameters == command.parameters


def test_the_token_in_jsonata():
    arguments = {"FunctionName": "f", "Payload": "{% $states.context.Task.Token %}"}
    run = Run({"T": {"Type": "Task", "QueryLanguage": "JSONata", "Resource": WAIT, "Arguments": arguments}})
    assert json.loads(run.command().parameters)["Payload"] == token_of(run.command())


def test_a_job_has_a_token_too():
    parameters = {"StateMachineArn": "a", "Input": {"token.$": "$$.Task.Token"}}
    run = Run({"T": {"Type": "Task", "Resource": SYNC, "Parameters": parameters}})
    assert json.loads(run.command().parameters)["Input"] == {"token": token_of(run.command())}


def test_a_plain_call_has_none():
    run = Run({"T": waiting(Resource="arn:aws:states:::lambda:invoke")})
    error, cause = run.error
    assert error == "States.Runtime"
    assert "$$.Task.Token" in cause


def test_each_try_and_each_branch_has_its_own_token():
    run = Run({"T": waiting(Retry=[{"ErrorEquals": ["E"]}])})
    first = token_of(run.command())
    submit(run)
    report(run, error="E")
    run.waiting.clear()
    run.advance(1)
    assert json.loads(run.command().parameters)["Payload"]["token"] == token_of(run.command()) != first
    run = Run({"P": parallel({"A": waiting()}, {"B": waiting()})})
    assert len({token_of(command) for command in run.waiting.values()}) == 2


# -- .waitForTaskToken ---------------------------------------------------------------------------------------------


def test_a_call_is_submitted_and_its_token_holder_ends_it():
    run = Run({"T": waiting()})
    submit(run, '{"Payload":{"a":1}}')
    assert run.status == "RUNNING"
    report(run, {"b": 2})
    assert run.output == {"b": 2}
    assert shape(run) == [
        (2, "TaskScheduled"),
        (3, "TaskStarted"),
        (4, "TaskSubmitted"),
        (5, "TaskSucceeded"),
        (6, "TaskStateExited"),
        (7, "ExecutionSucceeded"),
    ]
    whole = {"outputDetails": {"truncated": False}}
    assert run.details("TaskSubmitted") == [{**SHOWN, "output": '{"Payload":{"a":1}}', **whole}]
    assert run.details("TaskSucceeded") == [{**SHOWN, "output": '{"b": 2}', **whole}]


def test_a_reported_failure():
    run = Run({"T": waiting(Catch=catch("C")), "C": {"Type": "Pass"}})
    submit(run)
    report(run, error="Refused", cause="no")
    assert run.details("TaskFailed") == [{**SHOWN, "error": "Refused", "cause": "no"}]
    assert run.output == {"Error": "Refused", "Cause": "no"}


def test_a_reported_failure_without_words():
    run = Run({"T": waiting(Catch=catch("C")), "C": {"Type": "Pass"}})
    submit(run)
    report(run)
    assert run.details("TaskFailed") == [SHOWN]
    assert run.output == {"Error": None, "Cause": None}


def test_a_call_that_fails_is_never_submitted():
    run = Run({"T": waiting()})
    run.fail("Lambda.Unknown", "why")
    assert [kind for _, kind in shape(run)][2:] == ["TaskFailed", "ExecutionFailed"]


@pytest.mark.parametrize("restarted", [False, True])
def test_a_report_that_overtakes_the_answer_waits_for_it(restarted):
    run = Run({"T": waiting()})
    assert report(run, {"early": True}) is not None
    assert [kind for _, kind in shape(run)] == ["TaskScheduled", "TaskStarted"]
    assert report(run, {"second": True}) is None
    if restarted:
        restart(run)
        assert len(outstanding_commands(run.execution, run.machine, run.now_ms)) == 1
    submit(run)
    assert run.output == {"early": True}
    assert [kind for _, kind in shape(run)][2:4] == ["TaskSubmitted", "TaskSucceeded"]


def test_an_overtaking_failure_waits_too():
    run = Run({"T": waiting()})
    report(run, error="E", cause="c")
    restart(run)
    submit(run)
    assert run.error == ("E", "c")
    assert [kind for _, kind in shape(run)][2:] == ["TaskSubmitted", "TaskFailed", "ExecutionFailed"]


def test_a_used_token_is_worthless():
    run = Run({"T": waiting(), "U": waiting()})
    command = run.command()
    submit(run)
    report(run, 1)
    rows = len(run.rows)
    assert report(run, 2, command=command) is None
    assert report(run, error="E", command=command) is None
    assert len(run.rows) == rows


def test_a_late_answer_of_the_call_is_dropped():
    run = Run({"T": waiting()})
    submit(run)
    assert submit(run) is None
    report(run, 1)
    assert submit(run) is None


def test_a_submitted_task_is_not_performed_again_nor_cancelled():
    run = Run({"T": waiting()})
    submit(run)
    assert outstanding_commands(run.execution, run.machine, run.now_ms) == []
    restart(run)
    assert outstanding_commands(run.execution, run.machine, run.now_ms) == []
    assert not run.execution.calls()
    run.stop()
    assert [command for command in run.commands if isinstance(command, CancelTask)] == []


def test_a_reported_output_over_the_limit_fails_the_task():
    run = Run({"T": waiting()})
    submit(run)
    report(run, "x" * 262_145)
    assert run.error[0] == "States.DataLimitExceeded"


# -- time ----------------------------------------------------------------------------------------------------------


def test_a_time_out_while_the_token_is_out():
    run = Run({"T": waiting(TimeoutSeconds=5)})
    command = run.command()
    submit(run)
    run.advance(5)
    assert run.error == ("States.Timeout", None)
    assert run.details("TaskTimedOut") == [{**SHOWN, "error": "States.Timeout"}]
    assert report(run, 1, command=command) is None


def test_heartbeats_move_the_deadline_and_leave_no_row():
    run = Run({"T": waiting(HeartbeatSeconds=10)})
    submit(run)
    rows = len(run.rows)
    run.advance(9)
    assert beat(run)
    run.advance(9)
    assert beat(run)
    run.advance(9.999)
    assert (run.status, len(run.rows)) == ("RUNNING", rows)
    run.advance(0.001)
    assert run.error[0] == "States.Timeout"


def test_heartbeats_do_not_move_the_time_out():
    run = Run({"T": waiting(HeartbeatSeconds=10, TimeoutSeconds=15)})
    submit(run)
    run.advance(9)
    assert beat(run)
    assert run.execution.next_wake_ms() == START_MS + 15_000
    run.advance(6)
    assert run.error[0] == "States.Timeout"


def test_a_heartbeat_without_an_interval_or_of_a_task_that_is_over():
    run = Run({"T": waiting()})
    assert beat(run)
    assert run.execution.next_wake_ms() is None
    command = run.command()
    submit(run)
    report(run, 1)
    assert not callbacks.heartbeat(run.execution, command.branch_id, command.scheduled_id, run.now_ms)


# -- .sync ---------------------------------------------------------------------------------------------------------


def job(**fields):
    return {"Type": "Task", "Resource": SYNC, "Parameters": {"StateMachineArn": "a"}, **fields}


def test_a_job_is_submitted_and_watched():
    run = Run({"T": job()})
    submit(run)
    restart(run)
    (command,) = outstanding_commands(run.execution, run.machine, run.now_ms)
    assert command.submitted
    run.succeed({"Status": "SUCCEEDED"})
    assert [kind for _, kind in shape(run)][2:4] == ["TaskSubmitted", "TaskSucceeded"]


def test_a_jobs_token_ends_the_task():
    run = Run({"T": job()})
    submit(run)
    report(run, "done")
    assert run.output == "done"


def test_a_stopped_execution_stops_its_job():
    run = Run({"T": job()})
    submit(run)
    run.stop()
    assert len([command for command in run.commands if isinstance(command, CancelTask)]) == 1


# -- activities ----------------------------------------------------------------------------------------------------


def test_an_activity_is_taken_and_ended_by_its_worker():
    run = Run({"T": activity()}, {"a": 1})
    command = run.command()
    assert report(run, 1) is None
    take(run, "worker")
    given = run.commands[-1]
    assert isinstance(given, GiveTask)
    assert (given.token, json.loads(given.input)) == (token_of(command), {"a": 1})
    assert take(run) is None
    report(run, {"b": 2})
    assert run.output == {"b": 2}
    assert shape(run)[:3] == [(2, "ActivityScheduled"), (3, "ActivityStarted"), (4, "ActivitySucceeded")]
    assert run.details("ActivityStarted") == [{"workerName": "worker"}]


def test_a_worker_need_not_name_itself_and_may_fail():
    run = Run({"T": activity()})
    take(run, None)
    report(run, error="E", cause="c")
    assert run.details("ActivityStarted") == [{}]
    assert run.details("ActivityFailed") == [{"error": "E", "cause": "c"}]
    assert run.error == ("E", "c")


def test_an_activitys_clock_starts_when_a_worker_takes_the_task():
    run = Run({"T": activity(TimeoutSeconds=60, HeartbeatSeconds=10)})
    assert run.execution.next_wake_ms() is None
    assert not beat(run)
    run.advance(1_000)
    take(run)
    assert run.execution.next_wake_ms() == START_MS + 1_010_000
    run.advance(9)
    assert beat(run)
    run.advance(9)
    run.advance(1)
    assert run.details("ActivityTimedOut") == [{"error": "States.Timeout"}]


def test_an_activity_that_waits_is_offered_again_and_one_taken_is_not():
    run = Run({"T": activity(TimeoutSeconds=60)})
    restart(run)
    assert len(outstanding_commands(run.execution, run.machine, run.now_ms)) == 1
    assert not run.execution.calls()
    take(run)
    restart(run)
    assert outstanding_commands(run.execution, run.machine, run.now_ms) == []
    assert run.execution.next_wake_ms() == START_MS + 60_000


def test_a_waiting_activity_is_withdrawn_when_the_execution_stops():
    run = Run({"T": activity()})
    run.stop()
    assert [type(command) for command in run.commands[1:]] == [CancelTask]


def test_an_activity_that_cannot_be_offered():
    run = Run({"T": activity()})
    run.fail("ActivityDoesNotExist", "gone")
    assert shape(run)[:2] == [(2, "ActivityScheduled"), (3, "ActivityScheduleFailed")]
    assert run.error == ("ActivityDoesNotExist", "gone")

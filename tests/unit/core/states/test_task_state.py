"""The Task state: its command, its events, time-outs and heartbeats, its result."""

import json

import pytest
from definitions import ARN, catch, machine, task
from driver import INFO, START_MS, Run

from podium.core.machine.commands import CancelTask, InvokeTask
from podium.core.machine.payload import Payload
from podium.core.machine.stimuli import TaskFailed, TaskSucceeded

SQS = "arn:aws:states:::sqs:sendMessage"
ACTIVITY = "arn:aws:states:eu-west-1:123456789012:activity:review"


def shape(run):
    return [(event["id"], event["previousEventId"], event["type"]) for event in run.history]


def test_a_function_succeeds():
    run = Run({"T": task("charge")}, {"a": 1})
    assert run.status == "RUNNING"
    assert len(run.rows) == 1
    run.succeed({"b": 2})
    assert run.output == {"b": 2}
    assert shape(run) == [
        (1, 0, "ExecutionStarted"),
        (2, 0, "TaskStateEntered"),
        (3, 2, "LambdaFunctionScheduled"),
        (4, 3, "LambdaFunctionStarted"),
        (5, 4, "LambdaFunctionSucceeded"),
        (6, 5, "TaskStateExited"),
        (7, 6, "ExecutionSucceeded"),
    ]
    assert run.details("LambdaFunctionScheduled") == [
        {"resource": ARN + "charge", "input": '{"a": 1}', "inputDetails": {"truncated": False}}
    ]
    assert run.details("LambdaFunctionSucceeded") == [{"output": '{"b": 2}', "outputDetails": {"truncated": False}}]


def test_an_integration_succeeds():
    run = Run({"T": {"Type": "Task", "Resource": SQS, "Parameters": {"QueueUrl": "u", "MessageBody.$": "$"}}}, "hello")
    run.succeed({"MessageId": "m"})
    assert [kind for *_, kind in shape(run)][2:5] == ["TaskScheduled", "TaskStarted", "TaskSucceeded"]
    assert [previous for _, previous, _ in shape(run)][2:5] == [2, 3, 4]
    scheduled = run.details("TaskScheduled")[0]
    assert scheduled.pop("region") == "us-east-1"
    assert json.loads(scheduled.pop("parameters")) == {"QueueUrl": "u", "MessageBody": "hello"}
    assert scheduled == {"resourceType": "sqs", "resource": "sendMessage"}
    assert run.details("TaskStarted") == [{"resourceType": "sqs", "resource": "sendMessage"}]
    assert run.details("TaskSucceeded")[0]["resourceType"] == "sqs"


def refusing(resource):
    """Knows one member of one service."""
    assert resource.service == "sqs"
    return lambda parameters: None if parameters.keys() == {"QueueUrl"} else "The field is not known"


def test_what_cannot_be_used_is_not_scheduled():
    state = {"Type": "Task", "Resource": SQS, "Parameters": {"Queue.$": "$.url"}, "Catch": catch("Done")}
    run = Run({"T": state, "Done": {"Type": "Pass"}}, {"url": "u"}, parameter_check=refusing)
    assert shape(run) == [(1, 0, "ExecutionStarted"), (2, 0, "TaskStateEntered"), (3, 2, "ExecutionFailed")]
    assert run.commands == []
    assert run.details("ExecutionFailed") == [
        {
            "error": "States.Runtime",
            "cause": "An error occurred while executing the state 'T' (entered at the event id #2). "
            'The Parameters \'{"Queue":"u"}\' could not be used to start the Task: [The field is not known]',
        }
    ]


@pytest.mark.parametrize(
    ("input", "fails"), [({"a": {"token.$": "AQC"}}, True), ({"token.$": "$.token"}, False), ({"a": "x.$"}, False)]
)
def test_what_is_still_an_expression_once_evaluated_must_be_one(input, fails):
    state = {"Type": "Task", "Resource": SQS, "Parameters": {"QueueUrl.$": "$"}}
    run = Run({"T": state}, input, parameter_check=refusing)
    assert (run.status == "FAILED") == fails
    if fails:
        said = "[The value for the field 'token.$' must be a valid JSONPath or a valid intrinsic function call]"
        assert run.details("ExecutionFailed")[0]["cause"].endswith(said)


def test_a_jsonata_task_that_cannot_be_used_fails_without_an_evaluation():
    state = {"Type": "Task", "Resource": SQS, "QueryLanguage": "JSONata", "Arguments": {"Queue.$": "{% 'u' %}"}}
    run = Run({"T": state}, parameter_check=refusing)
    assert run.types == ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]
    assert run.details("ExecutionFailed")[0]["cause"].endswith("[The field is not known]")


def test_an_activity_waits_for_a_worker():
    run = Run({"T": {"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 60, "HeartbeatSeconds": 10}})
    assert run.types[1:] == ["TaskStateEntered", "ActivityScheduled"]
    details = run.details("ActivityScheduled")[0]
    assert (details["resource"], details["timeoutInSeconds"], details["heartbeatInSeconds"]) == (ACTIVITY, 60, 10)
    run.succeed(1)
    assert run.types[3:] == ["ActivitySucceeded", "TaskStateExited", "ExecutionSucceeded"]


def test_the_command():
    run = Run({"T": task("charge", TimeoutSeconds=30, HeartbeatSeconds=5, Parameters={"x.$": "$.a"})}, {"a": 1})
    command = run.command()
    assert isinstance(command, InvokeTask)
    assert command.execution_arn == INFO.arn
    assert (command.branch_id, command.scheduled_id, command.attempt) == (1, 3, 0)
    assert command.resource.action == "charge"
    assert command.parameters == b'{"x":1}'
    assert (command.timeout_ms, command.heartbeat_ms) == (30_000, 5_000)


def test_each_try_has_an_idempotency_key_of_its_own():
    run = Run({"T": task(Retry=[{"ErrorEquals": ["States.ALL"]}]), "U": task()})
    keys = [run.command().idempotency_key]
    run.fail("E")
    run.advance(1)
    keys.append(run.command().idempotency_key)
    run.succeed()
    keys.append(run.command().idempotency_key)
    assert len(set(keys)) == 3
    assert Run({"T": task()}).command().idempotency_key == keys[0]


@pytest.mark.parametrize(
    ("fields", "output"),
    [
        ({}, {"r": {"s": 5}}),
        ({"ResultSelector": {"t.$": "$.r.s"}}, {"t": 5}),
        ({"ResultPath": "$.got"}, {"a": 1, "in": {"k": 2}, "got": {"r": {"s": 5}}}),
        ({"ResultPath": None}, {"a": 1, "in": {"k": 2}}),
        ({"ResultSelector": {"t.$": "$.r.s"}, "ResultPath": "$.got", "OutputPath": "$.got.t"}, 5),
        ({"InputPath": "$.in", "ResultPath": "$.got"}, {"a": 1, "in": {"k": 2}, "got": {"r": {"s": 5}}}),
    ],
)
def test_the_result_is_shaped(fields, output):
    run = Run({"T": task(**fields)}, {"a": 1, "in": {"k": 2}})
    assert json.loads(run.command().parameters) == ({"k": 2} if "InputPath" in fields else {"a": 1, "in": {"k": 2}})
    run.succeed({"r": {"s": 5}})
    assert run.output == output


@pytest.mark.parametrize(
    ("resource", "kind"),
    [(ARN + "f", "LambdaFunctionFailed"), (SQS, "TaskFailed")],
)
def test_a_failure_without_retry_or_catch_fails_the_execution(resource, kind):
    run = Run({"T": {"Type": "Task", "Resource": resource, "Parameters": {"QueueUrl": "u", "MessageBody": "m"}}})
    run.fail("Broken", "because")
    assert run.error == ("Broken", "because")
    assert run.types[-2:] == [kind, "ExecutionFailed"]
    details = run.details(kind)[0]
    assert (details["error"], details["cause"]) == ("Broken", "because")
    assert run.history[-1]["previousEventId"] == run.history[-2]["id"]


@pytest.mark.parametrize(
    ("resource", "kind"),
    [(ARN + "f", "LambdaFunctionTimedOut"), (SQS, "TaskTimedOut")],
)
def test_a_time_out(resource, kind):
    parameters = {"QueueUrl": "u", "MessageBody": "m"}
    run = Run({"T": {"Type": "Task", "Resource": resource, "TimeoutSeconds": 5, "Parameters": parameters}})
    scheduled_id = run.command().scheduled_id
    run.advance(4.999)
    assert run.status == "RUNNING"
    run.advance(0.001)
    assert run.error == ("States.Timeout", None)
    assert run.types[-2:] == [kind, "ExecutionFailed"]
    assert [c.scheduled_id for c in run.commands if isinstance(c, CancelTask)] == [scheduled_id]


def test_the_time_out_counts_from_each_schedule():
    run = Run({"T": task(TimeoutSeconds=5, Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 2}])})
    run.advance(4)
    run.fail("E")
    run.advance(2)
    assert run.execution.next_wake_ms() == START_MS + 6_000 + 5_000


def test_an_outcome_ends_the_time_out():
    run = Run({"T": task(TimeoutSeconds=5), "W": {"Type": "Wait", "Seconds": 60}})
    run.succeed()
    assert run.execution.next_wake_ms() == START_MS + 60_000


def test_a_missed_heartbeat_is_a_time_out_that_retry_and_catch_know_by_both_names():
    for name in ("States.Timeout", "States.HeartbeatTimeout"):
        fields = {"TimeoutSeconds": 60, "HeartbeatSeconds": 5, "Catch": catch("C", name)}
        run = Run(machine({"T": task(**fields, Next="C"), "C": {"Type": "Pass"}}))
        run.advance(5)
        assert run.output["Error"] == "States.Timeout"
        assert run.history[4]["timestamp"] == START_MS + 5_000


def test_a_time_out_is_no_heartbeat_time_out():
    run = Run(
        machine({"T": task(TimeoutSeconds=5, Catch=catch("C", "States.HeartbeatTimeout")), "C": {"Type": "Pass"}})
    )
    run.advance(5)
    assert run.error[0] == "States.Timeout"


def test_seconds_from_the_input():
    fields = {"TimeoutSecondsPath": "$.t", "HeartbeatSecondsPath": "$.h", "InputPath": "$.in"}
    run = Run({"T": task(**fields)}, {"t": 9, "h": 4, "in": 1})
    assert (run.command().timeout_ms, run.command().heartbeat_ms) == (9_000, 4_000)
    assert run.details("LambdaFunctionScheduled")[0]["timeoutInSeconds"] == 9


@pytest.mark.parametrize(("value", "shown"), [("9", "9"), (0, "0"), (-1, "-1"), (1.5, "1.5"), (True, "true")])
def test_seconds_that_are_none(value, shown):
    error, cause = Run({"T": task(TimeoutSecondsPath="$.t")}, {"t": value}).error
    assert error == "States.Runtime"
    assert f'The TimeoutSecondsPath field refers to value "{shown}" which is not a valid integer: $.t' in cause


def test_parameters_over_the_limit_are_never_sent():
    run = Run({"T": task(Parameters={"a.$": "$", "b.$": "$"})}, "x" * 140_000)
    assert run.error[0] == "States.DataLimitExceeded"
    assert run.commands == []


def test_a_result_over_the_limit_is_a_failure_of_the_task():
    run = Run({"T": task()})
    run.succeed("x" * 262_145)
    assert run.error[0] == "States.DataLimitExceeded"
    assert run.types[-2:] == ["LambdaFunctionFailed", "ExecutionFailed"]
    run = Run({"T": task()})
    run.succeed("x" * 262_142)
    assert run.status == "SUCCEEDED"


def test_an_output_over_the_limit_is_a_failure_of_the_state():
    run = Run({"T": task(ResultPath="$.r", Catch=catch("C")), "C": {"Type": "Pass"}}, {"a": "x" * 140_000})
    run.succeed("y" * 140_000)
    assert run.entered() == ["T", "C"]
    assert run.output["Error"] == "States.DataLimitExceeded"


@pytest.mark.parametrize(("branch_id", "scheduled_id"), [(1, 99), (2, 3), (1, 4)])
def test_an_outcome_nobody_waits_for_is_dropped(branch_id, scheduled_id):
    run = Run({"T": task()})
    before = run.execution.snapshot()
    assert run.decide(TaskSucceeded(branch_id, scheduled_id, Payload(1))) is None
    assert run.decide(TaskFailed(branch_id, scheduled_id, "E", None)) is None
    assert run.execution.snapshot() == before
    assert len(run.rows) == 1


def test_a_late_outcome_is_dropped():
    run = Run({"T": task(TimeoutSeconds=1, Retry=[{"ErrorEquals": ["States.ALL"]}])})
    late = run.command()
    run.advance(1)
    assert run.decide(TaskSucceeded(late.branch_id, late.scheduled_id, Payload(1))) is None
    run.advance(1)
    assert run.decide(TaskSucceeded(late.branch_id, late.scheduled_id, Payload(1))) is None
    run.succeed("second")
    assert run.output == "second"
    assert run.decide(TaskSucceeded(late.branch_id, late.scheduled_id, Payload(1))) is None


def test_the_output_text_is_handed_on_as_it_came():
    run = Run({"T": task(), "P": {"Type": "Pass"}})
    command = run.command()
    run.decide(TaskSucceeded(command.branch_id, command.scheduled_id, Payload.from_text(b'{ "n": 1.50 }')))
    assert run.details("ExecutionSucceeded")[0]["output"] == '{ "n": 1.50 }'

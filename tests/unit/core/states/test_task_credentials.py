"""Credentials of a Task, shown and kept with its command; and what a job was submitted as."""

import pytest
from driver import INFO, TOKEN_KEY, Run

from podium.core.interpreter import outstanding_commands
from podium.core.machine.execution import Execution, fold
from podium.core.machine.payload import Payload
from podium.core.machine.stimuli import TaskSubmitted

ROLE = "arn:aws:iam::210987654321:role/other"
SYNC = "arn:aws:states:::glue:startJobRun.sync"


def task(**fields):
    state = {"Type": "Task", "Resource": SYNC, "End": True, **fields}
    return {"StartAt": "T", "States": {"T": state}}


def commands_after_restart(run):
    execution = Execution(INFO, run.machine.timeout_ms, token_key=TOKEN_KEY)
    fold(execution, None, 0, run.rows)
    return outstanding_commands(execution, run.machine, run.now_ms)


@pytest.mark.parametrize(
    "fields",
    [
        {"Credentials": {"RoleArn": ROLE}},
        {"Credentials": {"RoleArn.$": "$.role"}},
        {"Credentials": {"RoleArn.$": "States.Format('arn:aws:iam::{}:role/other', '210987654321')"}},
        {"Credentials": {"RoleArn": "{% $states.input.role %}"}, "QueryLanguage": "JSONata"},
    ],
)
def test_the_role_is_shown_and_given_to_the_command_again_after_a_restart(fields):
    run = Run(task(**fields), {"role": ROLE})
    assert (run.command().role_arn, run.command().machine_role_arn) == (ROLE, INFO.role_arn)
    assert run.details("TaskScheduled")[0]["taskCredentials"] == {"roleArn": ROLE}
    assert [command.role_arn for command in commands_after_restart(run)] == [ROLE]


def test_without_credentials_nothing_is_shown():
    run = Run(task(), {})
    assert run.command().role_arn is None
    assert "taskCredentials" not in run.details("TaskScheduled")[0]


def test_a_role_that_is_no_text_fails_the_execution():
    run = Run(task(Credentials={"RoleArn.$": "$.role"}), {"role": 5})
    error, cause = run.error
    assert error == "States.Runtime"
    assert cause.endswith("The field 'RoleArn' of 'Credentials' must be a STRING")


def test_what_a_job_was_submitted_as_is_given_to_its_command_after_a_restart():
    run = Run(task(), {})
    command = run.command()
    assert command.submitted is None
    answer = Payload.from_text(b'{"JobRunId":"j"}')
    run.decide(TaskSubmitted(command.branch_id, command.scheduled_id, answer))
    (again,) = commands_after_restart(run)
    assert (again.submitted, again.idempotency_key) == (b'{"JobRunId":"j"}', command.idempotency_key)

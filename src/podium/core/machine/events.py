"""History events: their types, their numbers in the journal, and the details each carries.

In the journal an event is a plain tuple `(code, previous_id, *details)`: ids are consecutive within a row and
all events of a row share its time, so neither is stored. `EVENT_TYPES` says how the tuple becomes the shape of
GetExecutionHistory (https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html).
Codes are part of the stored form: append new ones, never renumber.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

Event = Sequence[Any]
"""A tuple when it is emitted; a list when it is read back from the journal."""

PAYLOAD: Final = "payload"
"""A payload reference, shown as its text with a `...Details: {truncated: false}` beside it."""
BARE_PAYLOAD: Final = "bare payload"
"""A payload reference shown without details (TaskScheduled's `parameters`)."""
VARIABLES: Final = "variables"
"""A payload reference to an object, shown as a map of names to JSON texts."""
PLAIN: Final = "plain"
"""A string or number; left out of the API's shape when None."""


class EventType(NamedTuple):
    """How one type of event is written and shown."""

    code: int
    name: str
    details_key: str | None
    fields: tuple[tuple[str, str], ...]


def _type(code: int, name: str, *fields: tuple[str, str], details: str | None = "") -> EventType:
    key = details if details != "" else f"{name[0].lower()}{name[1:]}EventDetails"
    return EventType(code, name, key if fields or details else None, fields)


_ERROR = (("error", PLAIN), ("cause", PLAIN))
_ENTERED = (("name", PLAIN), ("input", PAYLOAD))
_EXITED = (("name", PLAIN), ("output", PAYLOAD), ("assignedVariables", VARIABLES))
_ITERATION = (("name", PLAIN), ("index", PLAIN))
_RESOURCE = (("resourceType", PLAIN), ("resource", PLAIN))
_ENTERED_KEY: Final = "stateEnteredEventDetails"
_EXITED_KEY: Final = "stateExitedEventDetails"

EXECUTION_STARTED: Final = 1
EXECUTION_SUCCEEDED: Final = 2
EXECUTION_FAILED: Final = 3
EXECUTION_ABORTED: Final = 4
EXECUTION_TIMED_OUT: Final = 5
EXECUTION_REDRIVEN: Final = 6
PASS_ENTERED: Final = 10
PASS_EXITED: Final = 11
CHOICE_ENTERED: Final = 12
CHOICE_EXITED: Final = 13
WAIT_ENTERED: Final = 14
WAIT_EXITED: Final = 15
WAIT_ABORTED: Final = 16
SUCCEED_ENTERED: Final = 17
SUCCEED_EXITED: Final = 18
FAIL_ENTERED: Final = 19
TASK_ENTERED: Final = 20
TASK_EXITED: Final = 21
TASK_ABORTED: Final = 22
PARALLEL_ENTERED: Final = 23
PARALLEL_EXITED: Final = 24
PARALLEL_ABORTED: Final = 25
PARALLEL_STARTED: Final = 26
PARALLEL_SUCCEEDED: Final = 27
PARALLEL_FAILED: Final = 28
MAP_ENTERED: Final = 29
MAP_EXITED: Final = 30
MAP_ABORTED: Final = 31
MAP_STARTED: Final = 32
MAP_SUCCEEDED: Final = 33
MAP_FAILED: Final = 34
ITERATION_STARTED: Final = 35
ITERATION_SUCCEEDED: Final = 36
ITERATION_FAILED: Final = 37
ITERATION_ABORTED: Final = 38
LAMBDA_SCHEDULED: Final = 40
LAMBDA_STARTED: Final = 41
LAMBDA_SUCCEEDED: Final = 42
LAMBDA_FAILED: Final = 43
LAMBDA_TIMED_OUT: Final = 44
TASK_SCHEDULED: Final = 50
TASK_STARTED: Final = 51
TASK_SUBMITTED: Final = 52
TASK_SUCCEEDED: Final = 53
TASK_FAILED: Final = 54
TASK_TIMED_OUT: Final = 55
ACTIVITY_SCHEDULED: Final = 60
ACTIVITY_STARTED: Final = 61
ACTIVITY_SUCCEEDED: Final = 62
ACTIVITY_FAILED: Final = 63
ACTIVITY_TIMED_OUT: Final = 64
ACTIVITY_SCHEDULE_FAILED: Final = 65
EVALUATION_FAILED: Final = 70
MAP_RUN_STARTED: Final = 80
MAP_RUN_SUCCEEDED: Final = 81
MAP_RUN_FAILED: Final = 82
MAP_RUN_REDRIVEN: Final = 83
MAP_RUN_ABORTED: Final = 84

EVENT_TYPES: Final[dict[int, EventType]] = {
    event_type.code: event_type
    for event_type in (
        _type(
            EXECUTION_STARTED,
            "ExecutionStarted",
            ("input", PAYLOAD),
            ("roleArn", PLAIN),
            ("stateMachineVersionArn", PLAIN),
            ("stateMachineAliasArn", PLAIN),
        ),
        _type(EXECUTION_SUCCEEDED, "ExecutionSucceeded", ("output", PAYLOAD)),
        _type(EXECUTION_FAILED, "ExecutionFailed", *_ERROR),
        _type(EXECUTION_ABORTED, "ExecutionAborted", *_ERROR),
        _type(EXECUTION_TIMED_OUT, "ExecutionTimedOut", *_ERROR),
        _type(EXECUTION_REDRIVEN, "ExecutionRedriven", ("redriveCount", PLAIN)),
        _type(PASS_ENTERED, "PassStateEntered", *_ENTERED, details=_ENTERED_KEY),
        _type(PASS_EXITED, "PassStateExited", *_EXITED, details=_EXITED_KEY),
        _type(CHOICE_ENTERED, "ChoiceStateEntered", *_ENTERED, details=_ENTERED_KEY),
        _type(CHOICE_EXITED, "ChoiceStateExited", *_EXITED, details=_EXITED_KEY),
        _type(WAIT_ENTERED, "WaitStateEntered", *_ENTERED, details=_ENTERED_KEY),
        _type(WAIT_EXITED, "WaitStateExited", *_EXITED, details=_EXITED_KEY),
        _type(WAIT_ABORTED, "WaitStateAborted", details=None),
        _type(SUCCEED_ENTERED, "SucceedStateEntered", *_ENTERED, details=_ENTERED_KEY),
        _type(SUCCEED_EXITED, "SucceedStateExited", *_EXITED, details=_EXITED_KEY),
        _type(FAIL_ENTERED, "FailStateEntered", *_ENTERED, details=_ENTERED_KEY),
        _type(TASK_ENTERED, "TaskStateEntered", *_ENTERED, details=_ENTERED_KEY),
        _type(TASK_EXITED, "TaskStateExited", *_EXITED, details=_EXITED_KEY),
        _type(TASK_ABORTED, "TaskStateAborted", details=None),
        _type(PARALLEL_ENTERED, "ParallelStateEntered", *_ENTERED, details=_ENTERED_KEY),
        _type(PARALLEL_EXITED, "ParallelStateExited", *_EXITED, details=_EXITED_KEY),
        _type(PARALLEL_ABORTED, "ParallelStateAborted", details=None),
        _type(PARALLEL_STARTED, "ParallelStateStarted", details=None),
        _type(PARALLEL_SUCCEEDED, "ParallelStateSucceeded", details=None),
        _type(PARALLEL_FAILED, "ParallelStateFailed", details=None),
        _type(MAP_ENTERED, "MapStateEntered", *_ENTERED, details=_ENTERED_KEY),
        _type(MAP_EXITED, "MapStateExited", *_EXITED, details=_EXITED_KEY),
        _type(MAP_ABORTED, "MapStateAborted", details=None),
        _type(MAP_STARTED, "MapStateStarted", ("length", PLAIN)),
        _type(MAP_SUCCEEDED, "MapStateSucceeded", details=None),
        _type(MAP_FAILED, "MapStateFailed", details=None),
        _type(ITERATION_STARTED, "MapIterationStarted", *_ITERATION),
        _type(ITERATION_SUCCEEDED, "MapIterationSucceeded", *_ITERATION),
        _type(ITERATION_FAILED, "MapIterationFailed", *_ITERATION),
        _type(ITERATION_ABORTED, "MapIterationAborted", *_ITERATION),
        _type(
            LAMBDA_SCHEDULED,
            "LambdaFunctionScheduled",
            ("resource", PLAIN),
            ("input", PAYLOAD),
            ("timeoutInSeconds", PLAIN),
            ("taskCredentials", PLAIN),
        ),
        _type(LAMBDA_STARTED, "LambdaFunctionStarted", details=None),
        _type(LAMBDA_SUCCEEDED, "LambdaFunctionSucceeded", ("output", PAYLOAD)),
        _type(LAMBDA_FAILED, "LambdaFunctionFailed", *_ERROR),
        _type(LAMBDA_TIMED_OUT, "LambdaFunctionTimedOut", *_ERROR),
        _type(
            TASK_SCHEDULED,
            "TaskScheduled",
            *_RESOURCE,
            ("region", PLAIN),
            ("parameters", BARE_PAYLOAD),
            ("timeoutInSeconds", PLAIN),
            ("heartbeatInSeconds", PLAIN),
            ("taskCredentials", PLAIN),
        ),
        _type(TASK_STARTED, "TaskStarted", *_RESOURCE),
        _type(TASK_SUBMITTED, "TaskSubmitted", *_RESOURCE, ("output", PAYLOAD)),
        _type(TASK_SUCCEEDED, "TaskSucceeded", *_RESOURCE, ("output", PAYLOAD)),
        _type(TASK_FAILED, "TaskFailed", *_RESOURCE, *_ERROR),
        _type(TASK_TIMED_OUT, "TaskTimedOut", *_RESOURCE, *_ERROR),
        _type(
            ACTIVITY_SCHEDULED,
            "ActivityScheduled",
            ("resource", PLAIN),
            ("input", PAYLOAD),
            ("timeoutInSeconds", PLAIN),
            ("heartbeatInSeconds", PLAIN),
        ),
        _type(ACTIVITY_STARTED, "ActivityStarted", ("workerName", PLAIN)),
        _type(ACTIVITY_SUCCEEDED, "ActivitySucceeded", ("output", PAYLOAD)),
        _type(ACTIVITY_FAILED, "ActivityFailed", *_ERROR),
        _type(ACTIVITY_TIMED_OUT, "ActivityTimedOut", *_ERROR),
        _type(ACTIVITY_SCHEDULE_FAILED, "ActivityScheduleFailed", *_ERROR),
        _type(EVALUATION_FAILED, "EvaluationFailed", *_ERROR, ("location", PLAIN), ("state", PLAIN)),
        _type(MAP_RUN_STARTED, "MapRunStarted", ("mapRunArn", PLAIN)),
        _type(MAP_RUN_SUCCEEDED, "MapRunSucceeded", details=None),
        _type(MAP_RUN_FAILED, "MapRunFailed", *_ERROR),
        _type(MAP_RUN_REDRIVEN, "MapRunRedriven", ("mapRunArn", PLAIN), ("redriveCount", PLAIN)),
        _type(MAP_RUN_ABORTED, "MapRunAborted", details=None),
    )
}

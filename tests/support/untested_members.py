"""What of the API no test exercises, each with the reason that docs/operations.md gives for it.

Keys are (operation or "*", "input" | "output" | "errors", member or error or "*"); a member stands for what is within
it. An excuse for one operation's one member fails the run as soon as a test exercises it.
"""

from typing import Final

_NO_KMS: Final = "Podium calls no KMS"
_ONE_STEP: Final = "Podium schedules and starts in one step, which cannot fail halfway"
_NO_CAUSE: Final = "AWS shows no cause"
_IN_MODEL: Final = "the service model admits nothing that could be refused with it"
_HTTP: Final = "tested beside moto's server, which not every run has"
_HISTORY: Final = "GetExecutionHistory"

UNTESTED: Final[dict[tuple[str, str, str], str]] = {
    ("*", "errors", "KmsAccessDeniedException"): _NO_KMS,
    ("*", "errors", "KmsInvalidStateException"): _NO_KMS,
    ("*", "errors", "KmsThrottlingException"): _NO_KMS,
    ("CreateStateMachine", "errors", "InvalidTracingConfiguration"): _IN_MODEL,
    ("CreateStateMachine", "errors", "StateMachineTypeNotSupported"): _IN_MODEL,
    ("UpdateStateMachine", "errors", "InvalidTracingConfiguration"): _IN_MODEL,
    ("CreateStateMachineAlias", "errors", "InvalidName"): "a name the service model refuses is a ValidationException",
    ("DeleteStateMachineAlias", "errors", "ResourceNotFound"): "AWS deletes what is not there without complaint",
    ("DeleteStateMachineAlias", "errors", "ConflictException"): "changes of aliases wait for each other",
    ("UpdateStateMachineAlias", "errors", "ConflictException"): "changes of aliases wait for each other",
    ("DescribeStateMachine", "output", "label"): "AWS refuses the ARN of a Distributed Map state",
    ("*", "output", "inspectionData.request"): _HTTP,
    ("*", "output", "inspectionData.response"): _HTTP,
    (_HISTORY, "output", "events.activityTimedOutEventDetails.cause"): _NO_CAUSE,
    (_HISTORY, "output", "events.executionTimedOutEventDetails.cause"): _NO_CAUSE,
    (_HISTORY, "output", "events.lambdaFunctionTimedOutEventDetails.cause"): _NO_CAUSE,
    (_HISTORY, "output", "events.taskTimedOutEventDetails.cause"): _NO_CAUSE,
    (_HISTORY, "output", "events.lambdaFunctionScheduleFailedEventDetails"): _ONE_STEP,
    (_HISTORY, "output", "events.lambdaFunctionStartFailedEventDetails"): _ONE_STEP,
    (_HISTORY, "output", "events.taskStartFailedEventDetails"): _ONE_STEP,
    (_HISTORY, "output", "events.taskSubmitFailedEventDetails"): _ONE_STEP,
}

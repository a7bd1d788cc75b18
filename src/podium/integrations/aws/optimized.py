"""Optimized integrations that are calls of one operation: `sqs:sendMessage`, `dynamodb:putItem`, `batch:submitJob`, ...

Results are the operation's answer with what its HTTP response said beside it; dates are epoch milliseconds. With
`.waitForTaskToken` the answer is what is submitted; with `.sync` a job begins, and `job_watch` waits for its end.
https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
"""

from collections.abc import Collection
from typing import Any, Final

import msgspec

from podium.core import jsontext
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws.call import (
    Answer,
    Caller,
    CallFailed,
    Style,
    answer_of,
    find_operation,
    parameters_of,
    task_input,
)
from podium.integrations.aws.failures import OptimizedDialect
from podium.integrations.aws.job_watch import JobWatch, Watches, key_of
from podium.integrations.aws.jobs import JOBS
from podium.integrations.aws.models import capitalised
from podium.integrations.aws.results import epoch_milliseconds
from podium.integrations.aws.services import OPERATIONS, SERVICES
from podium.integrations.contract import Deliver, TaskOutcome

STYLE: Final = Style(capitalised, epoch_milliseconds)


class OptimizedIntegration:
    """Performs the tasks of the services in `services.SERVICES`, in all their patterns."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._watches: Watches = {}

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `TaskPerformer.perform`."""
        resource = command.resource
        if resource.pattern != "sync":
            self._caller.submit(lambda: self._call(command), deliver)
        elif f"{resource.service}:{resource.action}" not in JOBS:
            cause = f"This Podium cannot wait for the end of '{resource.text}'; it can begin it without '.sync'."
            deliver(TaskOutcome(error="States.TaskFailed", cause=cause))
        else:
            key = key_of(command)
            watch = JobWatch(
                self._caller,
                command,
                SERVICES[resource.service].botocore,
                STYLE,
                dialect_of(resource.service),
                deliver,
                lambda: self._forget(key),
            )
            self._watches[key] = watch
            watch.begin(lambda: self._call(command))

    def cancel(self, command: CancelTask) -> None:
        """Stop a `.sync` task's job. Any other call goes on to its end; its answer finds nobody waiting."""
        watch = self._watches.pop(key_of(command), None)
        if watch is not None:
            watch.cancel()

    def _forget(self, key: tuple[str, int]) -> None:
        self._watches.pop(key, None)

    def _call(self, command: InvokeTask) -> TaskOutcome:
        try:
            answer = call(self._caller, command)
        except CallFailed as failure:
            return failure.outcome
        return TaskOutcome(output=with_metadata(answer))


def call(caller: Caller, command: InvokeTask) -> Answer:
    """Make the call a task's resource names.

    Raises:
        CallFailed: it brought no result.
    """
    resource = command.resource
    name = f"{resource.service}:{resource.action}"
    service, action = OPERATIONS.get(name, (SERVICES[resource.service].botocore, resource.action))
    operation = find_operation(caller, service, action, resource.text)
    input = task_input(command, operation, parameters_of(command), STYLE)
    if name == "events:putEvents":
        _name_the_origin(input, command.execution_arn)
    answer = answer_of(caller, command, operation, input, STYLE, dialect_of(resource.service))
    if answer.result.get("FailedEntryCount"):
        cause = jsontext.encode(answer.result).decode()
        raise CallFailed(TaskOutcome(error="EventBridge.FailedEntry", cause=cause))
    return answer


def dialect_of(service: str) -> OptimizedDialect:
    """How errors of a service are worded."""
    row = SERVICES[service]
    return OptimizedDialect(row.prefix, row.sdk_name)


def _name_the_origin(input: dict[str, Any], execution_arn: str) -> None:
    """Every event's resources end with the state machine and the execution that sent it.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
    """
    machine_arn = execution_arn.replace(":execution:", ":stateMachine:", 1).rpartition(":")[0]
    for entry in input.get("Entries", []):
        entry["Resources"] = [*entry.get("Resources", []), machine_arn, execution_arn]


def with_metadata(answer: Answer, *, texts: Collection[str] = ()) -> bytes:
    """A result with its HTTP response beside it, as JSON text.

    Args:
        texts: members of the result that are JSON text themselves.
    """
    metadata = answer.metadata
    headers = {_header(name): value for name, value in metadata.get("HTTPHeaders", {}).items()}
    shown = {
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()},
            "HttpHeaders": headers,
            "HttpStatusCode": metadata.get("HTTPStatusCode", 200),
        },
        "SdkResponseMetadata": {"RequestId": metadata.get("RequestId", "")},
    }
    result = {name: msgspec.Raw(value) if name in texts else value for name, value in answer.result.items()}
    return jsontext.encode(dict(sorted((result | shown).items())))


def _header(name: str) -> str:
    """A header's usual spelling; botocore gives them in small letters."""
    return name if name.startswith("x-") else name.title()

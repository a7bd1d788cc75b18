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
from podium.integrations.aws.adapted import ADAPTED, Adapted, ByName, s3_place, with_id
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
from podium.integrations.aws.queue_hosts import of_unknown_host
from podium.integrations.aws.results import epoch_milliseconds
from podium.integrations.aws.services import SERVICES
from podium.integrations.contract import Deliver, TaskOutcome

STYLE: Final = Style(capitalised, epoch_milliseconds)

_HEADERS: Final = {"x-amzn-requestid": "x-amzn-RequestId", "x-amzn-trace-id": "X-Amzn-Trace-Id"}

_S3: Final = OptimizedDialect("S3", "AmazonS3")


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
    adapted = ADAPTED.get(name) or Adapted(SERVICES[resource.service].botocore, resource.action)
    operation = find_operation(caller, adapted.service, adapted.operation, resource.text)
    parameters = parameters_of(command)
    if isinstance(parameters, dict):
        if adapted.by_name is not None:
            parameters = with_id(parameters, adapted.by_name, _found(caller, command, parameters, adapted.by_name))
        if name == "bedrock:invokeModel":
            parameters = _with_body_of_s3(caller, command, parameters)
        given = adapted.given(parameters)
    else:
        given = parameters
    input = task_input(command, operation, given, STYLE)
    if name == "events:putEvents":
        _name_the_origin(input, command.execution_arn)
    try:
        answer = answer_of(caller, command, operation, input, STYLE, dialect_of(resource.service))
    except CallFailed as failure:
        if resource.service != "sqs":
            raise
        raise CallFailed(of_unknown_host(failure.outcome, input.get("QueueUrl"))) from None
    if answer.result.get("FailedEntryCount"):
        cause = jsontext.encode(answer.result).decode()
        raise CallFailed(TaskOutcome(error="EventBridge.FailedEntry", cause=cause))
    if name == "ecs:runTask" and resource.pattern and answer.result.get("Failures"):
        # https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
        raise CallFailed(TaskOutcome(error="AmazonECS.Unknown", cause=with_metadata(answer).decode()))
    if name == "bedrock:invokeModel" and isinstance(parameters, dict) and parameters.get("Output"):
        return _body_to_s3(caller, command, parameters["Output"], answer)
    echoed = {member: parameters[member] for member in adapted.echoed if member in parameters}
    return answer._replace(result=echoed | adapted.shown(answer.result))


def _found(caller: Caller, command: InvokeTask, parameters: dict[str, Any], by_name: ByName) -> str:
    """The id of what a parameter names.

    Raises:
        CallFailed: nothing goes by the name.
    """
    operation = find_operation(caller, "emr", by_name.listing, command.resource.text)
    input = {"ClusterId": parameters.get("ClusterId")}
    while True:
        page = answer_of(caller, command, operation, input, STYLE, dialect_of(command.resource.service)).result
        for listed in page.get(by_name.listed, []):
            if listed.get("Name") == parameters.get(by_name.name):
                return str(listed["Id"])
        if not page.get("Marker"):
            cause = f"The cluster has no {by_name.name.removesuffix('Name')} '{parameters.get(by_name.name)}'."
            raise CallFailed(TaskOutcome(error="ElasticMapReduce.InvalidRequestException", cause=cause))
        input = {**input, "Marker": page["Marker"]}


def _with_body_of_s3(caller: Caller, command: InvokeTask, parameters: dict[str, Any]) -> dict[str, Any]:
    """A model's parameters with the object that `Input` names as `Body`."""
    if not parameters.get("Input"):
        return parameters
    bucket, key = _place(command, parameters["Input"], "Input")
    operation = find_operation(caller, "s3", "GetObject", command.resource.text)
    content = answer_of(caller, command, operation, {"Bucket": bucket, "Key": key}, STYLE, _S3).result["Body"]
    return {**parameters, "Body": content}


def _body_to_s3(caller: Caller, command: InvokeTask, output: Any, answer: Answer) -> Answer:
    """A model's answer with its body in the object that `Output` names."""
    bucket, key = _place(command, output, "Output")
    operation = find_operation(caller, "s3", "PutObject", command.resource.text)
    content = {"Body": answer.result.get("Body", "").encode(), "ContentType": answer.result.get("ContentType")}
    input = {"Bucket": bucket, "Key": key, **{name: value for name, value in content.items() if value is not None}}
    answer_of(caller, command, operation, input, STYLE, _S3)
    return answer._replace(result={**answer.result, "Body": output["S3Uri"]})


def _place(command: InvokeTask, holder: Any, field: str) -> tuple[str, str]:
    place = s3_place(holder.get("S3Uri")) if isinstance(holder, dict) else None
    if place is None:
        cause = f"The field '{field}' of '{command.resource.text}' must have an S3Uri, s3://BUCKET/KEY"
        raise CallFailed(TaskOutcome(error="States.Runtime", cause=cause))
    return place


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
    """A header as AWS spells it; botocore gives them in small letters."""
    return _HEADERS.get(name) or (name if name.startswith("x-") else name.title())

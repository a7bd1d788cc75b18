"""AWS's own rules, kept for services that stand in for it: AWS keeps them itself, its stand-ins often don't.

A request that lacks what its operation requires is refused in AWS's words before it is sent: stand-ins answer it with
whatever their code runs into. What AWS returns only when asked for is left out when nobody asked. A refusal that is
worded for something else than what was asked for is worded as AWS words it. Calls to AWS pass by here untouched.
"""

import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final

from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import OperationModel

from podium.integrations.aws.event_entries import entry_fault

Input = dict[str, Any]
Answer = dict[str, Any]

_CODES: Final = {
    "cognito-idp": "InvalidParameterException",
    "dynamodb": "ValidationException",
    "events": "ValidationException",
    "kinesis": "ValidationException",
    "kms": "ValidationException",
    "logs": "InvalidParameterException",
    "secretsmanager": "ValidationException",
    "sns": "ValidationError",
    "ssm": "ValidationException",
}
"""Services that say "1 validation error detected: Value null at ...", and the error's code. As users were answered:
aws-sdk-kotlin#1469 (Secrets Manager), EfficientDynamoDb#164, sequin#2075 (Kinesis),
cloudwatch-logs-centralize-logs#5 (Logs)."""

_ASKED_FOR: Final = {
    "dynamodb": {
        "ConsumedCapacity": "ReturnConsumedCapacity",
        "ItemCollectionMetrics": "ReturnItemCollectionMetrics",
    }
}
"""Members of answers, and the parameter that asks for each; "NONE" asks for nothing.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html"""


def ask(client: Any, operation_name: str, input: Input) -> Answer:
    """The answer of a service that isn't AWS's, as AWS would have it.

    Args:
        client: botocore's, of the service.

    Raises:
        ClientError: AWS, or the service, refuses.
    """
    model = client.meta.service_model
    operation = model.operation_model(operation_name)
    _refuse_incomplete(operation, input)

    def send(input: Input) -> Answer:
        answer: Answer = getattr(client, xform_name(operation_name))(**input)
        return answer

    if (model.service_name, operation_name) == ("sns", "Publish"):
        return _publish(send, input)
    if (model.service_name, operation_name) == ("events", "PutEvents"):
        return _put_events(send, input)
    answer = send(input)
    for member, parameter in _ASKED_FOR.get(model.service_name, {}).items():
        if input.get(parameter, "NONE") == "NONE":
            answer.pop(member, None)
    return answer


def _refuse_incomplete(operation: OperationModel, input: Input) -> None:
    service = operation.service_model.service_name
    if operation.input_shape is None or (service not in _CODES and service != "sqs"):
        return
    spell = str if service == "sqs" else _lowered
    missing = list(_missing(operation.input_shape, input, "", spell))
    if not missing:
        return
    if service == "sqs":
        code, message = "MissingParameter", f"The request must contain the parameter {missing[0]}."
    else:
        code = _CODES[service]
        faults = "; ".join(
            f"Value null at '{where}' failed to satisfy constraint: Member must not be null" for where in missing
        )
        message = f"{len(missing)} validation error{'s' if len(missing) > 1 else ''} detected: {faults}"
    raise _refusal(code, message, operation.name)


def _refusal(code: str, message: str, operation_name: str) -> ClientError:
    metadata = {"HTTPStatusCode": 400, "RequestId": str(uuid.uuid4()), "HTTPHeaders": {}, "RetryAttempts": 0}
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}, operation_name)


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


def _missing(shape: Any, value: Any, where: str, spell: Callable[[str], str]) -> Iterator[str]:
    """Where required members are missing, as AWS names places: `logEvents.1.member.timestamp`."""
    prefix = f"{where}." if where else ""
    match shape.type_name:
        case "structure" if not shape.is_document_type:
            for name, member in shape.members.items():
                place = prefix + spell(name)
                if value.get(name) is not None:
                    yield from _missing(member, value[name], place, spell)
                elif name in shape.required_members:
                    yield place
        case "list":
            for number, item in enumerate(value, 1):
                yield from _missing(shape.member, item, f"{prefix}{number}.member", spell)
        case "map":
            for key, item in value.items():
                yield from _missing(shape.value, item, f"{prefix}{key}.member", spell)


def _publish(send: Callable[[Input], Answer], input: Input) -> Answer:
    """Publish to something, and of a topic that isn't there say so; recorded on AWS in November 2025."""
    if not any(input.get(name) for name in ("TopicArn", "TargetArn", "PhoneNumber")):
        message = "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter"
        raise _refusal("InvalidParameter", message, "Publish")
    try:
        return send(input)
    except ClientError as refused:
        said = refused.response["Error"]
        if said.get("Code") == "NotFound" and input.get("TopicArn"):
            said["Message"] = "Topic does not exist"
        raise


def _put_events(send: Callable[[Input], Answer], input: Input) -> Answer:
    """PutEvents of the entries that can be taken; each of the others is refused on its own, as on AWS."""
    entries = input.get("Entries", [])
    faults = [entry_fault(entry) for entry in entries]
    taken = [entry for entry, fault in zip(entries, faults, strict=True) if fault is None]
    if len(taken) == len(entries):
        return send(input)
    metadata = {"HTTPStatusCode": 200, "RequestId": str(uuid.uuid4()), "HTTPHeaders": {}, "RetryAttempts": 0}
    nothing: Answer = {"Entries": [], "FailedEntryCount": 0, "ResponseMetadata": metadata}
    answer = send({**input, "Entries": taken}) if taken else nothing
    told = iter(answer.get("Entries", []))
    results = [next(told, {}) if fault is None else fault for fault in faults]
    failed = sum("ErrorCode" in result for result in results)
    return {**answer, "Entries": results, "FailedEntryCount": failed}

"""Targets: which call brings an event to one, as a Task would make it. Pure.

An event travels the way of a Task's resource, so whatever integrations can call can be a target that AWS has:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from podium.core import jsontext
from podium.events.api_destinations import DestinationRecord
from podium.events.execution_names import execution_name
from podium.events.records import Target

_STARTED_ALREADY: Final = "StepFunctions.ExecutionAlreadyExistsException"
_WEBHOOK: Final = ("http://", "https://")
_WITHOUT_BODY: Final = ("GET", "HEAD", "DELETE", "OPTIONS")
_UNIVERSAL: Final = "arn:aws:scheduler:::aws-sdk:"
"""Begins the ARN of a schedule's universal target, whose input is an API call's parameters
(https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html)."""


class TargetCall(NamedTuple):
    """A call that brings an event to a target: a Task's resource and its parameters."""

    resource: str
    parameters: dict[str, Any]
    done_already: str | None = None
    """The error that says an earlier delivery of the same event has arrived."""


class TargetFailed(Exception):
    """The target did not take the event; the message is its error and cause."""


Caller = Callable[[TargetCall, str, str], Awaitable[None]]
"""(call, idempotency key, ARN of the rule) -> done. Raises TargetFailed."""


class UnknownTarget(Exception):
    """Nothing here can bring an event to a target like this; the message says so in AWS's words."""


FindDestination = Callable[[str], DestinationRecord | None]
"""An API destination by its ARN."""


def no_destination(arn: str) -> DestinationRecord | None:
    """Where there are no API destinations."""
    return None


def call_for(target: Target, payload: str, key: str, find_destination: FindDestination = no_destination) -> TargetCall:
    """The call that brings `payload` (JSON text) to a target.

    Raises:
        UnknownTarget: nothing can.
    """
    arn = target["Arn"]
    if arn.startswith(_WEBHOOK):
        return TargetCall("arn:aws:states:::http:invoke", _webhook(target, payload))
    if arn.startswith(_UNIVERSAL):
        return TargetCall(f"arn:aws:states:::aws-sdk:{arn.removeprefix(_UNIVERSAL)}", jsontext.decode(payload))
    service, kind = _service_of(arn)
    if (service, kind) == ("events", "api-destination"):
        return TargetCall("arn:aws:states:::http:invoke", _api_destination(target, payload, find_destination(arn)))
    build = _CALLS.get((service, kind)) or _CALLS.get((service, ""))
    if build is None:
        raise UnknownTarget(f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format.")
    return build(target, arn, payload, key)


def _service_of(arn: str) -> tuple[str, str]:
    parts = arn.split(":", 6)
    if len(parts) < 6 or parts[0] != "arn":
        raise UnknownTarget(f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format.")
    return parts[2], re.split("[:/]", parts[5], maxsplit=1)[0]


def _state_machine(_: Target, arn: str, payload: str, key: str) -> TargetCall:
    # The same name for a repeated delivery: StartExecution finds the execution it has started already.
    parameters = {"StateMachineArn": arn, "Input": jsontext.decode(payload), "Name": execution_name(key)}
    return TargetCall("arn:aws:states:::states:startExecution", parameters, _STARTED_ALREADY)


def _function(_: Target, arn: str, payload: str, __: str) -> TargetCall:
    parameters = {"FunctionName": arn, "InvocationType": "Event", "Payload": jsontext.decode(payload)}
    return TargetCall("arn:aws:states:::lambda:invoke", parameters)


def _queue(target: Target, arn: str, payload: str, key: str) -> TargetCall:
    _, partition, _, region, account, name = arn.split(":", 5)
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    parameters = {"QueueUrl": f"https://sqs.{region}.{suffix}/{account}/{name}", "MessageBody": payload}
    if group := target.get("SqsParameters", {}).get("MessageGroupId"):
        parameters |= {"MessageGroupId": group, "MessageDeduplicationId": execution_name(key)}
    return TargetCall("arn:aws:states:::sqs:sendMessage", parameters)


def _topic(_: Target, arn: str, payload: str, __: str) -> TargetCall:
    return TargetCall("arn:aws:states:::sns:publish", {"TopicArn": arn, "Message": payload})


def _event_bus(target: Target, arn: str, payload: str, _: str) -> TargetCall:
    given = target.get("EventBridgeParameters", {})
    names = {"Source": given.get("Source", ""), "DetailType": given.get("DetailType", "")}
    entry = {**names, "EventBusName": arn, "Detail": jsontext.decode(payload)}
    return TargetCall("arn:aws:states:::events:putEvents", {"Entries": [entry]})


def _webhook(target: Target, payload: str) -> dict[str, Any]:
    """A URL of one's own; beyond AWS, where a webhook takes an API destination and a connection."""
    http = target.get("HttpParameters", {})
    connection = {"ConnectionArn": target["RoleArn"]} if target.get("RoleArn") else None
    return _request(target["Arn"], "POST", payload, http, connection)


def _api_destination(target: Target, payload: str, destination: DestinationRecord | None) -> dict[str, Any]:
    """The request of an API destination; each `*` of its path is one of the target's PathParameterValues."""
    if destination is None:
        arn = target["Arn"]
        raise UnknownTarget(f"Parameter {arn} is not valid. Reason: The API destination does not exist.")
    http = target.get("HttpParameters", {})
    values = iter(http.get("PathParameterValues", ()))
    endpoint = re.sub(r"\*", lambda star: quote(next(values, star[0]), safe="*"), destination.endpoint)
    connection = {"ConnectionArn": destination.connection_arn}
    return _request(endpoint, destination.method, payload, http, connection)


def _request(
    endpoint: str, method: str, payload: str, http: dict[str, Any], connection: dict[str, str] | None
) -> dict[str, Any]:
    """The parameters of an `http:invoke` task."""
    parameters: dict[str, Any] = {"ApiEndpoint": endpoint, "Method": method}
    if connection is not None:
        parameters["Authentication"] = connection
    if method not in _WITHOUT_BODY:
        parameters["RequestBody"] = jsontext.decode(payload)
    if headers := http.get("HeaderParameters"):
        parameters["Headers"] = headers
    if query := http.get("QueryStringParameters"):
        parameters["QueryParameters"] = query
    return parameters


_CALLS: Final[dict[tuple[str, str], Callable[[Target, str, str, str], TargetCall]]] = {
    ("states", "stateMachine"): _state_machine,
    ("lambda", "function"): _function,
    ("sqs", ""): _queue,
    ("sns", ""): _topic,
    ("events", "event-bus"): _event_bus,
}


def dead_letter_call(queue_arn: str, payload: str, key: str) -> TargetCall:
    """The call that puts an event nobody took into a dead-letter queue."""
    return _queue({}, queue_arn, payload, key)

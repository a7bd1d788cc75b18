"""A Task's parameters as an operation's input: JSON in Step Functions' casing to what botocore serialises.

Blobs may be given any JSON value, strings an object or array: it becomes its compact text. A number or boolean is no
string (DynamoDB's `N`), but where the value is a message of the workflow's own making. Null is the same as nothing.
What is streamed is always JSON text, quotes of a string included, as recorded on AWS (S3's `Body`).
What an operation requires is left to the service to say.
"""

import re
from typing import Any, Final

from botocore.model import OperationModel
from botocore.utils import parse_to_aware_datetime

from podium.core import jsontext
from podium.integrations.aws.models import Rename, members_by_name

_MESSAGES: Final = frozenset({"Detail", "Input", "Message", "MessageBody", "Output"})
"""Strings that hold any JSON of the workflow's: https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html"""
_USUAL_TOKENS: Final = frozenset({"clienttoken", "clientrequesttoken", "idempotencytoken", "idempotencykey"})


class UnusableParameter(Exception):
    """A parameter the operation has not, or of another type. The text is AWS's sentence."""


def to_input(operation: OperationModel, parameters: Any, rename: Rename, idempotency_key: str) -> dict[str, Any]:
    """The operation's input, its idempotency token filled in.

    Raises:
        UnusableParameter: see there.
    """
    if not isinstance(parameters, dict):
        raise UnusableParameter("The parameters must be an OBJECT")
    shape = operation.input_shape
    if shape is None:
        for name in parameters:
            raise UnusableParameter(f'The field "{name}" is not supported by Step Functions')
        return {}
    given = _structure(shape, parameters, "", rename)
    token = idempotency_member(operation)
    if token is not None and token not in given:
        given[token] = _fitting(shape.members[token], idempotency_key)
    _describe_body(shape, given)
    return given


def idempotency_member(operation: OperationModel) -> str | None:
    """The member by which a service knows a call it has had before; None where it has none such.

    Models mark most of them. Of the others, those with the usual names are meant so where they may be left out;
    where they are required they name something else.
    """
    shape = operation.input_shape
    if shape is None:
        return None
    for name, member in shape.members.items():
        usual = name.lower() in _USUAL_TOKENS and name not in shape.required_members
        if member.type_name == "string" and (usual or member.metadata.get("idempotencyToken")):
            return str(name)
    return None


def _fitting(member: Any, key: str) -> str:
    """A key as the member's pattern has it: some take no hyphens."""
    pattern = member.metadata.get("pattern")
    try:
        fits = pattern is None or re.fullmatch(pattern, key) is not None
    except re.error:
        fits = True
    return key if fits else key.replace("-", "")


def _describe_body(shape: Any, given: dict[str, Any]) -> None:
    """Text that is streamed is described as text, as the Java SDK does: else S3 calls it binary."""
    payload = shape.serialization.get("payload")
    if payload not in given or not shape.members[payload].serialization.get("streaming"):
        return
    for name, member in shape.members.items():
        if member.serialization.get("name") == "Content-Type":
            given.setdefault(name, "text/plain; charset=UTF-8")


def _convert(shape: Any, value: Any, field: str, rename: Rename) -> Any:
    match shape.type_name:
        case "structure":
            return value if shape.is_document_type else _structure(shape, value, field, rename)
        case "list":
            items = _of_type(value, list, field, "ARRAY")
            return [_convert(shape.member, item, field, rename) for item in items if item is not None]
        case "map":
            entries = _of_type(value, dict, field, "OBJECT").items()
            return {key: _convert(shape.value, item, key, rename) for key, item in entries if item is not None}
        case "string" | "char":
            return _text(value, field)
        case "blob":
            plain = isinstance(value, str) and not shape.serialization.get("streaming")
            return value.encode() if plain else jsontext.encode(value)
        case "integer" | "long":
            return _integer(value, field)
        case "float" | "double":
            _of_type(value, int | float, field, "NUMBER")
        case "boolean":
            _of_type(value, bool, field, "BOOLEAN")
        case "timestamp":
            return _timestamp(value, field)
    return value


def _structure(shape: Any, value: Any, field: str, rename: Rename) -> dict[str, Any]:
    members = members_by_name(shape, rename)
    converted: dict[str, Any] = {}
    for name, item in _of_type(value, dict, field, "OBJECT").items():
        if name not in members:
            raise UnusableParameter(f'The field "{name}" is not supported by Step Functions')
        if item is not None:
            modelled, member = members[name]
            converted[modelled] = _convert(member, item, name, rename)
    return converted


def _text(value: Any, field: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and field not in _MESSAGES:
        raise UnusableParameter(f"The value for the field '{field}' must be a STRING")
    return jsontext.encode(value).decode()


def _of_type(value: Any, expected: Any, field: str, called: str) -> Any:
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        raise UnusableParameter(f"The value for the field '{field}' must be {_article(called)} {called}")
    return value


def _article(noun: str) -> str:
    return "an" if noun[0] in "AIO" else "a"


def _integer(value: Any, field: str) -> int:
    number = _of_type(value, int | float, field, "INTEGER")
    if number != number // 1:
        raise UnusableParameter(f"The value for the field '{field}' must be an INTEGER")
    return int(number)


def _timestamp(value: Any, field: str) -> Any:
    try:
        return parse_to_aware_datetime(value)
    except (ValueError, TypeError, OverflowError):
        raise UnusableParameter(f"The value for the field '{field}' must be a valid timestamp") from None

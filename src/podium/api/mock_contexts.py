"""The context object a caller of TestState makes up, checked against what a context object may hold.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from typing import Any, Final, NoReturn

from podium.api.errors import ApiError
from podium.core import jsontext
from podium.core.asl.resources import Resource
from podium.core.jsontext import InvalidJson

_Fields = dict[str, Any]

_FIELDS: Final[_Fields] = {
    "Execution": {
        "Id": "string",
        "Input": None,
        "Name": "string",
        "RoleArn": "string",
        "StartTime": "string",
        "RedriveCount": "number",
        "RedriveTime": "string",
    },
    "State": {"EnteredTime": "string", "Name": "string", "RetryCount": "number"},
    "StateMachine": {"Id": "string", "Name": "string"},
    "Task": {"Token": "string"},
}
"""Field -> its own fields, the type of its value, or None for a value of any type."""

_TYPES: Final[dict[str, type | tuple[type, ...]]] = {"string": str, "number": (int, float)}
_TOKEN_PATTERNS: Final = frozenset({"sync", "sync:2", "waitForTaskToken"})


def read_context(text: str, resource: Resource | None) -> dict[str, Any]:
    """The context object a text stands for.

    Args:
        resource: of the state under test, if it is a Task.

    Raises:
        ApiError: ValidationException.
    """
    try:
        context = jsontext.decode(text)
    except InvalidJson:
        context = None
    if not isinstance(context, dict):
        _refuse("Context must be a JSON object")
    if "Map" in context:
        _refuse("'Map' field is not supported when mocking a Context object")
    _check(context, _FIELDS, "")
    if "Task" in context and (resource is None or resource.pattern not in _TOKEN_PATTERNS):
        _refuse(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' "
            "service integration pattern"
        )
    return context


def _check(given: dict[str, Any], known: _Fields, place: str) -> None:
    for name, value in given.items():
        where = place + name
        if name not in known:
            _refuse(f"Field '{name}' is not allowed")
        wanted = known[name]
        if isinstance(wanted, dict):
            if not isinstance(value, dict):
                _refuse(f"{where} must be an object")
            _check(value, wanted, f"{where}.")
        elif wanted is not None and (not isinstance(value, _TYPES[wanted]) or isinstance(value, bool)):
            _refuse(f"{where} must be a {wanted}")


def _refuse(fault: str) -> NoReturn:
    raise ApiError("ValidationException", f"Invalid Context object provided: {fault}")

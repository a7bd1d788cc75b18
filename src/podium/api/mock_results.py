"""Mocked results of TestState, checked against the answer that the mocked service would give.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_MockInput.html. STRICT wants every required field,
STRICT and PRESENT want every field that is there to be as the service's model says; unknown fields pass. Patterns
of strings are left alone: the models have many that the services themselves don't keep to.
"""

import re
from typing import Any, Final, NoReturn

from podium.api.errors import ApiError
from podium.api.sdk_operations import answering_operation
from podium.api.service_model import ServiceModel
from podium.core.asl.resources import Resource

_ACRONYM: Final = re.compile(r"([A-Z])([A-Z]+)(?=[A-Z][a-z]|[^A-Za-z]|$)")
_WORDS: Final = {
    "string": "a string",
    "timestamp": "a string",
    "blob": "a string",
    "integer": "a number",
    "long": "a number",
    "float": "a number",
    "double": "a number",
    "boolean": "a boolean",
    "list": "an array",
    "map": "an object",
    "structure": "an object",
}
_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "a string": str,
    "a number": (int, float),
    "a boolean": bool,
    "an array": list,
    "an object": dict,
}
_PARSED: Final = {"lambda:invoke": frozenset({"Payload"}), "states:startExecution": frozenset({"Input", "Output"})}
"""Fields of JSON text that the integration gives parsed."""


def check_mock_result(resource: Resource, result: Any, mode: str) -> None:
    """Refuse a mocked result that the Task's service would not give.

    Args:
        mode: STRICT, PRESENT or NONE.

    Raises:
        ApiError: ValidationException, with the first fault.
    """
    answering = None if mode == "NONE" else answering_operation(resource)
    if answering is None:
        return
    model, operation = answering
    shape = model.output_shape(operation)
    if shape is None:
        return
    if not isinstance(result, dict):
        raise ApiError("ValidationException", "Mocked result must be a JSON object.")
    parsed: frozenset[str] = frozenset()
    if resource.service == "lambda" or resource.pattern == "sync:2":
        parsed = _PARSED.get(f"{resource.service}:{resource.action}", parsed)
    _Check(model, strict=mode == "STRICT").structure(result, shape, parsed)


def shown_name(member: str) -> str:
    """A member's name as AWS SDK integrations write it: `executionArn` is ExecutionArn, `DBInstance` DbInstance."""
    name = _ACRONYM.sub(lambda found: found[1] + found[2].lower(), member)
    return name[:1].upper() + name[1:]


class _Check:
    """One walk over one mocked result."""

    def __init__(self, model: ServiceModel, *, strict: bool) -> None:
        self._shapes = model.shapes
        self._strict = strict

    def structure(self, value: dict[str, Any], shape: str, skipped: frozenset[str] = frozenset()) -> None:
        described = self._shapes[shape]
        if self._strict:
            for member in described.get("required", ()):
                if not value.keys() & _names(member):
                    _refuse(f"Required field '{shown_name(member)}' is missing")
        for member, target in described["members"].items():
            for name in _names(member) & value.keys() - skipped:
                self.value(value[name], target["shape"], name)

    def value(self, value: Any, shape: str, field: str) -> None:
        described = self._shapes[shape]
        wanted = _WORDS.get(described["type"])
        if wanted is None or described.get("document"):
            return
        if not isinstance(value, _TYPES[wanted]) or (isinstance(value, bool) and wanted != "a boolean"):
            _refuse(f"Field '{field}' must be {wanted}")
        if isinstance(value, bool):
            return
        _check_limits(value, described, field)
        if isinstance(value, dict) and described["type"] == "structure":
            self.structure(value, shape)
        elif isinstance(value, dict):
            for item in value.values():
                self.value(item, described["value"]["shape"], field)
        elif isinstance(value, list):
            for item in value:
                self.value(item, described["member"]["shape"], field)


def _check_limits(value: Any, described: dict[str, Any], field: str) -> None:
    low, high = described.get("min"), described.get("max")
    if isinstance(value, int | float):
        if high is not None and value > high:
            _refuse(f"Field '{field}' exceeds the maximum value")
        if low is not None and value < low:
            _refuse(f"Field '{field}' is less than the minimum value")
        return
    if high is not None and len(value) > high:
        _refuse(f"Field '{field}' exceeds the maximum length")
    if low is not None and len(value) < low:
        _refuse(f"Field '{field}' is smaller than the minimum length")
    if "enum" in described and value not in described["enum"]:
        _refuse(f"Field '{field}' is not an expected value")


def _names(member: str) -> set[str]:
    """What a member may be called: optimized integrations keep the service's own capitals."""
    return {shown_name(member), member[:1].upper() + member[1:]}


def _refuse(fault: str) -> NoReturn:
    raise ApiError("ValidationException", f"Mock result schema validation error: {fault}")

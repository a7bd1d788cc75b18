"""Payloads that callers send: JSON text, kept as it was sent."""

from collections.abc import Mapping
from typing import Any

from podium.api.errors import ApiError
from podium.core.asl.document import describe_json_error


def execution_input(input: Mapping[str, Any]) -> str:
    """The input an execution is to be started with; an empty object when none was sent.

    Raises:
        ApiError: InvalidExecutionInput.
    """
    text: str = input.get("input", "{}")
    fault = describe_json_error(text)
    if fault is not None:
        raise ApiError("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{fault.message}'")
    return text

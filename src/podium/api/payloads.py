"""What callers start executions with, kept as it was sent: JSON text and a trace header."""

from collections.abc import Mapping
from typing import Any

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.core.asl.document import describe_json_error


def trace_header(context: RequestContext, input: Mapping[str, Any]) -> str | None:
    """The X-Ray trace header of an execution to be started: the HTTP header is preferred to the parameter.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html, traceHeader
    """
    return context.trace_header or input.get("traceHeader")


def sent_input(input: Mapping[str, Any]) -> str:
    """What stands for the input in a request, unchecked."""
    text: str = input.get("input", "{}")
    return text


def execution_input(input: Mapping[str, Any]) -> str:
    """The input an execution is to be started with; an empty object when none was sent.

    Raises:
        ApiError: InvalidExecutionInput.
    """
    text = sent_input(input)
    fault = describe_json_error(text)
    if fault is not None:
        raise ApiError("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{fault.message}'")
    return text

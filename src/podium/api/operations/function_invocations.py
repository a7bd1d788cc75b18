"""Invocations: Invoke in its three kinds, and the old InvokeAsync.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import base64
import binascii
import json
from typing import Any, Final

import msgspec

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.functions import named, not_found
from podium.api.services import Operation, Services
from podium.functions.contract import FunctionNotFound, FunctionResult, FunctionThrottled, Invocation
from podium.functions.delivery import result_of
from podium.functions.names import FunctionName

_ASYNC_MAX_BYTES: Final = 1024 * 1024


async def invoke(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """Invoke: wait for the answer, only start (Event), or only look (DryRun)."""
    name = named(input, context)
    kind = input.get("InvocationType", "RequestResponse")
    payload = input.get("Payload") or b""
    _check_event(payload, kind)
    functions = services.functions
    if kind == "DryRun":
        if not functions.knows(name.arn, name.qualifier):
            raise not_found(name)
        return {"StatusCode": 204}
    invocation = Invocation(
        name.arn,
        payload,
        context.request_id or services.new_id(),
        name.qualifier,
        _client_context(input),
        kind == "RequestResponse" and input.get("LogType") == "Tail",
    )
    if kind == "Event":
        await _accept(services, name, invocation)
        return {"StatusCode": 202, "Payload": b""}
    return _answer(await call(services, name, invocation))


async def invoke_async(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """InvokeAsync, deprecated by AWS: an Event invocation."""
    name = named(input, context)
    payload = input["InvokeArgs"]
    _check_event(payload, "Event")
    await _accept(services, name, Invocation(name.arn, payload, context.request_id or services.new_id()))
    return {"Status": 202}


async def call(services: Services, name: FunctionName, invocation: Invocation) -> FunctionResult:
    """A function's answer.

    Raises:
        ApiError: ResourceNotFoundException, TooManyRequestsException.
    """
    try:
        return await result_of(services.functions.invoke, invocation)
    except FunctionNotFound:
        raise not_found(name) from None
    except FunctionThrottled as throttled:
        raise _too_many(throttled) from None


async def _accept(services: Services, name: FunctionName, invocation: Invocation) -> None:
    try:
        await services.functions.accept(invocation)
    except FunctionNotFound:
        raise not_found(name) from None
    except FunctionThrottled as throttled:
        raise _too_many(throttled) from None


def _too_many(throttled: FunctionThrottled) -> ApiError:
    members = {"Reason": throttled.reason}
    return ApiError("TooManyRequestsException", "Rate Exceeded.", status=429, members=members)


def _answer(result: FunctionResult) -> dict[str, Any]:
    output: dict[str, Any] = {
        "StatusCode": 200,
        "Payload": result.payload,
        "ExecutedVersion": result.executed_version,
    }
    if result.function_error is not None:
        output["FunctionError"] = result.function_error
    if result.log_tail is not None:
        output["LogResult"] = base64.b64encode(result.log_tail).decode()
    return output


def _check_event(payload: bytes, kind: str) -> None:
    if kind == "Event" and len(payload) > _ASYNC_MAX_BYTES:
        message = (
            f"{len(payload)} byte payload is too large for the Event invocation type (limit {_ASYNC_MAX_BYTES} bytes)"
        )
        raise ApiError("RequestTooLargeException", message, status=413)
    if payload:
        try:
            msgspec.json.decode(payload, type=msgspec.Raw)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            raise ApiError(
                "InvalidRequestContentException", f"Could not parse request body into json: {error}"
            ) from None


def _client_context(input: dict[str, Any]) -> str | None:
    encoded: str | None = input.get("ClientContext")
    if encoded:
        try:
            json.loads(base64.b64decode(encoded, validate=True))
        except (ValueError, RecursionError, binascii.Error):
            message = "Client context must be a valid Base64-encoded JSON object."
            raise ApiError("InvalidRequestContentException", message) from None
    return encoded or None


OPERATIONS: Final[dict[str, Operation]] = {"Invoke": invoke, "InvokeAsync": invoke_async}

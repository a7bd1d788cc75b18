"""Tasks that call functions: a function's ARN as the resource, or the optimised integration `lambda:invoke`.

A function's own error becomes the task's: `error` is the errorType, `cause` the error object as delivered.
What Lambda itself refuses is `Lambda.<exception>` with the SDK's sentence as its cause.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

import asyncio
import base64
import time
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache, partial
from typing import Any, Final

import msgspec

from podium.core import jsontext
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.functions.contract import FunctionNotFound, FunctionResult, FunctionRuntime, FunctionThrottled, Invocation
from podium.functions.names import FunctionName, function_arn, parse_function_name
from podium.integrations.aws.parameters import UnusableParameter
from podium.integrations.contract import Deliver, TaskOutcome, caller_of, unusable

_FIELDS: Final = ("ClientContext", "FunctionName", "InvocationType", "LogType", "Payload", "Qualifier")

_KINDS: Final = ("Event", "RequestResponse", "DryRun")

_decode_parameters: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_raw: Final = msgspec.json.Decoder(msgspec.Raw).decode


class LambdaIntegration:
    """Performs tasks whose resource is a function or `lambda:invoke` (also with `.waitForTaskToken`).

    Args:
        runtime: runs the functions.
        clock_seconds: wall-clock time, for the response's Date.
    """

    def __init__(self, runtime: FunctionRuntime, clock_seconds: Callable[[], float] = time.time) -> None:
        self._runtime = runtime
        self._clock_seconds = clock_seconds
        self._accepting: set[asyncio.Task[None]] = set()

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `TaskPerformer.perform`."""
        if command.resource.kind == "lambda":
            self._call_directly(command, deliver)
        else:
            self._call_integration(command, deliver)

    def cancel(self, command: CancelTask) -> None:
        """Nothing: a function that runs goes on to its end, as on Lambda; its answer finds nobody waiting."""

    def _call_directly(self, command: InvokeTask, deliver: Deliver) -> None:
        resource = command.resource
        named = _named(resource.region, resource.account, resource.action)
        invocation = Invocation(named.arn, command.parameters, command.idempotency_key, named.qualifier)
        self._invoke(named, invocation, partial(_answered, deliver), deliver)

    def _call_integration(self, command: InvokeTask, deliver: Deliver) -> None:
        try:
            call = InvokeCall(command)
        except UnusableParameter as reason:
            deliver(unusable(command, reason))
            return
        if (fault := _json_fault(call.invocation.payload)) is not None:
            message = f"Could not parse request body into json: {fault}"
            deliver(_refused(400, "InvalidRequestContentException", message, command.idempotency_key))
            return
        if call.kind not in _KINDS:
            kinds = ", ".join(_KINDS)
            message = (
                f"1 validation error detected: Value '{call.kind}' at 'invocationType' failed to satisfy constraint: "
                f"Member must satisfy enum value set: [{kinds}]"
            )
            refused = _refused(400, "ValidationException", message, command.idempotency_key)
            deliver(TaskOutcome(error="Lambda.AWSLambdaException", cause=refused.cause))
            return
        if call.kind == "DryRun":
            known = self._runtime.knows(call.named.arn, call.named.qualifier)
            deliver(TaskOutcome(output=self._response(call, 204, b"")) if known else _not_found(call.named, command))
            return

        def answered(result: FunctionResult) -> None:
            if result.function_error is None:
                deliver(TaskOutcome(output=self._response(call, 200, result.payload, result)))
            else:
                deliver(function_failed(result.payload))

        if call.kind == "Event":
            accepting = asyncio.get_running_loop().create_task(self._accept(call, command, deliver))
            self._accepting.add(accepting)
            accepting.add_done_callback(self._accepting.discard)
        else:
            self._invoke(call.named, call.invocation, answered, deliver)

    async def _accept(self, call: "InvokeCall", command: InvokeTask, deliver: Deliver) -> None:
        try:
            await self._runtime.accept(call.invocation)
        except FunctionNotFound:
            deliver(_not_found(call.named, command))
        except FunctionThrottled:
            deliver(_refused(429, "TooManyRequestsException", "Rate Exceeded.", command.idempotency_key))
        except Exception as error:
            # What cannot be written down isn't accepted; Step Functions retries it by this name.
            message = f"The event could not be stored: {error}"
            deliver(_refused(500, "ServiceException", message, command.idempotency_key))
        else:
            deliver(TaskOutcome(output=self._response(call, 202, b"")))

    def _invoke(
        self,
        named: FunctionName,
        invocation: Invocation,
        answered: Callable[[FunctionResult], None],
        deliver: Deliver,
    ) -> None:
        try:
            self._runtime.invoke(invocation, answered)
        except FunctionNotFound:
            message = f"Function not found: {named.qualified_arn}"
            deliver(_refused(404, "ResourceNotFoundException", message, invocation.request_id))
        except FunctionThrottled:
            deliver(_refused(429, "TooManyRequestsException", "Rate Exceeded.", invocation.request_id))

    def _response(self, call: "InvokeCall", status: int, payload: bytes, result: FunctionResult | None = None) -> bytes:
        """The SDK's response as Step Functions shows it, members in its order."""
        request_id = call.invocation.request_id
        text = as_json(payload)
        now = self._clock_seconds()
        version = result.executed_version if result is not None else None
        trace = request_id.replace("-", "").ljust(32, "0")
        headers = {
            "X-Amz-Executed-Version": version,
            "x-amzn-Remapped-Content-Length": "0",
            "Connection": "keep-alive",
            "x-amzn-RequestId": request_id,
            "Content-Length": str(len(payload)),
            "Date": formatdate(now, usegmt=True),
            "X-Amzn-Trace-Id": f"root=1-{int(now):08x}-{trace[:24]};parent={trace[16:32]};sampled=0",
            "Content-Type": "application/json",
        }
        present = {name: value for name, value in headers.items() if value is not None}
        metadata = {
            "AllHttpHeaders": {name: [value] for name, value in present.items()},
            "HttpHeaders": dict(sorted(present.items(), key=lambda item: item[0].lower())),
            "HttpStatusCode": status,
        }
        output: dict[str, Any] = {}
        if version is not None:
            output["ExecutedVersion"] = version
        if result is not None and result.log_tail is not None:
            output["LogResult"] = base64.b64encode(result.log_tail).decode()
        output["Payload"] = msgspec.Raw(text)
        output["SdkHttpMetadata"] = metadata
        output["SdkResponseMetadata"] = {"RequestId": request_id}
        output["StatusCode"] = status
        return msgspec.json.encode(output)


@lru_cache(maxsize=1024)
def _named(region: str, account: str, action: str) -> FunctionName:
    """The function a resource names, which has its qualifier in its action."""
    name, _, qualifier = action.partition(":")
    return FunctionName(function_arn(region, account, name), name, qualifier or None)


def _answered(deliver: Deliver, result: FunctionResult) -> None:
    """A function called by its ARN has answered: its payload is the task's output."""
    if result.function_error is None:
        deliver(TaskOutcome(output=as_json(result.payload)))
    else:
        deliver(function_failed(result.payload))


def check_invoke(parameters: Any) -> None:
    """Check the parameters of `lambda:invoke`; the payload may be anything.

    Raises:
        UnusableParameter: they are not what it takes.
    """
    if not isinstance(parameters, dict):
        raise UnusableParameter("The parameters must be an OBJECT")
    for field, value in parameters.items():
        if field not in _FIELDS:
            raise UnusableParameter(f'The field "{field}" is not supported by Step Functions')
        if field != "Payload" and not isinstance(value, str):
            raise UnusableParameter(f"The value for the field '{field}' must be a STRING")
    if "FunctionName" not in parameters:
        raise UnusableParameter("The field 'FunctionName' is required but was missing")


class InvokeCall:
    """The parameters of `lambda:invoke`, read."""

    def __init__(self, command: InvokeTask) -> None:
        try:
            given = _decode_parameters(command.parameters)
        except msgspec.ValidationError:
            raise UnusableParameter("The parameters must be an OBJECT") from None
        payload = given.pop("Payload", None)
        texts = {field: msgspec.json.decode(value) for field, value in given.items()}
        check_invoke(texts)
        self.kind = texts.get("InvocationType") or "RequestResponse"
        function = texts["FunctionName"]
        region, account = caller_of(command)
        self.function = function
        """As the task names it."""
        named = parse_function_name(function, region=region, account=account)
        if named is None:
            raise UnusableParameter(f"The value '{function}' for the field 'FunctionName' is not valid")
        self.qualifier = texts.get("Qualifier")
        """As the task gives it beside the name, which may have one too."""
        qualifier = named.qualifier or self.qualifier
        self.named = FunctionName(named.arn, named.name, qualifier)
        self.invocation = Invocation(
            named.arn,
            _event(payload),
            command.idempotency_key,
            qualifier,
            texts.get("ClientContext"),
            texts.get("LogType") == "Tail",
        )


def _event(payload: msgspec.Raw | None) -> bytes:
    """The function's event: a `Payload` that is a string is the event's own JSON text, and null is none, as on AWS.

    May be anything when it was a string; whether it is JSON is asked before it is sent.
    """
    if payload is None:
        return b"{}"
    text = bytes(payload)
    if text == b"null":
        return b"{}"
    return msgspec.json.decode(text, type=str).encode() or b"{}" if text.startswith(b'"') else text


def _json_fault(text: bytes) -> str | None:
    """What keeps a text from being JSON; None when nothing does."""
    try:
        _decode_raw(text)
        # `Raw` checks the syntax, not the encoding of what is inside strings.
        text.decode()
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return str(error)
    return None


def as_json(payload: bytes) -> bytes:
    """A function's answer as JSON text: what isn't JSON (bytes of a handler's making) becomes a string."""
    return payload if _json_fault(payload) is None else jsontext.encode(payload.decode(errors="replace"))


def function_failed(payload: bytes) -> TaskOutcome:
    """The outcome of a call whose function failed, from the error object it or Lambda made."""
    text = payload.decode(errors="replace")
    try:
        error = jsontext.decode(payload)
    except jsontext.InvalidJson:
        error = None
    error_type = error.get("errorType") if isinstance(error, dict) else None
    if isinstance(error_type, str) and error_type:
        return TaskOutcome(error=error_type, cause=text)
    cause = f"The cause could not be determined because Lambda did not return an error type. Returned payload: {text}"
    return TaskOutcome(error="Lambda.Unknown", cause=cause)


def _refused(status: int, code: str, message: str, request_id: str) -> TaskOutcome:
    details = f"Status Code: {status}; Error Code: {code}; Request ID: {request_id}; Proxy: null"
    cause = f"{message} (Service: AWSLambda; {details})"
    return TaskOutcome(error=f"Lambda.{code}", cause=cause)


def _not_found(named: FunctionName, command: InvokeTask) -> TaskOutcome:
    message = f"Function not found: {named.qualified_arn}"
    return _refused(404, "ResourceNotFoundException", message, command.idempotency_key)

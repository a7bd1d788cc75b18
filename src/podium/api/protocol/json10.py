"""AWS JSON 1.0, as Step Functions speaks it: the operation in X-Amz-Target, a JSON object each way.

https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html; error types carry the namespaces that Step
Functions' own answers carry, which clients cut off at the '#'.
"""

from collections.abc import Mapping
from typing import Any, Final

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.http import Request, Response
from podium.api.request_rates import THROTTLED_BY_TYPE
from podium.api.service_model import ServiceModel
from podium.api.services import Operation, Services
from podium.api.validation import compile_input
from podium.core import jsontext

CONTENT_TYPE: Final = "application/x-amz-json-1.0"
BODY_MAX_BYTES: Final = 4 * 1024 * 1024
"""A definition of 1 MiB or an output of 256 KiB, with room for their being escaped within JSON."""

_FRAMEWORK_ERRORS: Final = {
    "SerializationException": "com.amazon.coral.service",
    "UnknownOperationException": "com.amazon.coral.service",
    "RequestEntityTooLargeException": "com.amazon.coral.service",
    "AccessDeniedException": "com.amazon.coral.service",
    "InternalFailure": "com.amazon.coral.service",
    "ServiceUnavailable": "com.amazon.coral.service",
    "ThrottlingException": "com.amazon.coral.availability",
    "ValidationException": "com.amazon.coral.validate",
}
_SERVICE_ERRORS: Final = "com.amazonaws.swf.service.v2.model"
_STATUSES: Final = {"ConflictException": 409, "ServiceQuotaExceededException": 402}
"""The two errors whose documentation in the service model names an HTTP status of their own."""


class Json10:
    """One service's operations over JSON 1.0."""

    def __init__(self, model: ServiceModel, operations: Mapping[str, Operation]) -> None:
        self._prefix = prefix = model.metadata["targetPrefix"]
        self._throttled = {f"{prefix}.{name}": name for name in operations if name not in THROTTLED_BY_TYPE}
        self._operations = {
            f"{prefix}.{name}": (operation, compile_input(model, model.input_shape(name)))
            for name, operation in operations.items()
        }

    async def answer(self, request: Request, services: Services, context: RequestContext) -> Response:
        """Perform the operation the request's X-Amz-Target names.

        Raises:
            ApiError: whatever the request or the operation came to; `failed` shows it.
        """
        target = request.headers.get("x-amz-target", "")
        if (throttled := self._throttled.get(target)) is not None:
            services.throttle.admit(context, throttled)
        output = await self._perform(target, services, context, request.body)
        return _response(200, context, output)

    def operation_of(self, request: Request) -> str:
        """The name of the operation a request asks for."""
        return request.headers.get("x-amz-target", "").rpartition(".")[2]

    def read(self, request: Request) -> tuple[str, dict[str, Any]]:
        """The name of the operation a request asks for and its checked input, for `answer_checked` to perform.

        Raises:
            ApiError: there is no such operation, or the input is not its own; `answer` says so itself.
        """
        target = request.headers.get("x-amz-target", "")
        found = self._operations.get(target)
        if found is None:
            raise ApiError("UnknownOperationException", "")
        return target[len(self._prefix) + 1 :], found[1](decode(request.body))

    async def answer_checked(
        self,
        name: str,
        services: Services,
        context: RequestContext,
        input: dict[str, Any],
        perform: Operation | None = None,
    ) -> Response:
        """As `answer`, once `read` has read the request; `perform` in place of the operation.

        Raises:
            ApiError: whatever the operation came to.
        """
        target = f"{self._prefix}.{name}"
        if (throttled := self._throttled.get(target)) is not None:
            services.throttle.admit(context, throttled)
        operation = perform or self._operations[target][0]
        return _response(200, context, await operation(services, context, input))

    async def perform(self, name: str, services: Services, context: RequestContext, input: Any) -> dict[str, Any]:
        """Perform an operation by its name, for a caller within this process: only what it starts is throttled.

        Raises:
            ApiError: whatever the input or the operation came to.
        """
        return await self._perform(f"{self._prefix}.{name}", services, context, input)

    async def _perform(self, target: str, services: Services, context: RequestContext, given: Any) -> dict[str, Any]:
        found = self._operations.get(target)
        if found is None:
            raise ApiError("UnknownOperationException", "")
        operation, check = found
        return await operation(services, context, check(decode(given) if isinstance(given, bytes) else given))

    def failed(self, error: ApiError, context: RequestContext) -> Response:
        """An error on the wire. AWS leaves the message out where it has none."""
        namespace = _FRAMEWORK_ERRORS.get(error.code, _SERVICE_ERRORS)
        body = {"__type": f"{namespace}#{error.code}"}
        if error.message:
            body["message"] = error.message
        return _response(_STATUSES.get(error.code, error.status), context, body)


def body_too_large() -> ApiError:
    """What becomes of a body beyond `BODY_MAX_BYTES`."""
    message = f"HTTP content length exceeded {BODY_MAX_BYTES} bytes."
    return ApiError("RequestEntityTooLargeException", message, status=413)


def decode(body: bytes) -> Any:
    """A request's body; without one, an empty object.

    Raises:
        ApiError: SerializationException.
    """
    if not body:
        return {}
    try:
        return jsontext.decode(body)
    except jsontext.InvalidJson:
        raise ApiError("SerializationException", "") from None


def _response(status: int, context: RequestContext, body: dict[str, Any]) -> Response:
    headers = (("x-amzn-RequestId", context.request_id), ("Content-Type", CONTENT_TYPE))
    return Response(status, headers, jsontext.encode(body))

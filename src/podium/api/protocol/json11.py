"""AWS JSON 1.1, as EventBridge speaks it: as 1.0, with another content type and errors without namespaces.

https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
"""

from collections.abc import Mapping
from typing import Any, Final

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.http import Request, Response
from podium.api.protocol.json10 import decode
from podium.api.service_model import ServiceModel
from podium.api.services import Operation, Services
from podium.api.validation import compile_input
from podium.core import jsontext

CONTENT_TYPE: Final = "application/x-amz-json-1.1"


class Json11:
    """One service's operations over JSON 1.1."""

    def __init__(self, model: ServiceModel, operations: Mapping[str, Operation]) -> None:
        self.prefix = f"{model.metadata['targetPrefix']}."
        self._operations = {
            self.prefix + name: (operation, compile_input(model, model.input_shape(name), _lower_camel))
            for name, operation in operations.items()
        }

    def operation_of(self, request: Request) -> str:
        """The name of the operation a request asks for."""
        return request.headers.get("x-amz-target", "").rpartition(".")[2]

    async def answer(self, request: Request, services: Services, context: RequestContext) -> Response:
        """Perform the operation the request's X-Amz-Target names.

        Raises:
            ApiError: whatever the request or the operation came to; `failed` shows it.
        """
        found = self._operations.get(request.headers.get("x-amz-target", ""))
        if found is None:
            raise ApiError("UnknownOperationException", "")
        operation, check = found
        return _response(200, context, await operation(services, context, check(decode(request.body))))

    def failed(self, error: ApiError, context: RequestContext) -> Response:
        """An error on the wire."""
        body = {"__type": error.code}
        if error.message:
            body["message"] = error.message
        return _response(error.status, context, body)


def _lower_camel(name: str) -> str:
    """How the service names a member in messages: `eventPattern`."""
    return name[:1].lower() + name[1:]


def _response(status: int, context: RequestContext, body: dict[str, Any]) -> Response:
    headers = (("x-amzn-RequestId", context.request_id), ("Content-Type", CONTENT_TYPE))
    return Response(status, headers, jsontext.encode(body))

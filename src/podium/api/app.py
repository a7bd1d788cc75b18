"""The application: who is calling, what answers, and what an error becomes.

All services share one port: the console, function URLs, and the APIs that `protocols.py` tells apart.
"""

import logging
from collections.abc import Mapping
from typing import Any, Protocol

from podium.api import function_urls
from podium.api.context import RequestContext, caller
from podium.api.errors import ApiError
from podium.api.http import Request, Response
from podium.api.origins import Origins
from podium.api.protocols import Protocols, WireProtocol
from podium.api.services import Operation, Services
from podium.engine.errors import CommitFailed, EngineDraining
from podium.store.contract import StoreError

log = logging.getLogger(__name__)

_TEXT = (("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"))


class ConsoleApi(Protocol):
    """The web console, which shares the port."""

    def serves(self, request: Request) -> bool:
        """Whether the request is the console's rather than an AWS API's."""

    def navigable(self, request: Request) -> bool:
        """Whether a link on another site may lead there."""

    def performed(self, operation: str) -> None:
        """An operation of an AWS API has succeeded."""

    async def __call__(self, request: Request) -> Response:
        """Answer a request that is the console's. Errors are responses."""


class App:
    """Answers every request with a response. See `podium.api.http.Application`."""

    def __init__(
        self,
        services: Services,
        function_operations: Mapping[str, Operation],
        console: ConsoleApi | None = None,
        origins: Origins | None = None,
    ) -> None:
        self._services = services
        self._console = console
        self._origins = origins or Origins()
        self._protocols = Protocols(function_operations, console.serves if console is not None else lambda _: False)

    async def __call__(self, request: Request) -> Response:
        """Answer a request. What no protocol foresaw is logged and becomes AWS's InternalFailure."""
        probe = self._probe(request)
        if probe is not None:
            return probe
        url = function_urls.url_of(request)
        if url is None:
            console = self._console if self._console is not None and self._console.serves(request) else None
            navigable = console is not None and console.navigable(request)
            refusal = self._origins.refuse(request.headers, navigable=navigable)
            if refusal is not None:
                return refusal
            if console is not None:
                return await console(request)
        protocol = self._protocols.of(request)
        context = caller(request.headers, self._services.new_id(), request.connected)
        if not self._services.ready():
            return protocol.failed(_unavailable(), context)
        try:
            if url is not None:
                return await function_urls.answer(self._services, context, request, *url)
            answer = await protocol.answer(request, self._services, context)
            if self._console is not None:
                self._console.performed(protocol.operation_of(request))
            return answer
        except Exception as error:
            return _failure(error, protocol, context)

    async def call(self, context: RequestContext, operation: str, input: dict[str, Any]) -> dict[str, Any]:
        """Perform an operation of Step Functions for a caller within this process.

        Raises:
            ApiError: what a client over HTTP would be told.
        """
        return await self._protocols.states.perform(operation, self._services, context, input)

    async def answer_checked(
        self, context: RequestContext, operation: str, input: dict[str, Any], perform: Operation | None = None
    ) -> Response:
        """Answer a request of Step Functions that another process of this server has read (`Json10.read`).

        Args:
            perform: in place of the operation.
        """
        if not self._services.ready():
            return self._protocols.states.failed(_unavailable(), context)
        try:
            answer = await self._protocols.states.answer_checked(operation, self._services, context, input, perform)
            if self._console is not None:
                self._console.performed(operation)
            return answer
        except Exception as error:
            return _failure(error, self._protocols.states, context)

    def body_max_bytes(self, head: Request) -> int:
        """How large a body may follow."""
        return self._protocols.body_max_bytes(head)

    def body_too_large(self, head: Request) -> Response:
        """The answer to a larger one."""
        return self._protocols.body_too_large(head, self._services.new_id())

    def _probe(self, request: Request) -> Response | None:
        if request.path == "/livez":
            return Response(200, _TEXT, b"ok\n")
        if request.path == "/readyz":
            ready = self._services.ready()
            lines = ["ok" if ready else "not ready", *self._services.processes()]
            return Response(200 if ready else 503, _TEXT, "".join(f"{line}\n" for line in lines).encode())
        return None


def _failure(error: Exception, protocol: WireProtocol, context: RequestContext) -> Response:
    """What an error of an operation is answered with. What no protocol foresaw is logged first."""
    if isinstance(error, ApiError):
        return protocol.failed(error, context)
    if isinstance(error, EngineDraining):
        return protocol.failed(_unavailable(), context)
    if isinstance(error, CommitFailed | StoreError):
        log.error("request %s failed: %s", context.request_id, error)
        return protocol.failed(_unavailable(), context)
    log.error("request %s failed", context.request_id, exc_info=error)
    return protocol.failed(ApiError("InternalFailure", "", status=500), context)


def _unavailable() -> ApiError:
    """The answer while starting, draining, or unable to write: SDKs try again."""
    message = "The request has failed due to a temporary failure of the server."
    return ApiError("ServiceUnavailable", message, status=503)


def build_app(
    services: Services,
    function_operations: Mapping[str, Operation],
    console: ConsoleApi | None = None,
    origins: Origins | None = None,
) -> App:
    """The application over these services.

    Args:
        function_operations: Lambda's operations by name.
        console: the web console, where it is served.
        origins: the host names browsers may use; by default only addresses and localhost.
    """
    return App(services, function_operations, console, origins)

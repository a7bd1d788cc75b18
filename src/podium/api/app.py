"""The application: which protocol a request speaks, who is calling, and what an error becomes.

All services share one port: a request with X-Amz-Target is Step Functions' JSON 1.0 or EventBridge's JSON 1.1, any
other path is Lambda's or EventBridge Scheduler's REST-JSON, or a function URL's. The host name says nothing but for
function URLs, so that the `sync-` prefix of some operations doesn't matter.
"""

import logging
from collections.abc import Mapping
from typing import Any, Final, Protocol

from podium.api import function_urls, server
from podium.api.connection import Limits
from podium.api.context import RequestContext, caller
from podium.api.errors import ApiError
from podium.api.http import Request, Response
from podium.api.operations import (
    activities,
    aliases,
    api_destinations,
    event_buses,
    event_rules,
    event_tags,
    executions,
    express,
    map_runs,
    redrives,
    schedules,
    state_machines,
    tags,
    task_tokens,
    test_state,
    versions,
)
from podium.api.origins import Origins
from podium.api.protocol import json10, json11, rest_json
from podium.api.service_model import load
from podium.api.services import Operation, Services
from podium.engine.errors import CommitFailed, EngineDraining
from podium.store.contract import StoreError

log = logging.getLogger(__name__)

_TEXT = (("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"))

WireProtocol = json10.Json10 | json11.Json11 | rest_json.RestJson

_SCHEDULER_PATHS = ("/schedules", "/schedule-groups", "/tags/")
"""EventBridge Scheduler's; Lambda's paths begin with a date."""


_CONSOLE_BODY_MAX_BYTES: Final = 1024 * 1024


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


def states_protocol() -> json10.Json10:
    """Step Functions' operations over JSON 1.0."""
    operations = {
        **state_machines.OPERATIONS,
        **versions.OPERATIONS,
        **aliases.OPERATIONS,
        **activities.OPERATIONS,
        **task_tokens.OPERATIONS,
        **executions.OPERATIONS,
        **express.OPERATIONS,
        **map_runs.OPERATIONS,
        **redrives.OPERATIONS,
        **tags.OPERATIONS,
        **test_state.OPERATIONS,
    }
    return json10.Json10(load("stepfunctions"), operations)


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
        self._states = states_protocol()
        self._events = json11.Json11(
            load("events"),
            {
                **event_buses.OPERATIONS,
                **event_rules.OPERATIONS,
                **event_tags.OPERATIONS,
                **api_destinations.OPERATIONS,
            },
        )
        self._functions = rest_json.RestJson(load("lambda"), function_operations)
        self._schedules = rest_json.RestJson(load("scheduler"), schedules.OPERATIONS)

    async def __call__(self, request: Request) -> Response:
        """Answer a request. What no protocol foresaw is logged and becomes AWS's InternalFailure."""
        probe = self._probe(request)
        if probe is not None:
            return probe
        url = function_urls.url_of(request)
        if url is None and (answered := await self._browser(request)) is not None:
            return answered
        protocol = self._protocol(request)
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

    async def _browser(self, request: Request) -> Response | None:
        """The console's answer, or the refusal of what a page of another site sent; None for an AWS API's request."""
        console = self._console if self._console is not None and self._console.serves(request) else None
        refusal = self._origins.refuse(request.headers, navigable=console is not None and console.navigable(request))
        if refusal is not None or console is None:
            return refusal
        return await console(request)

    async def call(self, context: RequestContext, operation: str, input: dict[str, Any]) -> dict[str, Any]:
        """Perform an operation of Step Functions for a caller within this process.

        Raises:
            ApiError: what a client over HTTP would be told.
        """
        return await self._states.perform(operation, self._services, context, input)

    async def answer_checked(
        self, context: RequestContext, operation: str, input: dict[str, Any], perform: Operation | None = None
    ) -> Response:
        """Answer a request of Step Functions that another process of this server has read (`Json10.read`).

        Args:
            perform: in place of the operation.
        """
        if not self._services.ready():
            return self._states.failed(_unavailable(), context)
        try:
            answer = await self._states.answer_checked(operation, self._services, context, input, perform)
            if self._console is not None:
                self._console.performed(operation)
            return answer
        except Exception as error:
            return _failure(error, self._states, context)

    def body_max_bytes(self, head: Request) -> int:
        """How large a body may follow."""
        if self._console is not None and self._console.serves(head):
            return _CONSOLE_BODY_MAX_BYTES
        return json10.BODY_MAX_BYTES if self._speaks_json10(head) else self._functions.body_max_bytes(head)

    def body_too_large(self, head: Request) -> Response:
        """The answer to a larger one."""
        if self._console is not None and self._console.serves(head):
            return Response(413)
        context = RequestContext(request_id=self._services.new_id())
        error = json10.body_too_large() if self._speaks_json10(head) else self._functions.body_too_large(head)
        return self._protocol(head).failed(error, context)

    def _protocol(self, request: Request) -> WireProtocol:
        if request.headers.get("x-amz-target", "").startswith(self._events.prefix):
            return self._events
        if self._speaks_json10(request):
            return self._states
        return self._schedules if request.path.startswith(_SCHEDULER_PATHS) else self._functions

    def _speaks_json10(self, request: Request) -> bool:
        return "x-amz-target" in request.headers or request.path in ("", "/")

    def _probe(self, request: Request) -> Response | None:
        if request.path == "/livez":
            return Response(200, _TEXT, b"ok\n")
        if request.path == "/readyz":
            return Response(200, _TEXT, b"ok\n") if self._services.ready() else Response(503, _TEXT, b"not ready\n")
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


async def serve(app: App, host: str = "127.0.0.1", port: int = 8083, *, limits: Limits | None = None) -> server.Server:
    """Serve the application on the running loop; returns once it listens. See `Server.port` and `Server.drain`."""
    return await server.listen(app, host, port, limits=limits)

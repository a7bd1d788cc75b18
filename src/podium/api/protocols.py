"""The AWS APIs of the one port: which of them a request speaks, and how large its body may be.

A request with X-Amz-Target is Step Functions' JSON 1.0 or EventBridge's JSON 1.1; any other path is Lambda's or
EventBridge Scheduler's REST-JSON. The host name says nothing, so that the `sync-` prefix of some operations doesn't
matter.
"""

from collections.abc import Callable, Mapping
from typing import Final

from podium.api.context import RequestContext
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
from podium.api.protocol import json10, json11, rest_json
from podium.api.service_model import load
from podium.api.services import Operation

WireProtocol = json10.Json10 | json11.Json11 | rest_json.RestJson

_SCHEDULER_PATHS: Final = ("/schedules", "/schedule-groups", "/tags/")
"""EventBridge Scheduler's; Lambda's paths begin with a date."""
_CONSOLE_BODY_MAX_BYTES: Final = 1024 * 1024


class Protocols:
    """Reads requests and writes answers; performs nothing by itself.

    Args:
        function_operations: Lambda's operations by name.
        is_consoles: whether a request is the web console's, where there is one.
    """

    def __init__(
        self, function_operations: Mapping[str, Operation], is_consoles: Callable[[Request], bool] = lambda _: False
    ) -> None:
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
        self.states = json10.Json10(load("stepfunctions"), operations)
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
        self._is_consoles = is_consoles

    def of(self, request: Request) -> WireProtocol:
        """The protocol a request speaks."""
        if request.headers.get("x-amz-target", "").startswith(self._events.prefix):
            return self._events
        if _speaks_json10(request):
            return self.states
        return self._schedules if request.path.startswith(_SCHEDULER_PATHS) else self._functions

    def body_max_bytes(self, head: Request) -> int:
        """How large a body may follow."""
        if self._is_consoles(head):
            return _CONSOLE_BODY_MAX_BYTES
        return json10.BODY_MAX_BYTES if _speaks_json10(head) else self._functions.body_max_bytes(head)

    def body_too_large(self, head: Request, request_id: str) -> Response:
        """The answer to a larger one."""
        if self._is_consoles(head):
            return Response(413)
        error = json10.body_too_large() if _speaks_json10(head) else self._functions.body_too_large(head)
        return self.of(head).failed(error, RequestContext(request_id=request_id))


def _speaks_json10(request: Request) -> bool:
    return "x-amz-target" in request.headers or request.path in ("", "/")

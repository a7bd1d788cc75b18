"""GET logs and GET log: what functions print, of late or in one attempt of a Task.

An attempt's invocation bears a request id that follows from its execution and its scheduled event
(`podium.core.states.task`), so nothing need be kept to find its lines.
"""

import asyncio
from typing import Any

from podium.api.errors import ApiError
from podium.api.functions import service_of
from podium.console.application import ConsoleRequest
from podium.core import jsontext
from podium.core.machine.chance import derived_uuid, numbered_uuid


async def logs(request: ConsoleRequest) -> dict[str, Any]:
    """GET logs?function=NAME : the end of what a function has printed, as `text`."""
    name, reader = request.required("function"), service_of(request.services).logs
    text = "" if reader is None else await asyncio.to_thread(reader.latest, name)
    return {"text": text}


async def log(request: ConsoleRequest) -> dict[str, Any]:
    """GET log?execution=ARN&id=N

    Of the attempt that the event N scheduled: which `function` it called, and its log as `text`; null where it called
    none, or it printed nothing.
    """
    arn, number = request.required("execution"), request.number("id", 0)
    services = request.services
    summary = await services.store.find(arn)
    events: list[dict[str, Any]] = []
    if summary is not None and number > 0:
        events, _ = await services.engine.history(
            arn, after_event_id=number - 1, limit=1, reverse=False, include_data=True
        )
    if summary is None or not events or events[0]["id"] != number:
        raise ApiError("NotFound", "There is no such event.", status=404)
    function, reader = function_of(events[0]), service_of(services).logs
    if function is None or reader is None:
        return {"function": function, "text": None}
    request_id = numbered_uuid(derived_uuid(arn, summary.start_ms), number)
    return {"function": function, "text": await asyncio.to_thread(reader.invocation, function, request_id)}


def function_of(event: dict[str, Any]) -> str | None:
    """The name of the function that an attempt's event schedules a call of."""
    direct = event.get("lambdaFunctionScheduledEventDetails")
    if direct is not None:
        return _name_in(str(direct.get("resource", "")))
    scheduled = event.get("taskScheduledEventDetails") or {}
    if scheduled.get("resourceType") != "lambda":
        return None
    try:
        given = jsontext.decode(scheduled.get("parameters") or "{}")
    except jsontext.InvalidJson:
        return None
    named = given.get("FunctionName") if isinstance(given, dict) else None
    return _name_in(named) if isinstance(named, str) else None


def _name_in(named: str) -> str:
    """The name in `name`, `name:qualifier`, `account:function:name` or an ARN."""
    return named.rpartition("function:")[2].partition(":")[0]

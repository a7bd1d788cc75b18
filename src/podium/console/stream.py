"""Server-sent events: an execution's history as it becomes durable, and which executions start and close.

    GET stream?execution=ARN&after=ID    the events after ID, then those to come; ends when the execution does
    GET stream?topic=executions          starts, ends, waiting tasks and changes to what is kept by name

An execution's messages carry the last event's id as their own, so that a browser that reconnects goes on where it
was (`Last-Event-ID`, https://html.spec.whatwg.org/multipage/server-sent-events.html). Nothing is sent while nothing
happens but a comment that keeps the connection alive.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Final, Protocol

from podium.api.errors import ApiError
from podium.api.http import Response
from podium.api.pages import seconds
from podium.api.services import Services
from podium.console.application import ConsoleRequest
from podium.console.changes import Changes
from podium.console.security import security_headers
from podium.console.shown_events import shorten
from podium.core import jsontext

EVENTS_PER_MESSAGE: Final = 500
SUMMARIES_PER_MESSAGE: Final = 200
KEEP_ALIVE_SECONDS: Final = 15.0
GATHER_SECONDS: Final = 0.1
"""How long starts and ends are gathered into one message: a busy server tells a page ten times a second."""
_HEADERS: Final = (("Content-Type", "text/event-stream; charset=utf-8"), ("Cache-Control", "no-store"))


class WatchApi(Protocol):
    """One execution's events to come, decision by decision."""

    def __aiter__(self) -> AsyncIterator[list[dict[str, Any]]]:
        """Until it closes."""


class FollowerApi(Protocol):
    """Which executions start and close."""

    async def wait(self) -> None:
        """Return when there is something to take."""

    def take(self) -> tuple[list[str], bool, bool]:
        """Their ARNs, whether there were more, and whether waiting tasks came or went."""


class ObserversApi(Protocol):
    """The engine's observers."""

    def watch(self, arn: str) -> Any:
        """A `WatchApi` of an execution."""

    def forget(self, arn: str, watch: Any) -> None:
        """The watch is over. Idempotent."""

    def follow(self) -> Any:
        """A `FollowerApi` of all executions."""

    def unfollow(self, follower: Any) -> None:
        """No more."""


class Streams:
    """The routes that never end."""

    def __init__(self, observers: ObserversApi) -> None:
        self._observers = observers

    async def open(self, request: ConsoleRequest) -> Response:
        """GET stream."""
        if request.query.get("topic") == "executions":
            return _response(self._executions(request.services, request.changes))
        arn = request.required("execution")
        if await request.services.store.find(arn) is None:
            raise ApiError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'", status=404)
        last_id = request.headers.get("last-event-id", "")
        after = int(last_id) if last_id.isascii() and last_id.isdigit() and len(last_id) < 16 else None
        return _response(self._execution(request.services, arn, request.number("after", 0) if after is None else after))

    async def _execution(self, services: Services, arn: str, after: int) -> AsyncGenerator[bytes]:
        watch: WatchApi = self._observers.watch(arn)  # before the history is read, so that nothing falls between
        try:
            async for page in _history(services, arn, after):
                after = page[-1]["id"]
                yield _message("events", page, after)
            summary = await services.store.find(arn)
            yield _message("reached", {"status": "" if summary is None else summary.status})
            if summary is not None and summary.status == "RUNNING":
                async for shown in _kept_alive(watch.__aiter__()):
                    if shown is None:
                        yield b": \n\n"
                        continue
                    events = [_shown(event) for event in shown if event.get("id", 0) > after]
                    if events:
                        after = events[-1]["id"]
                        yield _message("events", events, after)
                    if notices := [event for event in shown if "id" not in event]:
                        yield _message("notices", notices)
            # What closed between reading the history and asking for the summary is in the history by now.
            async for page in _history(services, arn, after):
                after = page[-1]["id"]
                yield _message("events", page, after)
            summary = await services.store.find(arn)
            yield _message("closed", {"status": "" if summary is None else summary.status})
        finally:
            self._observers.forget(arn, watch)

    async def _executions(self, services: Services, changes: Changes) -> AsyncGenerator[bytes]:
        follower: FollowerApi = self._observers.follow()
        operations = changes.listen()
        moved = asyncio.ensure_future(follower.wait())
        written = asyncio.ensure_future(operations.get())
        try:
            yield b": listening\n\n"
            while True:
                waiting = {moved, written}
                done, _ = await asyncio.wait(waiting, timeout=KEEP_ALIVE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if not done:
                    yield b": \n\n"
                if written in done:
                    yield _message("changed", {"operation": written.result()})
                    written = asyncio.ensure_future(operations.get())
                if moved in done:
                    await asyncio.sleep(GATHER_SECONDS)
                    arns, more, tasks = follower.take()
                    if arns or more:
                        yield await _summaries(services, arns, more)
                    if tasks:
                        yield _message("tasks", {})
                    moved = asyncio.ensure_future(follower.wait())
        finally:
            moved.cancel()
            written.cancel()
            changes.leave(operations)
            self._observers.unfollow(follower)


async def event(request: ConsoleRequest) -> dict[str, Any]:
    """GET event: one event of an execution's history, whole."""
    arn, number = request.required("execution"), request.number("id", 0)
    if number < 1 or await request.services.store.find(arn) is None:
        raise ApiError("NotFound", "There is no such event.", status=404)
    events, _ = await request.services.engine.history(
        arn, after_event_id=number - 1, limit=1, reverse=False, include_data=True
    )
    if not events or events[0]["id"] != number:
        raise ApiError("NotFound", "There is no such event.", status=404)
    return {"event": {**events[0], "timestamp": seconds(events[0]["timestamp"])}}


async def _history(services: Services, arn: str, after: int) -> AsyncGenerator[list[dict[str, Any]]]:
    """Pages of what is durable by now."""
    following: int | None = after
    while following is not None:
        events, following = await services.engine.history(
            arn, after_event_id=following, limit=EVENTS_PER_MESSAGE, reverse=False, include_data=True
        )
        if events:
            yield [_shown(event) for event in events]


async def _kept_alive(decisions: AsyncIterator[Any]) -> AsyncGenerator[Any]:
    """The same, with a None whenever nothing has come for a while."""
    coming: asyncio.Future[Any] = asyncio.ensure_future(anext(decisions, _END))
    try:
        while True:
            done, _ = await asyncio.wait({coming}, timeout=KEEP_ALIVE_SECONDS)
            if not done:
                yield None
                continue
            if coming.result() is _END:
                return
            yield coming.result()
            coming = asyncio.ensure_future(anext(decisions, _END))
    finally:
        coming.cancel()


_END: Final = object()


async def _summaries(services: Services, arns: list[str], more: bool) -> bytes:
    shown = []
    for arn in arns[-SUMMARIES_PER_MESSAGE:]:
        summary = await services.store.find(arn)
        if summary is not None:
            shown.append(
                {
                    "executionArn": summary.arn,
                    "stateMachineArn": summary.state_machine_arn,
                    "name": summary.name,
                    "status": summary.status,
                    "startDate": seconds(summary.start_ms),
                    "stopDate": None if summary.stop_ms is None else seconds(summary.stop_ms),
                }
            )
    return _message("executions", {"moved": shown, "more": more or len(arns) > SUMMARIES_PER_MESSAGE})


def _shown(event: dict[str, Any]) -> dict[str, Any]:
    return {**shorten(event), "timestamp": seconds(event["timestamp"])}


def _message(kind: str, data: Any, last_id: int | None = None) -> bytes:
    head = f"event: {kind}\n" if last_id is None else f"event: {kind}\nid: {last_id}\n"
    return b"".join((head.encode(), b"data: ", jsontext.encode(data), b"\n\n"))


def _response(stream: AsyncGenerator[bytes]) -> Response:
    return Response(200, (*security_headers(), *_HEADERS), stream=stream)

"""The engine's end of one front end: answers its requests, lends it synchronous executions, performs their Tasks.

A front end that is gone takes with it only what was its own: its connections and the executions it was lent.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import Any, Final, Protocol

from podium.api.app import App
from podium.api.context import RequestContext
from podium.api.http import Request, Response
from podium.api.operations.express import (
    OPERATIONS,
    Admitted,
    admit_sync_execution,
    too_many_executions,
)
from podium.api.services import Services
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.core.machine.execution_info import ExecutionInfo
from podium.engine.errors import TooManyExecutions
from podium.integrations.contract import Deliver, TaskOutcome
from podium.processes.link import Link
from podium.processes.messages import (
    Call,
    Cancel,
    Done,
    Drain,
    Forward,
    Found,
    Gone,
    Outcome,
    Perform,
    Piece,
    Ping,
    Pong,
    Ran,
    Reply,
    Run,
    Taken,
    ToEngine,
    Wanted,
    decode_to_engine,
)
from podium.store.records import RevisionRecord

log = logging.getLogger(__name__)

WINDOW_PIECES: Final = 16
"""Pieces of a stream that may be on their way to a client."""
START_SYNC: Final = "StartSyncExecution"
_OK: Final = 200


class LendingExpress(Protocol):
    """The engine's Express executions, as front ends need them."""

    def lend(self, info: ExecutionInfo, revision: RevisionRecord) -> bool:
        """See `podium.engine.express.Express.lend`."""

    def returned(self) -> None:
        """A lent execution is over."""

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """Start a Task."""

    def cancel(self, command: CancelTask) -> None:
        """Stop a Task if that is possible."""


class Answering:
    """Answers one front end.

    Args:
        revision: finds what an execution runs by its revision's id.
        greeted: called when the front end takes requests.
        alive: called when it says that it is.
    """

    def __init__(
        self,
        application: App,
        express: LendingExpress,
        revision: Callable[[str], Awaitable[RevisionRecord | None]],
        greeted: Callable[[], None],
        alive: Callable[[], None],
    ) -> None:
        self._application = application
        self._express = express
        self._revision = revision
        self._greeted = greeted
        self._alive = alive
        self.link: Link[ToEngine] = Link(self, decode_to_engine)
        self._loop = asyncio.get_running_loop()
        self._waiting: set[int] = set()
        """Requests whose clients wait."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._streams: dict[int, tuple[asyncio.Task[None], asyncio.Semaphore]] = {}
        """By request: what sends its stream, and how much more may be on its way."""
        self._performing: dict[int, InvokeTask] = {}
        self._lent = 0
        self._over = False

    def drain(self, seconds: float) -> None:
        """Have the front end finish what is under way, and end."""
        self.link.send(Drain(seconds))

    def ask_whether_alive(self) -> None:
        """Have the front end say that its event loop runs."""
        self.link.send(Ping())

    # What arrives.

    def receive(self, message: ToEngine) -> None:
        """See `Listener`."""
        if isinstance(message, Call):
            self._waiting.add(message.number)
            self._spawn(self._call(message))
        elif isinstance(message, Forward):
            self._waiting.add(message.number)
            self._spawn(self._forward(message))
        elif isinstance(message, Taken):
            if message.number in self._streams:
                self._streams[message.number][1].release()
        elif isinstance(message, Gone):
            self._gone(message.number)
        elif isinstance(message, Ran):
            self._returned()
        elif isinstance(message, Perform):
            self._perform(message)
        elif isinstance(message, Cancel):
            self._express.cancel(message.command)
        elif isinstance(message, Pong):
            self._alive()
        elif isinstance(message, Wanted):
            self._spawn(self._find(message))
        else:
            self._greeted()

    def lost(self) -> None:
        """See `Listener`."""
        self._over = True
        self._waiting.clear()
        # Other requests go on: what has begun is done, as when a client leaves.
        for task, _ in self._streams.values():
            task.cancel()
        while self._lent:
            self._returned()
        for command in self._performing.values():
            self._express.cancel(CancelTask(command.execution_arn, command.scheduled_id, command.resource))
        self._performing.clear()

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _gone(self, number: int) -> None:
        self._waiting.discard(number)
        if number in self._streams:
            self._streams[number][0].cancel()

    # Requests.

    async def _call(self, call: Call) -> None:
        connected = partial(self._waiting.__contains__, call.number)
        context = RequestContext(call.account, call.region, call.request_id, connected, call.trace_header)
        lent: ExecutionInfo | None = None

        async def lend(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
            nonlocal lent
            lent = await self._lend(services, context, input)
            return {} if lent is not None else await OPERATIONS[START_SYNC](services, context, input)

        perform = lend if call.operation == START_SYNC else None
        response = await self._application.answer_checked(context, call.operation, call.input, perform)
        self._waiting.discard(call.number)
        if lent is not None:
            self.link.send(Run(call.number, lent))
            if self._over:
                self._returned()
        elif response.status == _OK:
            self.link.send(Done(call.number, response.body))
        else:
            self.link.send(Reply(call.number, response.status, response.headers, response.body))

    async def _forward(self, forward: Forward) -> None:
        number = forward.number
        connected = partial(self._waiting.__contains__, number)
        request = Request(forward.method, forward.path, forward.query, forward.headers, forward.body, connected)
        try:
            response = await self._respond(request)
            head = Reply(number, response.status, response.headers, response.body, response.stream is not None)
            try:
                self.link.send(head)
            except ValueError:
                log.exception("an answer that cannot be sent: %s %s", request.method, request.path)
                self.link.send(Reply(number, 500, (), b""))
                return
            if response.stream is not None:
                await self._stream(number, response.stream)
        finally:
            self._waiting.discard(number)

    async def _respond(self, request: Request) -> Response:
        try:
            return await self._application(request)
        except Exception:
            log.exception("request without an answer: %s %s", request.method, request.path)
            return Response(500)

    async def _stream(self, number: int, stream: AsyncGenerator[bytes]) -> None:
        task = asyncio.current_task()
        assert task is not None
        window = asyncio.Semaphore(WINDOW_PIECES)
        async with aclosing(stream):
            if number not in self._waiting:
                return
            self._streams[number] = (task, window)
            try:
                async for piece in stream:
                    await window.acquire()
                    self.link.send(Piece(number, piece))
            finally:
                del self._streams[number]
                self.link.send(Piece(number, None))

    # Executions that run in the front end.

    async def _lend(self, services: Services, context: RequestContext, input: dict[str, Any]) -> ExecutionInfo | None:
        """The execution a StartSyncExecution asks for, if the front end may run it."""
        admitted: Admitted = await admit_sync_execution(services, context, input)
        try:
            if admitted.info.test_case is not None or not self._express.lend(admitted.info, admitted.revision):
                return None
        except TooManyExecutions:
            raise too_many_executions() from None
        self._lent += 1
        return admitted.info

    def _returned(self) -> None:
        self._lent -= 1
        self._express.returned()

    async def _find(self, wanted: Wanted) -> None:
        self.link.send(Found(wanted.number, await self._revision(wanted.revision_id)))

    def _perform(self, perform: Perform) -> None:
        self._performing[perform.number] = perform.command

        def deliver(outcome: TaskOutcome) -> None:
            if not outcome.submitted:
                self._performing.pop(perform.number, None)
            self.link.send(Outcome(perform.number, outcome))

        self._express.perform(perform.command, deliver)

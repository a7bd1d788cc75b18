"""A front end's end of the link to the engine: requests that are under way there, and what comes back."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any, Final

from msgspec import Struct

from podium.api.http import Request, Response
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.contract import Deliver
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
    ToFrontEnd,
    Wanted,
    decode_to_front_end,
)
from podium.store.records import RevisionRecord

LOOK_SECONDS: Final = 0.05
"""How often it is looked whether clients still wait: a worker that left is given no task after that."""


class _Asked(Struct):
    """A request that is at the engine's."""

    answered: "asyncio.Future[Any]"
    connected: Callable[[], bool] | None
    """Whether its client waits; None once it was told that it doesn't, and for what no client asked."""


class EngineLink:
    """Asks the engine.

    Args:
        drain: called with the seconds there are, when the engine asks for it.
        lost: called when the engine is gone.
    """

    def __init__(self, drain: Callable[[float], None], lost: Callable[[], None]) -> None:
        self.link: Link[ToFrontEnd] = Link(self, decode_to_front_end)
        self._drain = drain
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._asked: dict[int, _Asked] = {}
        self._streams: dict[int, asyncio.Queue[bytes | None]] = {}
        self._outcomes: dict[int, Deliver] = {}
        self._last = 0
        self._looking = False

    async def call(self, call: Call, connected: Callable[[], bool]) -> Done | Reply | Run:
        """Have a request answered that has been read; its `number` is given here.

        Raises:
            ValueError: it can't be sent in this form.
        """
        call.number = self._next()
        answer: Done | Reply | Run = await self._ask(call.number, call, connected)
        return answer

    async def forward(self, request: Request) -> Response:
        """Have a request answered as it came."""
        number = self._next()
        message = Forward(number, request.method, request.path, request.query, request.headers, request.body)
        reply: Reply = await self._ask(number, message, request.connected)
        stream = self._stream(number) if reply.streams else None
        return Response(reply.status, reply.headers, reply.body, stream)

    async def revision(self, revision_id: str) -> RevisionRecord | None:
        """What an execution runs; None when it is gone."""
        number = self._next()
        found: Found = await self._ask(number, Wanted(number, revision_id), None)
        return found.revision

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `podium.integrations.contract.TaskPerformer`."""
        number = self._next()
        self._outcomes[number] = deliver
        self.link.send(Perform(number, command))

    def cancel(self, command: CancelTask) -> None:
        """See `podium.integrations.contract.TaskPerformer`."""
        self.link.send(Cancel(command))

    def ran(self) -> None:
        """An execution that was given to this front end is over."""
        self.link.send(Ran())

    # What arrives.

    def receive(self, message: ToFrontEnd) -> None:
        """See `Listener`."""
        if isinstance(message, Piece):
            queue = self._streams.get(message.number)
            if queue is not None:
                queue.put_nowait(message.data)
        elif isinstance(message, Outcome):
            take = self._outcomes.get if message.outcome.submitted else self._outcomes.pop
            deliver = take(message.number, None)
            if deliver is not None:
                deliver(message.outcome)
        elif isinstance(message, Drain):
            self._drain(message.seconds)
        elif isinstance(message, Ping):
            self.link.send(Pong())
        else:
            if isinstance(message, Reply) and message.streams:
                self._streams[message.number] = asyncio.Queue()
            asked = self._asked.pop(message.number, None)
            if asked is not None and not asked.answered.done():
                asked.answered.set_result(message)

    def lost(self) -> None:
        """See `Listener`."""
        self._lost()

    def _next(self) -> int:
        self._last += 1
        return self._last

    async def _ask(self, number: int, message: Any, connected: Callable[[], bool] | None) -> Any:
        answered = self._loop.create_future()
        self.link.send(message)
        self._asked[number] = _Asked(answered, connected)
        if not self._looking:
            self._looking = True
            self._loop.call_later(LOOK_SECONDS, self._look)
        return await answered

    def _look(self) -> None:
        """Tell the engine of clients that have left."""
        for number, asked in self._asked.items():
            if asked.connected is not None and not asked.connected():
                asked.connected = None
                self.link.send(Gone(number))
        self._looking = bool(self._asked)
        if self._looking:
            self._loop.call_later(LOOK_SECONDS, self._look)

    async def _stream(self, number: int) -> AsyncGenerator[bytes]:
        pieces = self._streams[number]
        ended = False
        try:
            while (piece := await pieces.get()) is not None:
                yield piece
                self.link.send(Taken(number))
            ended = True
        finally:
            del self._streams[number]
            if not ended:
                self.link.send(Gone(number))

"""One HTTP/1.1 connection: requests as they arrive (`incoming.py`), responses back in order.

Here is time and order: deadlines, pipelining, `Expect: 100-continue`, and closing so that the last answer arrives.

    received --> queued --> handled --> answered     (one request at a time)

Reading runs ahead of answering by a bounded number of requests. Whatever waits for the client has a deadline;
handling has none, because a long poll is a legitimate request.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus
from typing import Protocol

import httptools

from podium.api.http import Application, Request, Response
from podium.api.incoming import BODY, BUSY, IDLE, NO_REQUEST, Bounds, Incoming, Received

log = logging.getLogger(__name__)

_REASONS = {status.value: status.phrase for status in HTTPStatus}
_STATUS_WITHOUT_BODY = frozenset({204, 304})
_COPY_MAX_BYTES = 65_536
"""Bodies up to this size are copied behind their head, to leave in one packet."""
_LINGER_SECONDS = 2.0


class Limits(Bounds, frozen=True):
    """Bounds of a server and its connections."""

    connections_max: int = 4_096
    turned_away_max: int = 256
    """Connections beyond those that may stay to read why they can't; more are cut off."""
    pipeline_max: int = 16
    pipeline_max_bytes: int = 1024 * 1024
    """Complete requests, and bytes of them, that may wait behind the one being handled before reading stops."""
    buffered_max_bytes: int = 512 * 1024 * 1024
    """Bodies of all connections together that are being received or handled; beyond it, requests are turned away."""
    head_seconds: float = 20.0
    body_seconds: float = 120.0
    idle_seconds: float = 75.0
    write_seconds: float = 60.0
    sweep_seconds: float = 1.0
    """How often deadlines are looked at."""


class Host(Protocol):
    """The server, as its connections see it."""

    application: Application
    limits: Limits
    draining: bool
    date: str
    loop: asyncio.AbstractEventLoop
    buffered_bytes: int
    """Of bodies, over all connections."""

    def opened(self, connection: "Connection") -> bool:
        """Whether the connection may stay."""

    def turned_away(self, connection: "Connection") -> bool:
        """Whether one that may not stay has time to read its answer."""

    def closed(self, connection: "Connection") -> None:
        """The connection is gone."""


class Connection(asyncio.Protocol):
    """One client connection."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._limits = host.limits
        self._incoming = Incoming(self, host.application, host.limits)
        self._transport: asyncio.Transport | None = None
        self._queue: deque[Received] = deque()
        self._queued_bytes = 0
        self._answering = False
        self._task: asyncio.Task[None] | None = None
        """Of `_answer`; the loop itself holds tasks only weakly."""
        self.deaf = False
        """Nothing more is read from this client: it is done, or what it sends can't be understood."""
        self._all_received = False
        """The client has closed its side: nothing of it can be left unread."""
        self._lingering = False
        self._streaming = False
        """The answer under way is a stream: it ends when the connection does."""
        self._held_bytes = 0
        """This connection's share of the host's `buffered_bytes`."""
        self._continue_due = False
        self._writable: asyncio.Future[None] | None = None
        self.deadline: float | None = None
        """On the loop's clock; past it, the server calls `expire`."""

    # Transport callbacks.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # uvloop's transports don't inherit asyncio's
        if self._host.opened(self):
            self._wait_for(self._limits.idle_seconds)
        else:
            self.deaf = True
            self._write(NO_REQUEST, BUSY, close=True)
            self._close(linger=self._host.turned_away(self))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self.deaf = True
        self.deadline = None
        self._queue.clear()
        self._hold(-self._held_bytes)
        self.resume_writing()
        if self._streaming and self._task is not None:
            self._task.cancel()
        self._host.closed(self)

    def data_received(self, data: bytes) -> None:
        if self.deaf:
            return
        before = self._incoming.phase
        try:
            self._incoming.feed(data)
        except httptools.HttpParserUpgrade:
            # The request was taken as HTTP/1.1, which RFC 9110 section 7.8 allows; what follows it is not ours.
            self._go_deaf()
        except httptools.HttpParserError:
            self._incoming.refuse(Response(400))
        if self._incoming.phase != before and not self._answering and not self.deaf:
            # A message that has only come in part; one that came at once needed no deadline.
            self._await_more()

    def eof_received(self) -> bool:
        """A client may close its side and still read; true keeps ours open for what is due to it."""
        self._all_received = True
        self._go_deaf()
        return self._answering and not self._streaming

    def pause_writing(self) -> None:
        self._writable = self._host.loop.create_future()

    def resume_writing(self) -> None:
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    # What reading tells.

    def is_connected(self) -> bool:
        return self._transport is not None

    def expects_continue(self) -> None:
        self._continue_due = True

    def hold(self, body_bytes: int) -> bool:
        if body_bytes > 0 and self._host.buffered_bytes > self._limits.buffered_max_bytes:
            return False
        self._hold(body_bytes)
        return True

    def complete(self, received: Received) -> None:
        self._continue_due = False
        self.deaf = self.deaf or received.last
        self._queue.append(received)
        self._queued_bytes += len(received.request.body)
        if not self._answering:
            self._answering = True
            self.deadline = None
            self._task = self._host.loop.create_task(self._answer())
        elif len(self._queue) >= self._limits.pipeline_max or self._queued_bytes > self._limits.pipeline_max_bytes:
            self._set_reading(False)

    def _hold(self, more_bytes: int) -> None:
        """Account for body bytes kept in memory; after the connection is lost there are none."""
        more_bytes = max(more_bytes, -self._held_bytes)
        self._held_bytes += more_bytes
        self._host.buffered_bytes += more_bytes

    # Answering.

    async def _answer(self) -> None:
        last = False
        while self._queue and not last:
            queued = self._queue.popleft()
            self._queued_bytes -= len(queued.request.body)
            response = queued.refusal or await self._handle(queued)
            self._hold(-len(queued.request.body))
            last = queued.last or (not self._queue and (self.deaf or self._host.draining))
            if response.stream is not None and queued.request.method != "HEAD":
                await self._stream(queued.request, response, response.stream)
                break
            self._write(queued.request, response, close=last)
            if self._writable is not None:
                await self._written()
        self._answering = False
        if last or self.deaf:
            self._close(linger=self._incoming.phase != IDLE)
        else:
            self._set_reading(True)
            self._await_more()

    async def _stream(self, request: Request, response: Response, stream: AsyncGenerator[bytes]) -> None:
        """Send a body as it comes; its end is the connection's (RFC 9112 section 6.3, case 8)."""
        self.deaf = self._streaming = True
        self._queue.clear()
        self._write(request, response, close=True)
        async with aclosing(stream):
            async for piece in stream:
                if self._transport is None:
                    break
                self._transport.write(piece)
                await self._written()

    async def _written(self) -> None:
        """Return when the client has taken most of what was sent to it."""
        if self._writable is not None:
            self._wait_for(self._limits.write_seconds)
            await self._writable
            self.deadline = None

    async def _handle(self, queued: Received) -> Response:
        try:
            return await self._host.application(queued.request)
        except Exception:
            log.exception("request without an answer: %s %s", queued.request.method, queued.request.path)
            queued.last = True
            return Response(500)

    def _await_more(self) -> None:
        phase = self._incoming.phase
        if phase == BODY:
            self._wait_for(self._limits.body_seconds)
            if self._continue_due and self._transport is not None:
                self._continue_due = False
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        else:
            self._wait_for(self._limits.idle_seconds if phase == IDLE else self._limits.head_seconds)

    def _write(self, request: Request, response: Response, *, close: bool) -> None:
        if self._transport is None:
            return
        status, body = response.status, response.body
        text = f"HTTP/1.1 {status} {_REASONS.get(status, '')}\r\nDate: {self._host.date}\r\n"
        for name, value in response.headers:
            text += f"{name}: {value}\r\n"
        if status not in _STATUS_WITHOUT_BODY and response.stream is None:
            text += f"Content-Length: {len(body)}\r\n"
        text += "Connection: close\r\n\r\n" if close else "\r\n"
        head = text.encode("latin-1", "replace")
        if request.method == "HEAD" or status in _STATUS_WITHOUT_BODY:
            self._transport.write(head)
        elif len(body) <= _COPY_MAX_BYTES:
            self._transport.write(head + body)
        else:
            self._transport.writelines((head, body))

    # Closing.

    def close_if_idle(self) -> None:
        """Close a connection that is between requests; any other closes when its request is answered."""
        if self._lingering or self._streaming or (self._incoming.phase == IDLE and not self._answering):
            self._close()

    def expire(self) -> None:
        """The deadline has passed."""
        if self._writable is not None:
            self.abort()
        elif self._lingering or self._incoming.phase == IDLE:
            self._close()
        else:
            self._incoming.refuse(Response(408))

    def abort(self) -> None:
        """Cut the connection, whatever is unsent."""
        if self._transport is not None:
            self._transport.abort()

    def _go_deaf(self) -> None:
        """Read no more; with nothing to answer, that ends the connection."""
        self.deaf = True
        if not self._answering:
            self._close()

    def _close(self, *, linger: bool = False) -> None:
        """End the connection.

        Closing a socket with unread bytes resets it, and the reset can overtake the answer; a client still in the
        middle of sending is therefore given a moment to read it (RFC 9112 section 9.6).
        """
        self.deaf = True
        if self._transport is None:
            return
        if linger and not self._all_received and self._transport.can_write_eof():
            self._transport.write_eof()
            self._set_reading(True)
            self._lingering = True
            self._wait_for(_LINGER_SECONDS)
        else:
            self.deadline = None
            self._transport.close()

    def _set_reading(self, wanted: bool) -> None:
        transport = self._transport
        if transport is not None and not transport.is_closing() and transport.is_reading() != wanted:
            if wanted:
                transport.resume_reading()
            else:
                transport.pause_reading()

    def _wait_for(self, seconds: float) -> None:
        self.deadline = self._host.loop.time() + seconds

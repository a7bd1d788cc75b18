"""One HTTP/1.1 connection: bytes to requests, responses back in order.

The parser is llhttp through httptools; here is what a parser leaves open: bounds on head, body and time,
pipelining, `Expect: 100-continue`, and closing so that the last answer arrives.

    IDLE --first byte--> HEAD --complete--> BODY --complete--> IDLE     (reading, one message at a time)
    queued --> handled --> answered                                     (answering, one request at a time)

Reading runs ahead of answering by a bounded number of requests. Whatever waits for the client has a deadline;
handling has none, because a long poll is a legitimate request.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing
from enum import Enum
from http import HTTPStatus
from typing import Protocol

import httptools
from msgspec import Struct

from podium.api.http import Application, Request, Response

log = logging.getLogger(__name__)

_REASONS = {status.value: status.phrase for status in HTTPStatus}
_STATUS_WITHOUT_BODY = frozenset({204, 304})
_COPY_MAX_BYTES = 65_536
"""Bodies up to this size are copied behind their head, to leave in one packet."""
_LINGER_SECONDS = 2.0
_NO_REQUEST = Request("", "", "", {})
_BUSY = Response(503, (("Retry-After", "1"),))
_NAMES: dict[bytes, str] = {}
_NAMES_MAX = 256


def _header_name(name: bytes) -> str:
    """A header's name in lower case, remembered as sent: the same few come with every request."""
    key = name.decode("latin-1").lower()
    if len(_NAMES) < _NAMES_MAX:
        _NAMES[name] = key
    return key


class Limits(Struct, frozen=True):
    """Bounds of a server and its connections."""

    connections_max: int = 4_096
    head_max_bytes: int = 65_536
    discard_max_bytes: int = 128 * 1024 * 1024
    """How much of a refused body is read and dropped, so that its sender gets to read the answer."""
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

    def closed(self, connection: "Connection") -> None:
        """The connection is gone."""


class _Phase(Enum):
    IDLE = 0
    HEAD = 1
    BODY = 2


class _Queued(Struct):
    """A request to be answered; `refusal` is the answer when it needs no handling."""

    request: Request
    last: bool
    refusal: Response | None


class Connection(asyncio.Protocol):
    """One client connection."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._limits = host.limits
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._phase = _Phase.IDLE
        self._queue: deque[_Queued] = deque()
        self._queued_bytes = 0
        self._answering = False
        self._task: asyncio.Task[None] | None = None
        """Of `_answer`; the loop itself holds tasks only weakly."""
        self._deaf = False
        """Nothing more is read from this client: it is done, or what it sends can't be understood."""
        self._lingering = False
        self._streaming = False
        """The answer under way is a stream: it ends when the connection does."""
        self._held_bytes = 0
        """This connection's share of the host's `buffered_bytes`."""
        self._unread_bytes = 0
        """Received since the parser last made progress; bounds what it buffers for one header or trailer."""
        self._continue_due = False
        self._writable: asyncio.Future[None] | None = None
        self.deadline: float | None = None
        """On the loop's clock; past it, the server calls `expire`."""
        self._request = _NO_REQUEST
        self._target = b""
        self._head_bytes = 0
        self._chunks: list[bytes] = []
        self._body_bytes = 0
        self._body_max_bytes = 0
        self._refusal: Response | None = None

    # Transport callbacks.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # uvloop's transports don't inherit asyncio's
        if self._host.opened(self):
            self._wait_for(self._limits.idle_seconds)
        else:
            self._deaf = True
            self._write(_NO_REQUEST, _BUSY, close=True)
            self._close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._deaf = True
        self.deadline = None
        self._queue.clear()
        self._hold(-self._held_bytes)
        self.resume_writing()
        if self._streaming and self._task is not None:
            self._task.cancel()
        self._host.closed(self)

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        self._unread_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # The request was taken as HTTP/1.1, which RFC 9110 section 7.8 allows; what follows it is not ours.
            self._go_deaf()
        except httptools.HttpParserError:
            self._refuse(Response(400))
        else:
            if self._unread_bytes > self._limits.head_max_bytes:
                self._refuse(Response(431))

    def eof_received(self) -> bool:
        """A client may close its side and still read; true keeps ours open for what is due to it."""
        self._go_deaf()
        return self._answering and not self._streaming

    def pause_writing(self) -> None:
        self._writable = self._host.loop.create_future()

    def resume_writing(self) -> None:
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    # Parser callbacks.

    def on_message_begin(self) -> None:
        self._phase = _Phase.HEAD
        self._request = Request("", "", "", {}, connected=self._is_connected)
        self._target = b""
        self._head_bytes = 0
        self._chunks = []
        self._body_bytes = 0
        self._refusal = None
        if not self._answering and not self._deaf:
            self._wait_for(self._limits.head_seconds)

    def on_url(self, url: bytes) -> None:
        self._target += url
        self._head_bytes += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._phase is not _Phase.HEAD:
            return  # a trailer: RFC 9110 section 6.5.1 forbids taking it for a header
        self._head_bytes += len(name) + len(value)
        key = _NAMES.get(name) or _header_name(name)
        text = value.decode("latin-1")
        headers = self._request.headers
        headers[key] = f"{headers[key]},{text}" if key in headers else text

    def on_headers_complete(self) -> None:
        self._unread_bytes = 0
        if self._deaf:
            return
        request = self._request
        target, _, request.query = self._target.decode("latin-1").partition("?")
        request.path = target
        request.method = self._parser.get_method().decode("latin-1")
        if self._head_bytes > self._limits.head_max_bytes:
            self._refuse(Response(431))
            return
        headers = request.headers
        length = int(headers.get("content-length", "0"))
        expects = headers.get("expect", "").lower() == "100-continue"
        self._phase = _Phase.BODY
        self._body_max_bytes = self._host.application.body_max_bytes(request)
        if length > self._body_max_bytes:
            self._refusal = self._host.application.body_too_large(request)
            if expects or length > self._limits.discard_max_bytes:
                self._refuse(self._refusal)
                return
        if length or "transfer-encoding" in headers:
            self._continue_due = expects
            if not self._answering:
                self._await_body()

    def on_body(self, body: bytes) -> None:
        self._unread_bytes = 0
        if self._deaf:
            return
        self._body_bytes += len(body)
        if self._body_bytes > self._limits.discard_max_bytes:
            self._refuse(self._refusal or Response(413))
        elif self._refusal is not None:
            return
        elif self._body_bytes > self._body_max_bytes:
            self._hold(len(body) - self._body_bytes)
            self._chunks.clear()
            self._refusal = self._host.application.body_too_large(self._request)
        elif self._host.buffered_bytes > self._limits.buffered_max_bytes:
            self._refuse(_BUSY)
        else:
            self._hold(len(body))
            self._chunks.append(body)

    def on_message_complete(self) -> None:
        self._unread_bytes = 0
        if self._deaf:
            return
        chunks = self._chunks
        self._request.body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        self._chunks = []
        self._phase = _Phase.IDLE
        self._continue_due = False
        keep_alive = self._parser.get_http_version() == "1.1" and self._parser.should_keep_alive()
        self._enqueue(_Queued(self._request, not keep_alive, self._refusal))

    def _is_connected(self) -> bool:
        return self._transport is not None

    def _hold(self, more_bytes: int) -> None:
        """Account for body bytes kept in memory; after the connection is lost there are none."""
        more_bytes = max(more_bytes, -self._held_bytes)
        self._held_bytes += more_bytes
        self._host.buffered_bytes += more_bytes

    # Answering.

    def _enqueue(self, queued: _Queued) -> None:
        self._deaf = self._deaf or queued.last
        self._queue.append(queued)
        self._queued_bytes += len(queued.request.body)
        if not self._answering:
            self._answering = True
            self.deadline = None
            self._task = self._host.loop.create_task(self._answer())
        elif len(self._queue) >= self._limits.pipeline_max or self._queued_bytes > self._limits.pipeline_max_bytes:
            self._set_reading(False)

    async def _answer(self) -> None:
        last = False
        while self._queue and not last:
            queued = self._queue.popleft()
            self._queued_bytes -= len(queued.request.body)
            response = queued.refusal or await self._handle(queued)
            self._hold(-len(queued.request.body))
            last = queued.last or (not self._queue and (self._deaf or self._host.draining))
            if response.stream is not None and queued.request.method != "HEAD":
                await self._stream(queued.request, response, response.stream)
                break
            self._write(queued.request, response, close=last)
            await self._written()
        self._answering = False
        if last or self._deaf:
            self._close(linger=self._phase is not _Phase.IDLE)
        else:
            self._set_reading(True)
            self._await_more()

    async def _stream(self, request: Request, response: Response, stream: AsyncGenerator[bytes]) -> None:
        """Send a body as it comes; its end is the connection's (RFC 9112 section 6.3, case 8)."""
        self._deaf = self._streaming = True
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

    async def _handle(self, queued: _Queued) -> Response:
        try:
            return await self._host.application(queued.request)
        except Exception:
            log.exception("request without an answer: %s %s", queued.request.method, queued.request.path)
            queued.last = True
            return Response(500)

    def _await_more(self) -> None:
        if self._phase is _Phase.BODY:
            self._await_body()
        else:
            idle = self._phase is _Phase.IDLE
            self._wait_for(self._limits.idle_seconds if idle else self._limits.head_seconds)

    def _await_body(self) -> None:
        self._wait_for(self._limits.body_seconds)
        if self._continue_due and self._transport is not None:
            self._continue_due = False
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _write(self, request: Request, response: Response, *, close: bool) -> None:
        if self._transport is None:
            return
        status, body = response.status, response.body
        lines = [f"HTTP/1.1 {status} {_REASONS.get(status, '')}", f"Date: {self._host.date}"]
        lines += [f"{name}: {value}" for name, value in response.headers]
        if status not in _STATUS_WITHOUT_BODY and response.stream is None:
            lines.append(f"Content-Length: {len(body)}")
        lines.append("Connection: close\r\n\r\n" if close else "\r\n")
        head = "\r\n".join(lines).encode("latin-1", "replace")
        if request.method == "HEAD" or status in _STATUS_WITHOUT_BODY:
            self._transport.write(head)
        elif len(body) <= _COPY_MAX_BYTES:
            self._transport.write(head + body)
        else:
            self._transport.writelines((head, body))

    # Closing.

    def close_if_idle(self) -> None:
        """Close a connection that is between requests; any other closes when its request is answered."""
        if self._lingering or self._streaming or (self._phase is _Phase.IDLE and not self._answering):
            self._close()

    def expire(self) -> None:
        """The deadline has passed."""
        if self._writable is not None:
            self.abort()
        elif self._lingering or self._phase is _Phase.IDLE:
            self._close()
        else:
            self._refuse(Response(408))

    def abort(self) -> None:
        """Cut the connection, whatever is unsent."""
        if self._transport is not None:
            self._transport.abort()

    def _refuse(self, response: Response) -> None:
        """Give up on what the client is sending; the answer goes out after those already due."""
        if not self._deaf:
            self._enqueue(_Queued(self._request, True, response))

    def _go_deaf(self) -> None:
        """Read no more; with nothing to answer, that ends the connection."""
        self._deaf = True
        if not self._answering:
            self._close()

    def _close(self, *, linger: bool = False) -> None:
        """End the connection.

        Closing a socket with unread bytes resets it, and the reset can overtake the answer; a client still in the
        middle of sending is therefore given a moment to read it (RFC 9112 section 9.6).
        """
        self._deaf = True
        if self._transport is None:
            return
        if linger and self._transport.can_write_eof():
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

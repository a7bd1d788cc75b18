"""The Lambda Runtime API as one process sees it: HTTP/1.1 on a port of its own.

Endpoints (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html), below `/2018-06-01/runtime/`:
`GET invocation/next` (held until there is work), `POST invocation/ID/response`, `POST invocation/ID/error`,
`POST init/error`.
"""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol, cast

import httptools

from podium.functions.errors import MAX_RESPONSE_BYTES

_PREFIX: Final = b"/2018-06-01/runtime/"
_INVOCATION: Final = b"invocation/"
_PATH_BYTES_MAX: Final = 1024
"""More than any path that means something; what is longer is cut, and means nothing."""

_ACCEPTED: Final = (202, b'{"status":"OK"}')
_TOO_LARGE: Final = (
    413,
    f'{{"errorMessage":"Exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes).",'
    '"errorType":"RequestEntityTooLarge"}'.encode(),
)
_UNKNOWN_ID: Final = (400, b'{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}')
_OUT_OF_TURN: Final = (
    403,
    b'{"errorMessage":"State transition from Running to Ready failed for runtime.",'
    b'"errorType":"InvalidStateTransition"}',
)
"""As AWS's Runtime Interface Emulator says it."""
_NO_SUCH_PATH: Final = (404, b'{"errorMessage":"No such endpoint","errorType":"NotFound"}')

_REASONS: Final = {
    200: b"OK",
    202: b"Accepted",
    400: b"Bad Request",
    403: b"Forbidden",
    404: b"Not Found",
    413: b"Payload Too Large",
}


class Served(Protocol):
    """Whose process it is that speaks."""

    def next_invocation(self, reply: Callable[[bytes, dict[str, str]], None]) -> bool:
        """The process is ready for work: call `reply` with event and headers when there is some.

        False: it is not, since it has not answered the last one.
        """

    def gone(self, reply: Callable[[bytes, dict[str, str]], None]) -> None:
        """Nobody hears a reply any more that was asked for by `next_invocation`."""

    def answered(self, request_id: str, payload: bytes, *, failed: bool) -> Callable[[], None] | None:
        """The process has a result. What is to be called once it has been told; None for an unknown invocation."""

    def answer_too_large(self, request_id: str) -> Callable[[], None] | None:
        """The process has a result over Lambda's limit; likewise."""

    def init_failed(self, payload: bytes) -> None:
        """The process could not load its handler."""


class RuntimeApiConnection(asyncio.Protocol):
    """One connection of a function's process. `lost` is called at its end."""

    def __init__(self, served: Served, lost: Callable[["RuntimeApiConnection"], None]) -> None:
        self._served = served
        self._lost = lost
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._path = b""
        self._body: list[bytes] = []
        self._body_size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self._transport = None
        self._body = []
        self._served.gone(self._reply_invocation)
        self._lost(self)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            if self._transport is not None:
                self._transport.close()

    def close(self) -> None:
        """End the connection: whoever was at its other end is gone."""
        if self._transport is not None:
            self._transport.abort()

    def on_message_begin(self) -> None:
        """Called by httptools."""
        self._path = b""
        self._body = []
        self._body_size = 0

    def on_url(self, url: bytes) -> None:
        """Called by httptools."""
        self._path = (self._path + url)[:_PATH_BYTES_MAX]

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by httptools."""
        if name.lower() == b"expect" and self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Called by httptools. What is over the limit is counted, not kept."""
        self._body_size += len(body)
        if self._body_size <= MAX_RESPONSE_BYTES:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """Called by httptools."""
        if not self._path.startswith(_PREFIX):
            self._reply(*_NO_SUCH_PATH)
            return
        path = self._path[len(_PREFIX) :]
        get = self._parser.get_method() == b"GET"
        if path == b"invocation/next" and get:
            if not self._served.next_invocation(self._reply_invocation):
                self._reply(*_OUT_OF_TURN)
        elif path == b"init/error" and not get:
            self._served.init_failed(b"".join(self._body))
            self._reply(*_ACCEPTED)
        elif path.startswith(_INVOCATION) and not get:
            request_id, _, what = path[len(_INVOCATION) :].decode("latin-1").partition("/")
            self._take_result(request_id, what)
        else:
            self._reply(*_NO_SUCH_PATH)

    def _take_result(self, request_id: str, what: str) -> None:
        if what not in ("response", "error"):
            self._reply(*_NO_SUCH_PATH)
            return
        if self._body_size > MAX_RESPONSE_BYTES:
            reply, finish = _TOO_LARGE, self._served.answer_too_large(request_id)
        else:
            reply, finish = _ACCEPTED, self._served.answered(request_id, b"".join(self._body), failed=what == "error")
        # Told first: the process goes on while its result is seen to.
        self._reply(*(_UNKNOWN_ID if finish is None else reply))
        if finish is not None:
            finish()

    def _reply_invocation(self, event: bytes, headers: dict[str, str]) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._reply(200, event, lines.encode("latin-1"))

    def _reply(self, status: int, body: bytes, headers: bytes = b"") -> None:
        if self._transport is not None:
            self._transport.write(
                b"HTTP/1.1 %d %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%b\r\n%b"
                % (status, _REASONS[status], len(body), headers, body)
            )

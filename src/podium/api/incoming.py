"""Bytes to requests: one HTTP/1.1 message after the other, each within its bounds.

The parser is llhttp through httptools; here is what a parser leaves open of reading: how long a head and a body may
be, who is told to hurry, and that a refused body is still read, so that its sender gets to read the answer.

    IDLE --first byte--> HEAD --complete--> BODY --complete--> IDLE
"""

from typing import Final, Protocol

import httptools
from msgspec import Struct

from podium.api.http import Application, Request, Response

BUSY: Final = Response(503, (("Retry-After", "1"),))
NO_REQUEST: Final = Request("", "", "", {})
_NAMES: dict[bytes, str] = {}
_NAMES_MAX: Final = 256


def _header_name(name: bytes) -> str:
    """A header's name in lower case, remembered as sent: the same few come with every request."""
    key = name.decode("latin-1").lower()
    if len(_NAMES) < _NAMES_MAX:
        _NAMES[name] = key
    return key


class Bounds(Struct, frozen=True):
    """How much of a request is read."""

    head_max_bytes: int = 65_536
    discard_max_bytes: int = 128 * 1024 * 1024
    """How much of a refused body is read and dropped, so that its sender gets to read the answer."""


# Where in a message reading is. Plain numbers: looking a member of an Enum up costs more than taking a header.
IDLE: Final = 0
HEAD: Final = 1
BODY: Final = 2


class Received(Struct):
    """A request to be answered; `refusal` is the answer when it needs no handling."""

    request: Request
    last: bool
    """No other follows on its connection."""
    refusal: Response | None


class Receiver(Protocol):
    """The connection, as what reads from it sees it."""

    deaf: bool
    """Nothing more is read from this client: it is done, or what it sends can't be understood."""

    def is_connected(self) -> bool:
        """Whether the client is still there."""

    def expects_continue(self) -> None:
        """The client waits to be told to send the body that belongs to the head it has sent."""

    def hold(self, body_bytes: int) -> bool:
        """Account for so many more bytes of bodies in memory; False when there is no room for them."""

    def complete(self, received: Received) -> None:
        """A request has arrived."""


class Incoming:
    """What arrives on one connection.

    `feed` raises what httptools raises: HttpParserUpgrade, HttpParserError.
    """

    def __init__(self, receiver: Receiver, application: Application, bounds: Bounds) -> None:
        self._receiver = receiver
        self._application = application
        self._bounds = bounds
        self._parser = httptools.HttpRequestParser(self)
        self.phase = IDLE
        self._unread_bytes = 0
        """Received since the parser last made progress; bounds what it buffers for one header or trailer."""
        self._request = NO_REQUEST
        self._headers: dict[str, str] = {}
        """The request's own."""
        self._target = b""
        self._head_bytes = 0
        self._chunks: list[bytes] = []
        self._body_bytes = 0
        self._body_max_bytes = 0
        self._refusal: Response | None = None

    def feed(self, data: bytes) -> None:
        """Read on."""
        self._unread_bytes += len(data)
        self._parser.feed_data(data)
        if self._unread_bytes > self._bounds.head_max_bytes:
            self.refuse(Response(431))

    def refuse(self, response: Response) -> None:
        """Give up on what the client is sending; the answer goes out after those already due."""
        if not self._receiver.deaf:
            self._receiver.complete(Received(self._request, True, response))

    # Parser callbacks.

    def on_message_begin(self) -> None:
        self.phase = HEAD
        self._headers = {}
        self._request = Request("", "", "", self._headers, connected=self._receiver.is_connected)
        self._target = b""
        self._head_bytes = 0
        self._chunks = []
        self._body_bytes = 0
        self._refusal = None

    def on_url(self, url: bytes) -> None:
        self._target += url
        self._head_bytes += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.phase != HEAD:
            return  # a trailer: RFC 9110 section 6.5.1 forbids taking it for a header
        self._head_bytes += len(name) + len(value)
        key = _NAMES.get(name) or _header_name(name)
        headers = self._headers
        text = value.decode("latin-1")
        headers[key] = f"{headers[key]},{text}" if key in headers else text

    def on_headers_complete(self) -> None:
        self._unread_bytes = 0
        if self._receiver.deaf:
            return
        request = self._request
        request.path, _, request.query = self._target.decode("latin-1").partition("?")
        request.method = self._parser.get_method().decode("latin-1")
        if self._head_bytes > self._bounds.head_max_bytes:
            self.refuse(Response(431))
            return
        headers = self._headers
        length = int(headers.get("content-length", "0"))
        continues = "expect" in headers and headers["expect"].lower() == "100-continue"
        self.phase = BODY
        self._body_max_bytes = self._application.body_max_bytes(request)
        if length > self._body_max_bytes:
            self._refusal = self._application.body_too_large(request)
            if continues or length > self._bounds.discard_max_bytes:
                self.refuse(self._refusal)
                return
        if continues and (length or "transfer-encoding" in headers):
            self._receiver.expects_continue()

    def on_body(self, body: bytes) -> None:
        self._unread_bytes = 0
        if self._receiver.deaf:
            return
        self._body_bytes += len(body)
        if self._body_bytes > self._bounds.discard_max_bytes:
            self.refuse(self._refusal or Response(413))
        elif self._refusal is not None:
            return
        elif self._body_bytes > self._body_max_bytes:
            self._receiver.hold(len(body) - self._body_bytes)
            self._chunks.clear()
            self._refusal = self._application.body_too_large(self._request)
        elif self._receiver.hold(len(body)):
            self._chunks.append(body)
        else:
            self.refuse(BUSY)

    def on_message_complete(self) -> None:
        self._unread_bytes = 0
        if self._receiver.deaf:
            return
        chunks = self._chunks
        self._request.body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        self._chunks = []
        self.phase = IDLE
        self._receiver.complete(Received(self._request, not self._keeps_alive(), self._refusal))

    def _keeps_alive(self) -> bool:
        """Whether the client speaks HTTP/1.1 and goes on after this request."""
        parser, headers = self._parser, self._headers
        if not parser.should_keep_alive():
            return False
        # Older versions go on only where one of two headers says so; without them the version needn't be looked at,
        # which the parser writes as text every time.
        by_version = "connection" not in headers and "proxy-connection" not in headers
        return by_version or bool(parser.get_http_version() == "1.1")

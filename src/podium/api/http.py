"""What passes between the HTTP server and whatever answers: a whole request in, a whole response out.

The server behind these types can be exchanged without touching a protocol or an operation.
"""

from collections.abc import AsyncGenerator, Callable
from typing import Protocol

from msgspec import Struct


def always() -> bool:
    """Of a request whose sender can't go away."""
    return True


class Request(Struct):
    """One request. While only the head has arrived, `body` is empty."""

    method: str
    path: str
    """As sent: still percent-encoded, without the query."""
    query: str
    """As sent, without the question mark; empty when there is none."""
    headers: dict[str, str]
    """Names in lower case; a repeated header's values are joined by a comma."""
    body: bytes = b""
    connected: Callable[[], bool] = always
    """Whether the client still waits for the answer; asked by requests that may wait long."""


class Response(Struct, frozen=True):
    """One response. The server adds Content-Length, Date and Connection."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    stream: AsyncGenerator[bytes] | None = None
    """In place of a body, one whose end isn't known: sent as it comes, ended by closing the connection. It is closed
    early when the client leaves or the server drains."""


class Application(Protocol):
    """What the server calls."""

    async def __call__(self, request: Request) -> Response:
        """Answer a complete request. Errors are responses, not exceptions."""

    def body_max_bytes(self, head: Request) -> int:
        """How large a body may follow this head."""

    def body_too_large(self, head: Request) -> Response:
        """The answer to a request whose body exceeds that."""

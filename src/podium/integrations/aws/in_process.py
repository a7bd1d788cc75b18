"""Requests of botocore's clients that this process answers itself: nothing is sent, all else is as over a network.

https://botocore.amazonaws.com/v1/documentation/api/latest/topics/events.html
"""

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders


class Asked(NamedTuple):
    """A request to a service of ours."""

    method: str
    path: str
    """Percent-encoded, without the query."""
    query: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


class Answered(NamedTuple):
    """The answer to it."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Answer = Callable[[Asked], Answered]
"""Called in a thread; may block."""


def answered_by(answer: Answer) -> Callable[..., AWSResponse]:
    """The handler of a client's `before-send` event that has `answer` answer."""

    def respond(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        parts = urlsplit(request.url)
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        asked = Asked(request.method, parts.path, parts.query, headers, _content(request.body))
        status, received, content = answer(asked)
        return AWSResponse(request.url, status, HTTPHeaders.from_dict(received), _Body(content))

    return respond


def _content(body: Any) -> bytes:
    content = body.read() if hasattr(body, "read") else body or b""
    return content.encode() if isinstance(content, str) else bytes(content)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


class _Body(io.BytesIO):
    """What botocore expects of a response's body, which is urllib3's."""

    def stream(self, amt: int = 1 << 16, decode_content: bool | None = None) -> Iterator[bytes]:
        """The body in pieces."""
        while piece := self.read(amt):
            yield piece

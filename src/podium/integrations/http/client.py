"""One HTTP request for a task: to a judged address, within its time, of an answer no longer than a result may be.

urllib3 speaks HTTP and TLS (docs/decisions/0009-http-tasks.md); what it leaves open is decided here. Blocks.
"""

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from threading import Timer
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from podium.integrations.http.addresses import AddressRefused, AddressRules

REDIRECTS_MAX: Final = 10
_READ_BYTES: Final = 1 << 16
_PORTS: Final = {"http": 80, "https": 443}


class SocketFailure(Exception):
    """There was no answer. The text says why, in one sentence."""


class AnswerTooLarge(Exception):
    """The answer's body is longer than was allowed."""


class HttpRequest(NamedTuple):
    """A request, whole."""

    method: str
    url: str
    headers: Mapping[str, list[str]]
    body: bytes | None = None


class HttpResponse(NamedTuple):
    """The answer to it."""

    status: int
    reason: str
    headers: dict[str, list[str]]
    """Names as sent."""
    body: bytes


class HttpClient:
    """Makes requests to the hosts its rules allow.

    Args:
        rules: judge hosts, also those a redirect leads to.
        now_seconds: monotonic time.
    """

    def __init__(self, rules: AddressRules, now_seconds: Callable[[], float] = time.monotonic) -> None:
        self._rules = rules
        self._now_seconds = now_seconds

    def send(
        self, request: HttpRequest, *, seconds: float, bytes_max: int, authority: str | None = None
    ) -> HttpResponse:
        """The answer, redirects on the same host followed. Blocks, not much longer than `seconds`.

        Args:
            authority: who vouches for the host, as PEM, in place of those the system trusts.

        Raises:
            SocketFailure: the host may not be reached, can't be, or takes too long.
            AnswerTooLarge: see there.
        """
        until = self._now_seconds() + seconds
        for _ in range(REDIRECTS_MAX + 1):
            response = self._send_once(request, until - self._now_seconds(), bytes_max, authority)
            onward = _redirected(request, response)
            if onward is None:
                return response
            request = onward
        raise SocketFailure(f"The server redirected more than {REDIRECTS_MAX} times.")

    def _send_once(self, request: HttpRequest, seconds: float, bytes_max: int, authority: str | None) -> HttpResponse:
        parts = urlsplit(request.url)
        connection = self._connection(parts, max(seconds, 0.001), authority)
        watch = _Watch(seconds)
        with watch, contextlib.closing(connection):
            try:
                connection.connect()
                watch.over(connection.sock)
                answer = _exchange(connection, request, parts, bytes_max)
                # A body without a length ends as well when its socket is shut down.
                watch.check()
            except (HTTPError, OSError, ValueError) as error:
                if watch.timed_out:
                    raise SocketFailure(f"The request to {parts.hostname} timed out.") from None
                raise SocketFailure(f"Unable to execute HTTP request to {parts.hostname}: {_said(error)}") from None
        return answer

    def _connection(self, parts: SplitResult, seconds: float, authority: str | None) -> HTTPConnection:
        try:
            host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            raise SocketFailure(f"'{parts.netloc}' is not a host with a port.") from None
        if not host or not port:
            raise SocketFailure(f"'{parts.geturl()}' is not a URL of an HTTPS API.")
        try:
            address = self._rules.address_of(host, port)
        except AddressRefused as refused:
            raise SocketFailure(str(refused)) from None
        except (OSError, UnicodeError) as error:
            raise SocketFailure(f"Unable to find the host {host}: {_said(error)}") from None
        if parts.scheme == "https":
            try:
                tls = _tls() if authority is None else ssl.create_default_context(cadata=authority)
            except ssl.SSLError as error:
                raise SocketFailure(f"The certificate authority of {host} is none: {_said(error)}") from None
            return HTTPSConnection(
                address, port, timeout=seconds, server_hostname=host, assert_hostname=host, ssl_context=tls
            )
        if not self._rules.is_allowed(host, address):
            raise SocketFailure(
                f"'{parts.geturl()}' is not HTTPS, which only hosts under private_hosts may do without."
            )
        return HTTPConnection(address, port, timeout=seconds)


def _exchange(connection: HTTPConnection, request: HttpRequest, parts: SplitResult, bytes_max: int) -> HttpResponse:
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    headers = urllib3.HTTPHeaderDict()
    if not any(name.lower() == "host" for name in request.headers):
        headers["Host"] = parts.netloc.rpartition("@")[2]
    for name, values in request.headers.items():
        for value in values:
            headers.add(name, value)
    connection.request(request.method, target, request.body, headers, preload_content=False)
    answer = connection.getresponse()
    body = bytearray()
    for piece in answer.stream(_READ_BYTES, decode_content=True):
        body += piece
        if len(body) > bytes_max:
            raise AnswerTooLarge
    shown = {name: answer.headers.getlist(name) for name in answer.headers}
    return HttpResponse(answer.status, answer.reason or "", shown, bytes(body))


def _redirected(request: HttpRequest, response: HttpResponse) -> HttpRequest | None:
    """The request a redirect asks for; None where there is none, or it leads to another host, with the secrets."""
    location = next((values[0] for name, values in response.headers.items() if name.lower() == "location"), None)
    if response.status not in (301, 302, 303, 307, 308) or location is None:
        return None
    url = urljoin(request.url, location)
    came_from, leads_to = urlsplit(request.url), urlsplit(url)
    if (leads_to.scheme, leads_to.netloc) != (came_from.scheme, came_from.netloc):
        return None
    if response.status in (307, 308) or request.method in ("GET", "HEAD"):
        return request._replace(url=url)
    about_the_body = ("content-type", "content-length")
    headers = {name: values for name, values in request.headers.items() if name.lower() not in about_the_body}
    return HttpRequest("GET", url, headers)


class _Watch:
    """Shuts a socket down when its time is over, whatever it is at: its own timeout begins anew with each byte."""

    def __init__(self, seconds: float) -> None:
        self.timed_out = False
        self._socket: socket.socket | None = None
        self._timer = Timer(max(seconds, 0.001), self._end)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def over(self, watched: socket.socket) -> None:
        """The socket to watch over, once it is connected."""
        self._socket = watched
        self.check()

    def check(self) -> None:
        """Raise TimeoutError when the time is over."""
        if self.timed_out:
            raise TimeoutError

    def _end(self) -> None:
        self.timed_out = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def _said(error: Exception) -> str:
    return str(error.args[-1]) if error.args else type(error).__name__


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """The system's certificates, or those SSL_CERT_FILE names. TLS 1.2 at least."""
    return ssl.create_default_context()

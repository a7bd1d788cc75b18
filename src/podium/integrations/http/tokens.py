"""OAuth 2.0 client credentials exchanged for access tokens, each used until it is about to expire or is refused.

https://www.rfc-editor.org/rfc/rfc6749#section-4.4
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-auth.html
"""

import base64
import time
from collections.abc import Callable
from threading import Lock
from typing import Any, Final
from urllib.parse import quote, urlencode

from podium.core import jsontext
from podium.integrations.http.client import AnswerTooLarge, HttpClient, HttpRequest, SocketFailure
from podium.integrations.http.connections import Connection, ConnectionUnusable, OAuth

TOKEN_BYTES_MAX: Final = 1 << 20
REFRESHED_BEFORE_SECONDS: Final = 30.0
"""A token that expires sooner than this is not used any more."""
DEFAULT_LIFE_SECONDS: Final = 300.0
"""Of a token that doesn't say how long it lives."""
KEPT_MAX: Final = 256


class Tokens:
    """Access tokens by connection. Blocks; safe to use from threads."""

    def __init__(self, client: HttpClient, now_seconds: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._now_seconds = now_seconds
        self._lock = Lock()
        self._kept: dict[str, tuple[str, float]] = {}

    def token(self, connection: Connection, oauth: OAuth, seconds: float) -> str:
        """A token that holds.

        Raises:
            ConnectionUnusable: the authorization endpoint gives none.
        """
        with self._lock:
            token, until = self._kept.get(connection.key, ("", 0.0))
        if token and self._now_seconds() < until:
            return token
        token, life_seconds = self._exchanged(oauth, seconds)
        with self._lock:
            if len(self._kept) >= KEPT_MAX:
                del self._kept[next(iter(self._kept))]
            self._kept[connection.key] = token, self._now_seconds() + life_seconds - REFRESHED_BEFORE_SECONDS
        return token

    def forget(self, connection: Connection) -> None:
        """The token was refused."""
        with self._lock:
            self._kept.pop(connection.key, None)

    def _exchanged(self, oauth: OAuth, seconds: float) -> tuple[str, float]:
        try:
            answer = self._client.send(_request(oauth), seconds=seconds, bytes_max=TOKEN_BYTES_MAX)
        except SocketFailure as failure:
            raise _unusable(str(failure)) from None
        except AnswerTooLarge:
            raise _unusable("the authorization endpoint's answer is too large.") from None
        if not 200 <= answer.status < 300:
            raise _unusable(f"the authorization endpoint answered {answer.status} {answer.reason}.")
        try:
            given: Any = jsontext.decode(answer.body)
        except jsontext.InvalidJson:
            given = None
        token = given.get("access_token") if isinstance(given, dict) else None
        if not isinstance(token, str) or not token:
            raise _unusable("the authorization endpoint's answer has no access_token.")
        life = given.get("expires_in", DEFAULT_LIFE_SECONDS)
        return token, float(life) if isinstance(life, int | float) else DEFAULT_LIFE_SECONDS


def _unusable(reason: str) -> ConnectionUnusable:
    return ConnectionUnusable("InvalidConnectionState", f"The connection got no token: {reason}")


def _request(oauth: OAuth) -> HttpRequest:
    """The request for a token; the client is named in the header that RFC 6749, section 2.3.1 requires of servers."""
    credentials = f"{quote(oauth.client_id, safe='')}:{quote(oauth.client_secret, safe='')}"
    parameters = {"grant_type": "client_credentials", **oauth.additions.body}
    query = urlencode(oauth.additions.query)
    url = f"{oauth.url}{'&' if '?' in oauth.url else '?'}{query}" if query else oauth.url
    headers = {
        "Authorization": [f"Basic {base64.b64encode(credentials.encode()).decode()}"],
        "Accept": ["application/json"],
    }
    if oauth.method == "GET":
        url = f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"
        body = None
    else:
        headers["Content-Type"] = ["application/x-www-form-urlencoded"]
        body = urlencode(parameters).encode()
    headers |= {name: [value] for name, value in oauth.additions.headers.items()}
    return HttpRequest(oauth.method, url, headers, body)

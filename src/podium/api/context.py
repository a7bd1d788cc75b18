"""Who is calling and from where, read from the request's credentials.

In development any credentials are accepted. An access key of twelve digits names the account; any other, or none,
is account 000000000000. The region is the one the request was signed for.
"""

import re
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from podium.api.http import always

DEFAULT_ACCOUNT: Final = "000000000000"
DEFAULT_REGION: Final = "us-east-1"

# Signature Version 4: "AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, ..."
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/[^/]*/([a-z0-9-]+)/")
_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)


class RequestContext(Struct, frozen=True):
    """What an operation knows about its caller."""

    account: str = DEFAULT_ACCOUNT
    region: str = DEFAULT_REGION
    request_id: str = ""
    connected: Callable[[], bool] = always
    """Whether the caller still waits for the answer."""


def caller(authorization: str, request_id: str, connected: Callable[[], bool] = always) -> RequestContext:
    """The context of a request, from its Authorization header."""
    found = _CREDENTIAL.search(authorization)
    if found is None:
        return RequestContext(request_id=request_id, connected=connected)
    key, region = found.groups()
    account = key if _ACCOUNT.fullmatch(key) else DEFAULT_ACCOUNT
    return RequestContext(account, region, request_id, connected)

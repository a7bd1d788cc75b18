"""Who is calling and from where, read from the request's credentials.

In development any credentials are accepted. An access key of twelve digits names the account; any other, or none,
is account 000000000000. The region is the one the request was signed for.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from msgspec import Struct

from podium.api.http import always

DEFAULT_ACCOUNT: Final = "000000000000"
DEFAULT_REGION: Final = "us-east-1"

# Signature Version 4: "AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, ..."
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/[^/]*/([a-z0-9-]+)/")
_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
_TRACE_HEADER = re.compile(r"[\x00-\x7F]{1,256}")
"""As long as the API lets the parameter `traceHeader` be."""
_SCOPE_MAX_LENGTH: Final = 256


class RequestContext(Struct, frozen=True):
    """What an operation knows about its caller."""

    account: str = DEFAULT_ACCOUNT
    region: str = DEFAULT_REGION
    request_id: str = ""
    connected: Callable[[], bool] = always
    """Whether the caller still waits for the answer."""
    trace_header: str | None = None
    """X-Amzn-Trace-Id, where it was sent and can be kept."""


def caller(headers: Mapping[str, str], request_id: str, connected: Callable[[], bool] = always) -> RequestContext:
    """The context of a request, from its headers (by their names in lower case)."""
    trace_header = headers.get("x-amzn-trace-id")
    if trace_header is not None and _TRACE_HEADER.fullmatch(trace_header) is None:
        trace_header = None
    authorization = headers.get("authorization", "")
    # The signature that follows differs from request to request.
    scope = authorization.partition(",")[0]
    if len(scope) <= _SCOPE_MAX_LENGTH and "Credential=" in scope:
        account, region = _remembered(scope)
    else:
        account, region = _account_and_region(authorization)
    return RequestContext(account, region, request_id, connected, trace_header)


def _account_and_region(authorization: str) -> tuple[str, str]:
    found = _CREDENTIAL.search(authorization)
    if found is None:
        return DEFAULT_ACCOUNT, DEFAULT_REGION
    key, region = found.groups()
    return key if _ACCOUNT.fullmatch(key) else DEFAULT_ACCOUNT, region


_remembered = lru_cache(maxsize=1_024)(_account_and_region)

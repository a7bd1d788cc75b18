"""`http:invoke`'s parameters as an HTTP request, with and without what the connection adds.

What a connection says goes before what the task says. Headers that belong to the transport, to proxies or to AWS
are refused, as AWS does.
https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
"""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from podium.core import jsontext
from podium.integrations.http.client import HttpRequest
from podium.integrations.http.connections import ApiKey, Basic, Connection

RESPONSE_BYTES_MAX: Final = 262_144
METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD")
ARRAY_FORMATS: Final = ("INDICES", "REPEAT", "COMMAS", "BRACKETS")

_FIELDS: Final = frozenset(
    {
        "ApiEndpoint",
        "Authentication",
        "Headers",
        "InvocationConfig",
        "Method",
        "QueryParameters",
        "RequestBody",
        "Transform",
    }
)
_REFUSED_HEADERS: Final = frozenset(
    {
        "a-im",
        "accept-charset",
        "accept-datetime",
        "accept-encoding",
        "cache-control",
        "connection",
        "content-encoding",
        "content-md5",
        "date",
        "expect",
        "forwarded",
        "from",
        "host",
        "http2-settings",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "max-forwards",
        "origin",
        "pragma",
        "proxy-authorization",
        "referer",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "warning",
        "content-length",
    }
)
_REFUSED_PREFIXES: Final = ("x-forwarded-", "x-amz-", "x-amzn-")
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class UnusableRequest(Exception):
    """The parameters make no request. The text is AWS's sentence, or like it."""


class HttpParameters:
    """The parameters of a task, checked.

    Args:
        needs_connection: as every state's does; a rule's webhook can go without.

    Raises:
        UnusableRequest: see there.
    """

    def __init__(self, given: Any, *, needs_connection: bool = True) -> None:
        if not isinstance(given, dict):
            raise UnusableRequest("The parameters must be an OBJECT")
        for field in given:
            if field not in _FIELDS:
                raise UnusableRequest(f'The field "{field}" is not supported by Step Functions')
        self.endpoint = _text(given, "ApiEndpoint")
        self.method = _text(given, "Method").upper()
        if self.method not in METHODS:
            raise UnusableRequest(f"The value '{self.method}' for the field 'Method' is not valid")
        self.connection_arn = _connection_arn(given, needs_connection)
        self.headers = {name: _header_values(name, value) for name, value in _object(given, "Headers").items()}
        self.query = _object(given, "QueryParameters")
        self.body = given.get("RequestBody")
        transform = _object(given, "Transform")
        encoding = transform.get("RequestBodyEncoding", "NONE")
        if encoding not in ("NONE", "URL_ENCODED"):
            raise UnusableRequest(f"The value '{encoding}' for the field 'RequestBodyEncoding' is not valid")
        self.is_form = encoding == "URL_ENCODED"
        self.array_format = _object(transform, "RequestEncodingOptions").get("ArrayFormat", "INDICES")
        if self.array_format not in ARRAY_FORMATS:
            raise UnusableRequest(f"The value '{self.array_format}' for the field 'ArrayFormat' is not valid")

    def request(self, region: str, connection: Connection | None, token: str | None = None) -> HttpRequest:
        """The request as it is sent; without a connection, what of it is no secret.

        Args:
            token: OAuth's, when the connection asks for one.
        """
        headers: dict[str, list[str]] = {
            "User-Agent": [f"Amazon|StepFunctions|HttpInvoke|{region}"],
            "Range": [f"bytes=0-{RESPONSE_BYTES_MAX}"],
        }
        query, body = dict(self.query), self.body
        _put(headers, self.headers)
        if connection is not None:
            query |= connection.additions.query
            if connection.additions.body and isinstance(body, dict | None):
                body = {**(body or {}), **connection.additions.body}
            _put(headers, {name: [value] for name, value in connection.additions.headers.items()})
            _put(headers, {name: [value] for name, value in _authorization(connection, token)})
        content = None
        if body is not None:
            content_type = "application/x-www-form-urlencoded" if self.is_form else "application/json"
            if self.is_form or not _has(headers, "content-type"):
                _put(headers, {"Content-Type": [content_type]})
            content = form_encoded(body, self.array_format).encode() if self.is_form else jsontext.encode(body)
        return HttpRequest(self.method, _with_query(self.endpoint, query), headers, content)


def form_encoded(value: Any, array_format: str) -> str:
    """A value as application/x-www-form-urlencoded: `a[b]=1&c[0]=2&c[1]=3`.

    Raises:
        UnusableRequest: it is neither an object nor a string, which is taken as it is.
    """
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise UnusableRequest("The value for the field 'RequestBody' must be an OBJECT to be URL encoded")
    return urlencode([pair for name, held in value.items() for pair in _pairs(name, held, array_format)])


def _pairs(name: str, value: Any, array_format: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for member, held in value.items():
            yield from _pairs(f"{name}[{member}]", held, array_format)
    elif not isinstance(value, list):
        yield name, plain(value)
    elif array_format == "COMMAS":
        yield name, ",".join(plain(item) for item in value)
    else:
        for index, item in enumerate(value):
            key = {"INDICES": f"{name}[{index}]", "BRACKETS": f"{name}[]"}.get(array_format, name)
            yield from _pairs(key, item, array_format)


def plain(value: Any) -> str:
    """A value as text in a query or a header: strings as they are, all else as JSON."""
    return value if isinstance(value, str) else jsontext.encode(value).decode()


def query_text(query: Mapping[str, Any]) -> str:
    """Query parameters, encoded; an array is one parameter per item."""
    pairs = ((name, value if isinstance(value, list) else [value]) for name, value in query.items())
    return urlencode([(name, plain(item)) for name, items in pairs for item in items])


def header_values(name: str, value: Any) -> list[str]:
    """A header's values; an array has one per item.

    Raises:
        UnusableRequest: no header can be so.
    """
    values = [plain(item) for item in (value if isinstance(value, list) else [value])]
    if not _HEADER_NAME.fullmatch(name) or any(_CONTROLS.search(held) for held in values):
        raise UnusableRequest(f"The header '{name}' is not valid")
    return values


def _header_values(name: str, value: Any) -> list[str]:
    lower = name.lower()
    if lower in _REFUSED_HEADERS or lower.startswith(_REFUSED_PREFIXES):
        raise UnusableRequest(f"The header '{name}' is not supported by Step Functions")
    return header_values(name, value)


def _authorization(connection: Connection, token: str | None) -> Iterator[tuple[str, str]]:
    match connection.authorization:
        case Basic(username, password):
            yield "Authorization", f"Basic {base64.b64encode(f'{username}:{password}'.encode()).decode()}"
        case ApiKey(name, value):
            yield name, value
        case _ if token is not None:
            yield "Authorization", f"Bearer {token}"


def _put(headers: dict[str, list[str]], more: Mapping[str, list[str]]) -> None:
    """Set headers, whatever the case of one that is there."""
    for name, values in more.items():
        for there in [known for known in headers if known.lower() == name.lower()]:
            del headers[there]
        headers[name] = values


def _has(headers: Mapping[str, Any], lower_name: str) -> bool:
    return any(name.lower() == lower_name for name in headers)


def _with_query(url: str, query: Mapping[str, Any]) -> str:
    parts = urlsplit(url)
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    added = query_text(query)
    whole = "&".join(part for part in (quote(parts.query, safe="=&%:@!$'()*+,;/?~-._"), added) if part)
    return parts._replace(path=path, query=whole, fragment="").geturl()


def _text(given: dict[str, Any], field: str) -> str:
    if given.get(field) is None:
        raise UnusableRequest(f"The field '{field}' is required but was missing")
    if not isinstance(given[field], str):
        raise UnusableRequest(f"The value for the field '{field}' must be a STRING")
    return str(given[field])


def _object(given: dict[str, Any], field: str) -> dict[str, Any]:
    value = given.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UnusableRequest(f"The value for the field '{field}' must be an OBJECT")
    return value


def _connection_arn(given: dict[str, Any], is_needed: bool) -> str | None:
    for field in ("InvocationConfig", "Authentication"):
        holder = _object(given, field)
        if holder:
            return _text(holder, "ConnectionArn")
    if not is_needed:
        return None
    raise UnusableRequest("The field 'Authentication' is required but was missing")

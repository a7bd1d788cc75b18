"""AWS REST-JSON, as Lambda speaks it: the operation in method and path, members in path, query, headers and body.

https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html, bound by what the service model says of each member.
"""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, unquote

from msgspec import Struct

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.http import Request, Response
from podium.api.service_model import ServiceModel
from podium.api.services import Operation, Services
from podium.api.validation import compile_input
from podium.core import jsontext

BODY_MAX_BYTES: Final = 6 * 1024 * 1024
_BODY_MAX_BYTES_OF: Final = {
    # A zip of 50 MB in Base64 with what surrounds it; the figure of AWS's own message.
    "CreateFunction": 69_905_067,
    "UpdateFunctionCode": 69_905_067,
    "PublishLayerVersion": 69_905_067,
    "Invoke": 6_291_456,
}
_NOT_THE_USERS: Final = 500


class _Route(Struct, frozen=True):
    """One operation: how its request is recognised and read, and how its answer is written."""

    name: str
    method: str
    segments: tuple[str, ...]
    """Of the path; `{Member}` stands for any one segment, `{Member+}` for all that follow."""
    query: frozenset[str]
    """`name=value` pairs that the query must hold."""
    status: int
    operation: Operation
    check: Callable[[Any], dict[str, Any]]
    input: Mapping[str, Any]
    output: Mapping[str, Any]


class RestJson:
    """One service's operations over REST-JSON."""

    def __init__(self, model: ServiceModel, operations: Mapping[str, Operation]) -> None:
        self._shapes = model.shapes
        routes = [self._route(model, name, operation) for name, operation in operations.items()]
        # Of two with the same path, the one that asks for more is tried first; the order is kept otherwise.
        self._routes = sorted(routes, key=lambda route: -len(route.query))

    async def answer(self, request: Request, services: Services, context: RequestContext) -> Response:
        """Perform the operation the request's method and path name.

        Raises:
            ApiError: whatever the request or the operation came to; `failed` shows it.
        """
        found = self._find(request)
        if found is None:
            raise ApiError("UnknownOperationException", "", status=404)
        route, labels = found
        given = self._read(route, labels, request)
        output = await route.operation(services, context, route.check(given))
        return _write(route, context, output)

    def operation_of(self, request: Request) -> str:
        """The name of the operation a request asks for; empty when there is none."""
        found = self._find(request)
        return "" if found is None else found[0].name

    def failed(self, error: ApiError, context: RequestContext) -> Response:
        """An error on the wire."""
        fault = "Service" if error.status >= _NOT_THE_USERS else "User"
        body = {**error.members, "Type": fault, "Message": error.message}
        headers = (*_headers(context), ("x-amzn-errortype", error.code))
        return Response(error.status, headers, jsontext.encode(body))

    def body_max_bytes(self, head: Request) -> int:
        """How large a body the operation takes."""
        found = self._find(head)
        return BODY_MAX_BYTES if found is None else _BODY_MAX_BYTES_OF.get(found[0].name, BODY_MAX_BYTES)

    def body_too_large(self, head: Request) -> ApiError:
        """What becomes of a larger one."""
        found = self._find(head)
        name = "the" if found is None else f"the {found[0].name}"
        code = "RequestTooLargeException" if found and found[0].name == "Invoke" else "RequestEntityTooLargeException"
        limit = self.body_max_bytes(head)
        return ApiError(code, f"Request must be smaller than {limit} bytes for {name} operation", status=413)

    def _route(self, model: ServiceModel, name: str, operation: Operation) -> _Route:
        http = model.operations[name]["http"]
        input_name, output_name = model.input_shape(name), model.output_shape(name)
        return _Route(
            name=name,
            method=http["method"],
            segments=_segments(http["requestUri"].partition("?")[0]),
            query=frozenset(filter(None, http["requestUri"].partition("?")[2].split("&"))),
            status=http.get("responseCode", 200),
            operation=operation,
            check=compile_input(model, input_name, _lower_first),
            input=model.shapes[input_name] if input_name else {"members": {}},
            output=model.shapes[output_name] if output_name else {"members": {}},
        )

    def _find(self, request: Request) -> tuple[_Route, dict[str, str]] | None:
        segments = _segments(request.path)
        for route in self._routes:
            if route.method == request.method and route.query.issubset(request.query.split("&")):
                labels = _match(route.segments, segments)
                if labels is not None:
                    return route, labels
        return None

    def _read(self, route: _Route, labels: Mapping[str, str], request: Request) -> dict[str, Any]:
        """The input's members, from wherever the model says each is."""
        payload = route.input.get("payload")
        given: dict[str, Any] = {}
        if payload is None:
            given = _decode(request.body)
        elif self._shapes[route.input["members"][payload]["shape"]]["type"] == "blob":
            given = {payload: request.body}
        elif request.body:
            given = {payload: _decode(request.body)}
        query = parse_qs(request.query, keep_blank_values=True)
        for name, member in route.input["members"].items():
            location, key = member.get("location"), member.get("locationName", name)
            if location is None:
                continue
            given.pop(name, None)
            kind = self._shapes[member["shape"]]["type"]
            if location == "uri":
                given[name] = _from_text(labels[key], kind)
            elif location == "querystring" and key in query:
                given[name] = query[key] if kind == "list" else _from_text(query[key][-1], kind)
            elif location == "header" and key.lower() in request.headers:
                given[name] = _from_text(request.headers[key.lower()], kind)
        return given


def _write(route: _Route, context: RequestContext, output: dict[str, Any]) -> Response:
    """The answer's members, to wherever the model says each goes."""
    status, headers = route.status, list(_headers(context))
    rest = {}
    for name, value in output.items():
        member = route.output["members"].get(name, {})
        location = member.get("location")
        if value is None:
            continue
        if location == "statusCode":
            status = value
        elif location == "header":
            headers.append((member.get("locationName", name), _header_text(value)))
        else:
            rest[name] = value
    payload = route.output.get("payload")
    if payload is None:
        body = b"" if status == 204 else jsontext.encode(_with_base64(rest))
    else:
        content = rest.get(payload, b"")
        body = content if isinstance(content, bytes) else jsontext.encode(_with_base64(content))
    return Response(status, tuple(headers), body)


def _headers(context: RequestContext) -> tuple[tuple[str, str], ...]:
    return (("x-amzn-RequestId", context.request_id), ("Content-Type", "application/json"))


def _segments(path: str) -> tuple[str, ...]:
    return tuple(segment for segment in path.split("/") if segment)


def _match(wanted: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str] | None:
    labels = {}
    for position, part in enumerate(wanted):
        if part.startswith("{") and part.endswith("+}") and position < len(segments):
            labels[part[1:-2]] = unquote("/".join(segments[position:]))
            return labels
        if position >= len(segments):
            return None
        if part.startswith("{"):
            labels[part[1:-1]] = unquote(segments[position])
        elif part != segments[position]:
            return None
    return labels if len(wanted) == len(segments) else None


def _decode(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        value = jsontext.decode(body)
    except jsontext.InvalidJson:
        raise ApiError("SerializationException", "Could not parse request body into json") from None
    if not isinstance(value, dict):
        raise ApiError("SerializationException", "Start of structure or map expected")
    return value


def _from_text(text: str, kind: str) -> Any:
    """A value from a query string or header; what doesn't convert is left for the check to refuse."""
    if kind in ("integer", "long"):
        try:
            return int(text)
        except ValueError:
            return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    return text


def _header_text(value: Any) -> str:
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return text.replace("\r", " ").replace("\n", " ")


def _with_base64(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: _with_base64(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_with_base64(item) for item in value]
    return value


def _lower_first(name: str) -> str:
    """Lambda's messages call a member `functionName` where its model says `FunctionName`."""
    return name[:1].lower() + name[1:]

"""What answers at function URLs: the HTTP request as an event (payload format 2.0), the function's answer as HTTP.

A URL is reached by path (`/lambda-url/ID/...`) or, as on AWS, by host (`ID.lambda-url.REGION.ANYTHING`).
https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import base64
import re
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.http import Request, Response
from podium.api.operations.function_invocations import call
from podium.api.services import Services
from podium.core import jsontext
from podium.functions.contract import Invocation
from podium.functions.names import FunctionName
from podium.functions.service import FunctionService
from podium.functions.urls import FunctionUrl

_PREFIX: Final = "/lambda-url/"
_DOMAIN: Final = ".lambda-url."
_PATH: Final = re.compile(r"/lambda-url/([a-z0-9]+)(/.*)?", re.DOTALL)
_HOST: Final = re.compile(r"([a-z0-9]+)\.lambda-url\.[^/]*")
_TEXT_TYPES: Final = ("text/", "application/json", "application/xml", "application/javascript")
_JSON: Final = (("Content-Type", "application/json"),)
_NO_BODY: Final = 204
_SANDBOX: Final = (("Content-Security-Policy", "sandbox allow-forms allow-popups allow-scripts"),)
"""By path a function shares its origin with the APIs and the console: a page it answers gets one of its own, which
they refuse (`origins.py`)."""


def url_of(request: Request) -> tuple[str, str] | None:
    """The id and the path within the URL, of a request to a function URL."""
    host = request.headers.get("host", "")
    if not request.path.startswith(_PREFIX) and _DOMAIN not in host:
        return None
    if found := _PATH.fullmatch(request.path):
        return found[1], found[2] or "/"
    if found := _HOST.fullmatch(host):
        return found[1], request.path or "/"
    return None


async def answer(services: Services, context: RequestContext, request: Request, id: str, path: str) -> Response:
    """The function's answer to a request to its URL."""
    service = services.functions
    url = await service.urls.by_id(id) if isinstance(service, FunctionService) else None
    if url is None:
        return _failed(404, "Not Found")
    cors = _cors(url, request)
    if _PATH.fullmatch(request.path):
        cors += _SANDBOX
    if request.method == "OPTIONS" and url.cors is not None and "access-control-request-method" in request.headers:
        return Response(_NO_BODY, cors)
    if url.auth_type == "AWS_IAM" and not request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 "):
        return _failed(403, "Forbidden")
    qualifier = url.function_arn.split(":")[7:]
    arn = ":".join(url.function_arn.split(":")[:7])
    name = FunctionName(arn, arn.rpartition(":")[2], qualifier[0] if qualifier else None)
    payload = jsontext.encode(_event(url, context, request, path, services.clock()))
    try:
        result = await call(services, name, Invocation(arn, payload, context.request_id, name.qualifier))
    except ApiError as error:
        return _failed(429 if error.status == 429 else 502, "Too Many Requests" if error.status == 429 else "")
    if result.function_error is not None:
        return _failed(502, "Internal Server Error")
    return _response(result.payload, cors)


def _event(url: FunctionUrl, context: RequestContext, request: Request, path: str, now_ms: int) -> dict[str, Any]:
    body = request.body
    content_type = request.headers.get("content-type", "")
    is_text = content_type.startswith(_TEXT_TYPES) or not content_type
    try:
        text, encoded = (body.decode(), False) if is_text else (base64.b64encode(body).decode(), True)
    except UnicodeDecodeError:
        text, encoded = base64.b64encode(body).decode(), True
    cookies = [each.strip() for each in request.headers.get("cookie", "").split(";") if each.strip()]
    parameters: dict[str, str] = {}
    for key, value in parse_qsl(request.query, keep_blank_values=True):
        parameters[key] = f"{parameters[key]},{value}" if key in parameters else value
    at = datetime.fromtimestamp(now_ms / 1000, UTC)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": unquote(path),
        "rawQueryString": request.query,
        "headers": {name: value for name, value in request.headers.items() if name != "cookie"},
        "requestContext": {
            "accountId": "anonymous" if url.auth_type == "NONE" else context.account,
            "apiId": url.id,
            "domainName": request.headers.get("host", ""),
            "domainPrefix": url.id,
            "http": {
                "method": request.method,
                "path": unquote(path),
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": request.headers.get("user-agent", ""),
            },
            "requestId": context.request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": f"{at:%d/%b/%Y:%H:%M:%S} +0000",
            "timeEpoch": now_ms,
        },
        "isBase64Encoded": encoded,
    }
    if cookies:
        event["cookies"] = cookies
    if parameters:
        event["queryStringParameters"] = parameters
    if body:
        event["body"] = text
    return event


def _response(payload: bytes, cors: tuple[tuple[str, str], ...]) -> Response:
    """An answer with a `statusCode` is the response spelt out; any other is the body of a 200."""
    try:
        value = jsontext.decode(payload) if payload else None
    except jsontext.InvalidJson:
        value = None
    if not isinstance(value, dict) or "statusCode" not in value:
        if isinstance(value, str):
            payload = value.encode()
        return Response(200, (*_JSON, *cors), payload)
    status = value["statusCode"]
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
        return _failed(502, "Internal Server Error")
    body = value.get("body") or ""
    text = body if isinstance(body, str) else jsontext.encode(body).decode()
    try:
        content = base64.b64decode(text) if value.get("isBase64Encoded") is True else text.encode()
    except ValueError:
        return _failed(502, "Internal Server Error")
    given = value.get("headers") or {}
    headers = [(str(name), _one_line(each)) for name, each in given.items() if str(name).lower() not in _OURS]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers += _JSON
    headers += [("Set-Cookie", _one_line(cookie)) for cookie in value.get("cookies") or ()]
    return Response(status, (*headers, *cors), content)


_OURS: Final = frozenset({"content-length", "connection", "transfer-encoding", "date"})
"""Headers the server sets itself."""


def _one_line(value: Any) -> str:
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return text.replace("\r", " ").replace("\n", " ")


def _cors(url: FunctionUrl, request: Request) -> tuple[tuple[str, str], ...]:
    """The headers that allow the request's origin, where the configuration does."""
    settings, origin = url.cors, request.headers.get("origin")
    if settings is None or origin is None:
        return ()
    origins = settings.get("AllowOrigins", [])
    if "*" not in origins and origin not in origins:
        return ()
    headers = [("Access-Control-Allow-Origin", "*" if "*" in origins else origin)]
    if settings.get("AllowCredentials"):
        headers.append(("Access-Control-Allow-Credentials", "true"))
    for name, member in (("Allow-Methods", "AllowMethods"), ("Allow-Headers", "AllowHeaders")):
        if request.method == "OPTIONS" and settings.get(member):
            headers.append((f"Access-Control-{name}", ",".join(settings[member])))
    if settings.get("ExposeHeaders"):
        headers.append(("Access-Control-Expose-Headers", ",".join(settings["ExposeHeaders"])))
    if request.method == "OPTIONS" and settings.get("MaxAge"):
        headers.append(("Access-Control-Max-Age", str(settings["MaxAge"])))
    return tuple(headers)


def _failed(status: int, message: str) -> Response:
    return Response(status, _JSON, jsontext.encode({"Message": message}))

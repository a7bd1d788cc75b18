"""REST APIs described at a stand-in for API Gateway whose methods call functions: answered here, by those functions.

Stand-ins keep an API's description and can't run a function of ours behind it. What calls no function, or needs a
mapping template (Velocity), is left to the stand-in.
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-integrations.html
"""

import base64
import binascii
import re
import uuid
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.client import responses
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from podium.core import jsontext
from podium.integrations.aws.call import Caller
from podium.integrations.http.client import HttpRequest, HttpResponse

Members = dict[str, Any]
Parameters = dict[str, str]

_FUNCTION: Final = re.compile(r"arn:[\w-]+:apigateway:[\w-]+:lambda:path/[\d-]+/functions/(.+)/invocations")
_REFUSED: Final = ("NotFoundException", "ForbiddenException")


class RestApis:
    """Answers requests to REST APIs. Blocks; safe to use from threads.

    Args:
        caller: asks the stand-in what an API is, and Lambda to run its functions.
        now_seconds: wall-clock time.
    """

    def __init__(self, caller: Caller, now_seconds: Callable[[], float]) -> None:
        self._caller = caller
        self._now_seconds = now_seconds

    def answer(self, request: HttpRequest, region: str, account: str) -> HttpResponse | None:
        """An API's answer; None when it isn't one of those answered here."""
        parts = urlsplit(request.url)
        api_id = parts.netloc.partition(".")[0]
        stage, _, path = parts.path.lstrip("/").partition("/")
        try:
            self._ask(region, account, "GetRestApi", restApiId=api_id)
        except (ClientError, BotoCoreError):
            return None
        try:
            described = self._ask(region, account, "GetStage", restApiId=api_id, stageName=stage)
        except ClientError as error:
            return self._refused("Forbidden") if error.response["Error"]["Code"] in _REFUSED else None
        found = _route(self._resources(region, account, api_id), unquote(path), request.method)
        if found is None:
            return self._refused("Missing Authentication Token")
        resource, method, parameters = found
        integration = method.get("methodIntegration") or {}
        function = _FUNCTION.fullmatch(integration.get("uri") or "")
        kind = integration.get("type")
        if function is None or kind not in ("AWS", "AWS_PROXY") or integration.get("requestTemplates"):
            return None
        if kind == "AWS_PROXY":
            event = _proxy_event(request, resource, parameters, api_id, stage, described.get("variables"), account)
            return self._proxied(self._invoke(region, account, function[1], jsontext.encode(event)))
        return self._mapped(integration, self._invoke(region, account, function[1], request.body or b"{}"))

    def _ask(self, region: str, account: str, operation: str, **input: Any) -> Members:
        return self._caller.call("apigateway", operation, region, input, None, account)

    def _resources(self, region: str, account: str, api_id: str) -> Iterator[Members]:
        position: Members = {}
        while True:
            page = self._ask(
                region, account, "GetResources", restApiId=api_id, embed=["methods"], limit=500, **position
            )
            yield from page.get("items", ())
            if not page.get("position"):
                return
            position = {"position": page["position"]}

    def _invoke(self, region: str, account: str, function: str, event: bytes) -> tuple[bytes, bool] | None:
        """A function's answer and whether it failed; None when it could not be called."""
        try:
            answer = self._caller.call(
                "lambda", "Invoke", region, {"FunctionName": function, "Payload": event}, None, account
            )
        except (ClientError, BotoCoreError):
            return None
        return answer["Payload"].read(), "FunctionError" in answer

    def _mapped(self, integration: Members, answered: tuple[bytes, bool] | None) -> HttpResponse:
        """The answer of an AWS integration: the status its error is mapped to, the function's answer as it is."""
        if answered is None:
            return self._failed(500)
        payload, is_failure = answered
        said = ""
        if is_failure:
            error = _decoded(payload)
            said = str(error.get("errorMessage", "")) if isinstance(error, dict) else ""
        default = None
        for response in (integration.get("integrationResponses") or {}).values():
            pattern = response.get("selectionPattern")
            if not pattern:
                default = response
            elif is_failure and re.fullmatch(pattern, said, re.DOTALL):
                return self._response(int(response["statusCode"]), payload)
        return self._failed(500) if default is None else self._response(int(default["statusCode"]), payload)

    def _proxied(self, answered: tuple[bytes, bool] | None) -> HttpResponse:
        """The answer a function makes itself: statusCode, headers, body."""
        shown = None if answered is None or answered[1] else _decoded(answered[0])
        if not isinstance(shown, dict) or not isinstance(body := shown.get("body") or "", str):
            return self._failed(502)
        try:
            status = int(shown.get("statusCode", ""))
            content = base64.b64decode(body) if shown.get("isBase64Encoded") else body.encode()
        except (ValueError, TypeError, binascii.Error):
            return self._failed(502)
        headers = {name: [str(value)] for name, value in (shown.get("headers") or {}).items()}
        headers |= {name: list(map(str, values)) for name, values in (shown.get("multiValueHeaders") or {}).items()}
        return self._response(status, content, headers)

    def _failed(self, status: int) -> HttpResponse:
        return self._response(status, b'{"message": "Internal server error"}')

    def _refused(self, message: str) -> HttpResponse:
        return self._response(403, jsontext.encode({"message": message}))

    def _response(self, status: int, body: bytes, headers: dict[str, list[str]] | None = None) -> HttpResponse:
        given = headers or {}
        known = {name.lower() for name in given}
        now, trace = self._now_seconds(), uuid.uuid4().hex
        usual = {
            "Connection": "keep-alive",
            "Content-Length": str(len(body)),
            "Content-Type": "application/json",
            "Date": formatdate(now, usegmt=True),
            "x-amz-apigw-id": base64.b64encode(uuid.uuid4().bytes[:10]).decode(),
            "x-amzn-RequestId": str(uuid.uuid4()),
            "X-Amzn-Trace-Id": f"Root=1-{int(now):08x}-{trace[:24]}",
        }
        added = {name: [value] for name, value in usual.items() if name.lower() not in known}
        return HttpResponse(status, responses.get(status, ""), added | given, body)


def _decoded(payload: bytes) -> Any:
    try:
        return jsontext.decode(payload)
    except jsontext.InvalidJson:
        return None


def _route(resources: Iterator[Members], path: str, method: str) -> tuple[Members, Members, Parameters] | None:
    """The resource and method a path leads to, with the path's parameters: the most exact of those that fit.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
    """
    asked = [step for step in path.split("/") if step]
    best: tuple[tuple[int, ...], Members, Members, Parameters] | None = None
    for resource in resources:
        methods = resource.get("resourceMethods") or {}
        found = methods.get(method) or methods.get("ANY")
        fitting = _fitting([step for step in resource["path"].split("/") if step], asked)
        if found is not None and fitting is not None and (best is None or fitting[0] < best[0]):
            best = fitting[0], resource, found, fitting[1]
    return None if best is None else best[1:]


def _fitting(steps: list[str], asked: list[str]) -> tuple[tuple[int, ...], Parameters] | None:
    """How a path fits a resource's: a rank, smaller for more exact, and its parameters; None when it doesn't."""
    rank: list[int] = []
    parameters: Parameters = {}
    for number, step in enumerate(steps):
        if step.startswith("{") and step.endswith("+}"):
            if number >= len(asked):
                return None
            return (*rank, 2), parameters | {step[1:-2]: "/".join(asked[number:])}
        if number >= len(asked):
            return None
        if step.startswith("{"):
            parameters[step[1:-1]] = asked[number]
        elif step != asked[number]:
            return None
        rank.append(int(step.startswith("{")))
    return (tuple(rank), parameters) if len(steps) == len(asked) else None


def _proxy_event(
    request: HttpRequest,
    resource: Members,
    parameters: Parameters,
    api_id: str,
    stage: str,
    variables: Parameters | None,
    account: str,
) -> Members:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-example-event"""
    parts = urlsplit(request.url)
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    headers = {name: [*values] for name, values in request.headers.items()}
    path = f"/{parts.path.lstrip('/').partition('/')[2]}"
    return {
        "resource": resource["path"],
        "path": path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in headers.items()} or None,
        "multiValueHeaders": headers or None,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": parameters or None,
        "stageVariables": variables or None,
        "requestContext": {
            "accountId": account,
            "apiId": api_id,
            "domainName": parts.netloc,
            "domainPrefix": api_id,
            "httpMethod": request.method,
            "identity": {"sourceIp": "127.0.0.1", "userAgent": None},
            "path": parts.path,
            "protocol": "HTTP/1.1",
            "requestId": str(uuid.uuid4()),
            "resourceId": resource["id"],
            "resourcePath": resource["path"],
            "stage": stage,
        },
        "body": None if request.body is None else request.body.decode(errors="replace"),
        "isBase64Encoded": False,
    }

"""`arn:aws:states:::apigateway:invoke`: a Task that calls a stage of an API in API Gateway.

Requests go to `apigateway`'s endpoint where one is configured, with the API's host name in `Host`, as stand-ins
expect; but what calls functions is answered here (`rest_apis`).
https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html
"""

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, urlsplit

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError

from podium.core import jsontext
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws.call import Caller
from podium.integrations.aws.client import AwsClient
from podium.integrations.contract import Deliver, RoleRefused, TaskOutcome, caller_of, role_refused, unusable
from podium.integrations.http.client import AnswerTooLarge, HttpClient, HttpRequest, HttpResponse, SocketFailure
from podium.integrations.http.invoke import TIMEOUT_SECONDS, outcome_of
from podium.integrations.http.request import METHODS, RESPONSE_BYTES_MAX, UnusableRequest, header_values, query_text
from podium.integrations.http.rest_apis import RestApis

_HOST: Final = re.compile(r"[a-z0-9-]+\.execute-api\.([a-z0-9-]+)\.(amazonaws\.com|amazonaws\.com\.cn)")
_TEXTS: Final = ("ApiEndpoint", "Method", "Stage", "Path", "AuthType")
_OBJECTS: Final = ("Headers", "QueryParameters")
_FIELDS: Final = frozenset((*_TEXTS, *_OBJECTS, "RequestBody", "AllowNullValues"))
_AUTH_TYPES: Final = ("NO_AUTH", "IAM_ROLE", "RESOURCE_POLICY")

Sign = Callable[[HttpRequest, str, str | None], HttpRequest]
"""(request, region, role) -> the request with AWS's signature for `execute-api`."""


def signing(client: AwsClient) -> Sign:
    """Signs as AWS's clients do."""

    def sign(request: HttpRequest, region: str, role_arn: str | None) -> HttpRequest:
        headers = {name: ",".join(values) for name, values in request.headers.items()}
        unsigned = AWSRequest(request.method, request.url, headers, request.body)
        signed = client.signed_headers("execute-api", region, role_arn, unsigned)
        return request._replace(headers={name: [value] for name, value in signed.items()})

    return sign


class ApiGatewayIntegration:
    """Performs `apigateway:invoke`.

    Args:
        caller: does the blocking work.
        client: reaches the API, or its stand-in.
        endpoint: what stands in for API Gateway; None when nothing does.
        rest_apis: answers what the stand-in can't, where there is one.
    """

    def __init__(
        self, caller: Caller, client: HttpClient, sign: Sign, endpoint: str | None, rest_apis: RestApis | None = None
    ) -> None:
        self._rest_apis = rest_apis
        self._caller = caller
        self._client = client
        self._sign = sign
        self._endpoint = endpoint

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `TaskPerformer.perform`."""
        self._caller.submit(lambda: self._call(command), deliver)

    def cancel(self, command: CancelTask) -> None:
        """Nothing: a request that was sent can't be taken back; its answer finds nobody waiting."""

    def _call(self, command: InvokeTask) -> TaskOutcome:
        try:
            request, region, signed = read(jsontext.decode(command.parameters))
            if signed:
                request = self._sign(request, region, command.role_arn)
            response = self._answered_here(command, request, region) or self._send(request)
        except UnusableRequest as reason:
            return unusable(command, reason)
        except RoleRefused:
            return role_refused(command)
        except (SocketFailure, BotoCoreError) as failure:
            return TaskOutcome(error="ApiGateway.SdkClientException", cause=str(failure))
        except AnswerTooLarge:
            cause = f"The response of the API is larger than {RESPONSE_BYTES_MAX} bytes."
            return TaskOutcome(error="States.DataLimitExceeded", cause=cause)
        return outcome_of(response, lambda status: f"ApiGateway.{status}")

    def _answered_here(self, command: InvokeTask, request: HttpRequest, region: str) -> HttpResponse | None:
        if self._endpoint is None or self._rest_apis is None:
            return None
        return self._rest_apis.answer(request, region, caller_of(command)[1])

    def _send(self, request: HttpRequest) -> HttpResponse:
        if self._endpoint is not None:
            stand_in, api = urlsplit(self._endpoint), urlsplit(request.url)
            headers = {**request.headers, "Host": [api.netloc]}
            url = api._replace(scheme=stand_in.scheme, netloc=stand_in.netloc).geturl()
            request = request._replace(url=url, headers=headers)
        return self._client.send(request, seconds=TIMEOUT_SECONDS, bytes_max=RESPONSE_BYTES_MAX)


def read(given: Any) -> tuple[HttpRequest, str, bool]:
    """The request, the region of the API and whether it is to be signed.

    Raises:
        UnusableRequest: see there.
    """
    if not isinstance(given, dict):
        raise UnusableRequest("The parameters must be an OBJECT")
    for field, value in given.items():
        if field not in _FIELDS:
            raise UnusableRequest(f'The field "{field}" is not supported by Step Functions')
        if value is not None and field in _TEXTS and not isinstance(value, str):
            raise UnusableRequest(f"The value for the field '{field}' must be a STRING")
        if value is not None and field in _OBJECTS and not isinstance(value, dict):
            raise UnusableRequest(f"The value of the field '{field}' has an invalid format")
    for field in ("ApiEndpoint", "Method"):
        if given.get(field) is None:
            raise UnusableRequest(f"The field '{field}' is required but was missing")
    endpoint, method, auth = given["ApiEndpoint"], given["Method"], given.get("AuthType") or "NO_AUTH"
    match = _HOST.fullmatch(endpoint)
    for value, field, valid in (
        (endpoint, "ApiEndpoint", match),
        (method, "Method", method in METHODS),
        (auth, "AuthType", auth in _AUTH_TYPES),
    ):
        if not valid:
            raise UnusableRequest(f"The value '{value}' for the field '{field}' is not valid")
    assert match is not None
    headers = {name: header_values(name, value) for name, value in (given.get("Headers") or {}).items()}
    body = None if given.get("RequestBody") is None else jsontext.encode(given["RequestBody"])
    if body is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = ["application/json"]
    return HttpRequest(method, _url(given), headers, body), match[1], auth != "NO_AUTH"


def _url(given: dict[str, Any]) -> str:
    steps = [part for part in (given.get("Stage") or "", (given.get("Path") or "").lstrip("/")) if part]
    query = query_text(given.get("QueryParameters") or {})
    path = quote("/".join(steps), safe="/%:@!$&()*+,;=~-._")
    return f"https://{given['ApiEndpoint']}/{path}{'?' if query else ''}{query}"

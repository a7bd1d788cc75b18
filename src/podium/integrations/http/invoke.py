"""`arn:aws:states:::http:invoke`: a Task that calls an HTTPS API through a connection.

https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
"""

import time
from collections.abc import Callable
from typing import Any, Final

from podium.core import jsontext
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws.call import Caller
from podium.integrations.contract import Deliver, RoleRefused, TaskOutcome, caller_of, role_refused, unusable
from podium.integrations.http.client import AnswerTooLarge, HttpClient, HttpRequest, HttpResponse, SocketFailure
from podium.integrations.http.connections import NONE, Connection, Connections, ConnectionUnusable, OAuth
from podium.integrations.http.request import RESPONSE_BYTES_MAX, HttpParameters, UnusableRequest
from podium.integrations.http.tokens import Tokens

TIMEOUT_SECONDS: Final = 60.0
_UNREADABLE: Final = ("application/octet-stream", "image/", "video/", "audio/")


class HttpIntegration:
    """Performs `http:invoke`.

    Args:
        caller: does the blocking work.
        tokens: of connections that speak OAuth.
    """

    def __init__(
        self,
        caller: Caller,
        client: HttpClient,
        connections: Connections,
        tokens: Tokens,
        now_seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._caller = caller
        self._client = client
        self._connections = connections
        self._tokens = tokens
        self._now_seconds = now_seconds

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `TaskPerformer.perform`."""
        self._caller.submit(lambda: self._call(command), deliver)

    def cancel(self, command: CancelTask) -> None:
        """Nothing: a request that was sent can't be taken back; its answer finds nobody waiting."""

    def _call(self, command: InvokeTask) -> TaskOutcome:
        region, _ = caller_of(command)
        try:
            is_state = command.execution_arn.split(":")[2] == "states"
            parameters = HttpParameters(jsontext.decode(command.parameters), needs_connection=is_state)
            connection = NONE
            if parameters.connection_arn is not None:
                connection = self._connections.find(parameters.connection_arn, command.role_arn)
            request, response = self._answered(parameters, connection, region)
        except UnusableRequest as reason:
            return unusable(command, reason)
        except RoleRefused:
            return role_refused(command)
        except ConnectionUnusable as failure:
            return failure.outcome
        except SocketFailure as failure:
            return TaskOutcome(error="States.Http.Socket", cause=str(failure))
        except AnswerTooLarge:
            cause = f"The response of the HTTP API is larger than {RESPONSE_BYTES_MAX} bytes."
            return TaskOutcome(error="States.DataLimitExceeded", cause=cause)
        exchange = _exchange(parameters.request(region, None), request, response)
        outcome = outcome_of(response, lambda status: f"States.Http.StatusCode.{status}")
        return TaskOutcome(outcome.output, outcome.error, outcome.cause, exchange=exchange)

    def _answered(
        self, parameters: HttpParameters, connection: Connection, region: str
    ) -> tuple[HttpRequest, HttpResponse]:
        """The request and its answer; a token that is refused is exchanged once for another."""
        until = self._now_seconds() + TIMEOUT_SECONDS
        oauth = connection.authorization if isinstance(connection.authorization, OAuth) else None
        for is_last in (False, True):
            token = None
            if oauth is not None:
                token = self._tokens.token(connection, oauth, until - self._now_seconds())
            request = parameters.request(region, connection, token)
            seconds = until - self._now_seconds()
            response = self._client.send(request, seconds=seconds, bytes_max=RESPONSE_BYTES_MAX)
            if oauth is None or is_last or response.status not in (401, 407):
                break
            self._tokens.forget(connection)
        return request, response


def outcome_of(response: HttpResponse, error_of: Callable[[int], str]) -> TaskOutcome:
    """What a task makes of an answer: its headers, body and status, or a failure with the body as its cause.

    Args:
        error_of: the error's name, by status.
    """
    content_type = ",".join(_header(response, "content-type")).lower()
    try:
        text = response.body.decode()
    except UnicodeDecodeError:
        text = None
    if text is None or content_type.startswith(_UNREADABLE):
        cause = f"The response cannot be read as text (Content-Type: {content_type or 'none'})."
        return TaskOutcome(error="States.Runtime", cause=cause)
    if not 200 <= response.status < 300:
        return TaskOutcome(error=error_of(response.status), cause=text or response.reason)
    output = {
        "Headers": response.headers,
        "ResponseBody": _body(text, content_type),
        "StatusCode": response.status,
        "StatusText": response.reason,
    }
    return TaskOutcome(output=jsontext.encode(output))


def _body(text: str, content_type: str) -> Any:
    if "json" in content_type and text:
        try:
            return jsontext.decode(text)
        except jsontext.InvalidJson:
            return text
    return text


def _header(response: HttpResponse, lower_name: str) -> list[str]:
    return [value for name, values in response.headers.items() if name.lower() == lower_name for value in values]


def _exchange(shown: HttpRequest, sent: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """Request and response as TestState's inspection has them; the request without secrets, and as it was sent."""
    answered = {
        "protocol": "https",
        "statusCode": str(response.status),
        "statusMessage": response.reason,
        "headers": jsontext.encode(response.headers).decode(),
        "body": response.body.decode(errors="replace"),
    }
    return {"request": _shown(shown), "revealed_request": _shown(sent), "response": answered}


def _shown(request: HttpRequest) -> dict[str, Any]:
    shown = {
        "protocol": request.url.partition(":")[0],
        "method": request.method,
        "url": request.url,
        "headers": jsontext.encode(request.headers).decode(),
    }
    return shown if request.body is None else shown | {"body": request.body.decode(errors="replace")}

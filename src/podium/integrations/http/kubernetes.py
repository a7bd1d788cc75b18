"""The Kubernetes API of EKS clusters, and `arn:aws:states:::eks:call`: a Task that calls it.

The caller is who AWS says it is: the token is a signed request for `sts:GetCallerIdentity`, valid for a minute.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-eks.html
https://docs.aws.amazon.com/eks/latest/userguide/cluster-auth.html
"""

import base64
import binascii
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final
from urllib.parse import quote

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError

from podium.core import jsontext
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws.call import Caller
from podium.integrations.aws.client import AwsClient
from podium.integrations.contract import (
    Deliver,
    RoleRefused,
    TaskOutcome,
    TaskPerformer,
    caller_of,
    role_refused,
    unusable,
)
from podium.integrations.http.client import AnswerTooLarge, HttpClient, HttpRequest, HttpResponse, SocketFailure
from podium.integrations.http.invoke import TIMEOUT_SECONDS
from podium.integrations.http.request import METHODS, RESPONSE_BYTES_MAX, UnusableRequest, query_text

ACTION: Final = "call"
RUN_JOB: Final = "runJob"
TOKEN_SECONDS: Final = 60

_TEXTS: Final = ("ClusterName", "CertificateAuthority", "Endpoint", "Method", "Path")
_FIELDS: Final = frozenset((*_TEXTS, "QueryParameters", "RequestBody"))

TokenOf = Callable[[str, str, str | None], str]
"""(cluster, region, role) -> the token Kubernetes knows the caller by."""


def tokens(client: AwsClient) -> TokenOf:
    """Tokens by the credentials calls are made with."""

    def token_of(cluster: str, region: str, role_arn: str | None) -> str:
        url = f"https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
        request = AWSRequest("GET", url, {"x-k8s-aws-id": cluster})
        signed = client.presigned_url("sts", region, role_arn, request, TOKEN_SECONDS)
        return f"k8s-aws-v1.{base64.urlsafe_b64encode(signed.encode()).decode().rstrip('=')}"

    return token_of


class Kubernetes:
    """The Kubernetes APIs of clusters.

    Args:
        client: reaches them.
    """

    def __init__(self, client: HttpClient, token_of: TokenOf) -> None:
        self._client = client
        self._token_of = token_of

    def send(self, command: InvokeTask, given: Mapping[str, Any], request: HttpRequest) -> HttpResponse:
        """A request's answer, in the name of a task and at the cluster its parameters name. Blocks.

        Raises:
            UnusableRequest: the cluster's authority is none.
            Refused: there was no answer, or too much of one.
        """
        region, _ = caller_of(command)
        try:
            token = self._token_of(given["ClusterName"], command.resource.region or region, command.role_arn)
            headers = {**request.headers, "Authorization": [f"Bearer {token}"], "Accept": ["application/json"]}
            return self._client.send(
                request._replace(headers=headers, url=f"{given['Endpoint'].rstrip('/')}/{request.url.lstrip('/')}"),
                seconds=TIMEOUT_SECONDS,
                bytes_max=RESPONSE_BYTES_MAX,
                authority=_authority(given["CertificateAuthority"]),
            )
        except RoleRefused:
            raise Refused(role_refused(command)) from None
        except (SocketFailure, BotoCoreError) as failure:
            raise Refused(TaskOutcome(error="EKS.SdkClientException", cause=str(failure))) from None
        except AnswerTooLarge:
            cause = f"The response of the Kubernetes API is larger than {RESPONSE_BYTES_MAX} bytes."
            raise Refused(TaskOutcome(error="States.DataLimitExceeded", cause=cause)) from None


class Refused(Exception):
    """A cluster gave no answer, or refused; holds the task's outcome."""

    def __init__(self, outcome: TaskOutcome) -> None:
        super().__init__(outcome.error, outcome.cause)
        self.outcome = outcome


class EksIntegration:
    """Performs `eks:call` and `eks:runJob`, and leaves the service's own operations to another performer.

    Args:
        caller: does the blocking work.
        jobs: performs `eks:runJob`.
        operations: performs all other actions of `eks`.
    """

    def __init__(self, caller: Caller, clusters: Kubernetes, jobs: TaskPerformer, operations: TaskPerformer) -> None:
        self._caller = caller
        self._clusters = clusters
        self._jobs = jobs
        self._operations = operations

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `TaskPerformer.perform`."""
        if command.resource.action == RUN_JOB:
            self._jobs.perform(command, deliver)
        elif command.resource.action == ACTION and command.resource.pattern != "sync":
            self._caller.submit(lambda: self._call(command), deliver)
        else:
            self._operations.perform(command, deliver)

    def cancel(self, command: CancelTask) -> None:
        """See `TaskPerformer.cancel`. A request that was sent can't be taken back."""
        performer = self._jobs if command.resource.action == RUN_JOB else self._operations
        performer.cancel(command)

    def _call(self, command: InvokeTask) -> TaskOutcome:
        try:
            given = _checked(jsontext.decode(command.parameters))
            response = self._clusters.send(command, given, _request(given))
        except UnusableRequest as reason:
            return unusable(command, reason)
        except Refused as refused:
            return refused.outcome
        shown = shown_response(response)
        if 200 <= response.status < 300:
            return TaskOutcome(output=shown)
        return TaskOutcome(error=f"EKS.{response.status}", cause=shown.decode())


def check_fields(given: Any, fields: Collection[str], texts: Collection[str]) -> dict[str, Any]:
    """A task's parameters, if it has no others than these fields, and all texts.

    Raises:
        UnusableRequest: see there.
    """
    if not isinstance(given, dict):
        raise UnusableRequest("The parameters must be an OBJECT")
    for field in given:
        if field not in fields:
            raise UnusableRequest(f'The field "{field}" is not supported by Step Functions')
    for field in texts:
        if given.get(field) is None:
            raise UnusableRequest(f"The field '{field}' is required but was missing")
        if not isinstance(given[field], str):
            raise UnusableRequest(f"The value for the field '{field}' must be a STRING")
    return dict(given)


def _checked(parameters: Any) -> dict[str, Any]:
    given = check_fields(parameters, _FIELDS, _TEXTS)
    if given["Method"] not in METHODS:
        raise UnusableRequest(f"The value '{given['Method']}' for the field 'Method' is not valid")
    if not isinstance(given.get("QueryParameters"), dict | None):
        raise UnusableRequest("The value for the field 'QueryParameters' must be an OBJECT")
    return given


def _authority(text: str) -> str:
    """The cluster's certificate authority, as PEM."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise UnusableRequest("The value for the field 'CertificateAuthority' must be BASE64") from None


def _request(given: dict[str, Any]) -> HttpRequest:
    """The request, its URL but a path."""
    query = query_text(given.get("QueryParameters") or {})
    path = quote(given["Path"], safe="/%:@!$&()*+,;=~-._")
    url = f"{path}{'?' if query else ''}{query}"
    if given.get("RequestBody") is None:
        return HttpRequest(given["Method"], url, {})
    kind = "application/merge-patch+json" if given["Method"] == "PATCH" else "application/json"
    return HttpRequest(given["Method"], url, {"Content-Type": [kind]}, jsontext.encode(given["RequestBody"]))


def shown_response(response: HttpResponse) -> bytes:
    """An answer as a task's result, JSON text."""
    text = response.body.decode(errors="replace")
    try:
        body = jsontext.decode(text)
    except jsontext.InvalidJson:
        body = text
    return jsontext.encode(
        {
            "ResponseBody": body,
            "ResponseHeaders": response.headers,
            "StatusCode": response.status,
            "StatusText": response.reason,
        }
    )

"""`arn:aws:states:::eks:call`: a Task that calls the Kubernetes API of an EKS cluster.

The caller is who AWS says it is: the token is a signed request for `sts:GetCallerIdentity`, valid for a minute.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-eks.html
https://docs.aws.amazon.com/eks/latest/userguide/cluster-auth.html
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError

from podium.core import jsontext
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws.call import Caller
from podium.integrations.aws.client import AwsClient
from podium.integrations.contract import Deliver, TaskOutcome, TaskPerformer, caller_of, unusable
from podium.integrations.http.client import AnswerTooLarge, HttpClient, HttpRequest, HttpResponse, SocketFailure
from podium.integrations.http.invoke import TIMEOUT_SECONDS
from podium.integrations.http.request import METHODS, RESPONSE_BYTES_MAX, UnusableRequest, query_text

ACTION: Final = "call"
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


class EksIntegration:
    """Performs `eks:call`, and leaves the service's own operations to another performer.

    Args:
        caller: does the blocking work.
        operations: performs all other actions of `eks`.
    """

    def __init__(self, caller: Caller, client: HttpClient, token_of: TokenOf, operations: TaskPerformer) -> None:
        self._caller = caller
        self._client = client
        self._token_of = token_of
        self._operations = operations

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `TaskPerformer.perform`."""
        if command.resource.action == ACTION and command.resource.pattern != "sync":
            self._caller.submit(lambda: self._call(command), deliver)
        else:
            self._operations.perform(command, deliver)

    def cancel(self, command: CancelTask) -> None:
        """See `TaskPerformer.cancel`. A request that was sent can't be taken back."""
        self._operations.cancel(command)

    def _call(self, command: InvokeTask) -> TaskOutcome:
        region, _ = caller_of(command)
        try:
            given = _checked(jsontext.decode(command.parameters))
            token = self._token_of(given["ClusterName"], command.resource.region or region, command.role_arn)
            response = self._client.send(
                _request(given, token),
                seconds=TIMEOUT_SECONDS,
                bytes_max=RESPONSE_BYTES_MAX,
                authority=_authority(given["CertificateAuthority"]),
            )
        except UnusableRequest as reason:
            return unusable(command, reason)
        except (SocketFailure, BotoCoreError) as failure:
            return TaskOutcome(error="EKS.SdkClientException", cause=str(failure))
        except AnswerTooLarge:
            cause = f"The response of the Kubernetes API is larger than {RESPONSE_BYTES_MAX} bytes."
            return TaskOutcome(error="States.DataLimitExceeded", cause=cause)
        shown = _shown(response)
        if 200 <= response.status < 300:
            return TaskOutcome(output=shown)
        return TaskOutcome(error=f"EKS.{response.status}", cause=shown.decode())


def _checked(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise UnusableRequest("The parameters must be an OBJECT")
    for field in given:
        if field not in _FIELDS:
            raise UnusableRequest(f"The field '{field}' is not supported by Step Functions")
    for field in _TEXTS:
        if given.get(field) is None:
            raise UnusableRequest(f"The field '{field}' is required but was missing")
        if not isinstance(given[field], str):
            raise UnusableRequest(f"The value for the field '{field}' must be a STRING")
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


def _request(given: dict[str, Any], token: str) -> HttpRequest:
    query = query_text(given.get("QueryParameters") or {})
    path = quote(given["Path"], safe="/%:@!$&()*+,;=~-._")
    url = f"{given['Endpoint'].rstrip('/')}/{path.lstrip('/')}{'?' if query else ''}{query}"
    headers = {"Authorization": [f"Bearer {token}"], "Accept": ["application/json"]}
    if given.get("RequestBody") is None:
        return HttpRequest(given["Method"], url, headers)
    kind = "application/merge-patch+json" if given["Method"] == "PATCH" else "application/json"
    return HttpRequest(given["Method"], url, headers | {"Content-Type": [kind]}, jsontext.encode(given["RequestBody"]))


def _shown(response: HttpResponse) -> bytes:
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

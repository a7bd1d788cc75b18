"""`eks:call`: a request to a cluster's Kubernetes API, signed for by AWS; all else of `eks` goes on as before."""

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws.client import AwsClient
from podium.integrations.http.client import AnswerTooLarge, HttpResponse, SocketFailure
from podium.integrations.http.kubernetes import EksIntegration, Kubernetes, tokens

EXECUTION = "arn:aws:states:eu-west-3:123456789012:execution:orders:one"
CALL = {
    "ClusterName": "blue",
    "CertificateAuthority": base64.b64encode(b"PEM").decode(),
    "Endpoint": "https://abc.eu-west-3.eks.amazonaws.com/",
    "Method": "GET",
    "Path": "/api/v1/namespaces/default/pods",
    "QueryParameters": {"labelSelector": ["job-name=x"], "limit": 5},
}


class Caller:
    def submit(self, work, deliver):
        deliver(work())


class Http:
    def __init__(self, answer):
        self.answer, self.sent = answer, []

    def send(self, request, *, seconds, bytes_max, authority):
        self.sent.append((request, authority))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Operations:
    def __init__(self):
        self.performed, self.cancelled = [], []

    def perform(self, command, deliver):
        self.performed.append(command)

    def cancel(self, command):
        self.cancelled.append(command)


def answer(status=200, body=b'{"items":[]}'):
    return HttpResponse(status, "Word", {"Content-Type": ["application/json"]}, body)


def command(resource, parameters):
    arn = parse_resource(f"arn:aws:states:::{resource}")
    return InvokeTask(EXECUTION, 1, 3, 0, arn, json.dumps(parameters).encode(), "key", role_arn="arn:role")


def called(parameters, given=None):
    http, outcomes, asked = Http(given or answer()), [], []

    def token_of(cluster, region, role_arn):
        asked.append((cluster, region, role_arn))
        return "token"

    EksIntegration(Caller(), Kubernetes(http, token_of), Operations(), Operations()).perform(
        command("eks:call", parameters), outcomes.append
    )
    return outcomes[0], http.sent, asked


def test_the_api_is_called_with_a_token_and_the_clusters_authority():
    outcome, ((request, authority),), asked = called(CALL)
    assert request.url == (
        "https://abc.eu-west-3.eks.amazonaws.com/api/v1/namespaces/default/pods?labelSelector=job-name%3Dx&limit=5"
    )
    assert (request.method, request.body, authority) == ("GET", None, "PEM")
    assert request.headers == {"Authorization": ["Bearer token"], "Accept": ["application/json"]}
    assert asked == [("blue", "eu-west-3", "arn:role")]
    assert json.loads(outcome.output) == {
        "ResponseBody": {"items": []},
        "ResponseHeaders": {"Content-Type": ["application/json"]},
        "StatusCode": 200,
        "StatusText": "Word",
    }


@pytest.mark.parametrize(("method", "kind"), [("POST", "application/json"), ("PATCH", "application/merge-patch+json")])
def test_a_body_is_json(method, kind):
    _, ((request, _),), _ = called({**CALL, "Method": method, "RequestBody": {"a": 1}})
    assert (request.headers["Content-Type"], request.body) == ([kind], b'{"a":1}')


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        (answer(409, b'{"reason":"AlreadyExists"}'), "EKS.409", '"ResponseBody":{"reason":"AlreadyExists"}'),
        (answer(502, b"no json"), "EKS.502", '"ResponseBody":"no json"'),
        (SocketFailure("away"), "EKS.SdkClientException", "away"),
        (AnswerTooLarge(), "States.DataLimitExceeded", "larger than"),
    ],
)
def test_failures(given, error, said):
    outcome, _, _ = called(CALL, given)
    assert outcome.error == error
    assert said in outcome.cause


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ClusterName": None}, "The field 'ClusterName' is required"),
        ({"Path": 1}, "The value for the field 'Path' must be a STRING"),
        ({"Method": "FETCH"}, "The value 'FETCH' for the field 'Method' is not valid"),
        ({"CertificateAuthority": "!"}, "must be BASE64"),
        ({"QueryParameters": []}, "must be an OBJECT"),
        ({"Namespace": "x"}, 'The field "Namespace" is not supported'),
    ],
)
def test_parameters_that_make_no_call(changed, said):
    outcome, sent, _ = called({**CALL, **changed})
    assert (outcome.error, sent) == ("States.Runtime", [])
    assert said in outcome.cause


def test_everything_else_is_the_services_own():
    operations = Operations()
    integration = EksIntegration(Caller(), Kubernetes(Http(answer()), None), Operations(), operations)
    created = command("eks:createCluster.sync", {})
    integration.perform(created, lambda outcome: None)
    integration.cancel(CancelTask(EXECUTION, 3, created.resource))
    assert (operations.performed, len(operations.cancelled)) == ([created], 1)


def test_a_token_is_a_signed_request_that_names_the_cluster(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    token = tokens(AwsClient())("blue", "eu-west-3", None)
    encoded = token.removeprefix("k8s-aws-v1.")
    assert (token[:11], "=" in encoded) == ("k8s-aws-v1.", False)
    parts = urlsplit(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode())
    query = parse_qs(parts.query)
    assert (parts.netloc, query["Action"]) == ("sts.eu-west-3.amazonaws.com", ["GetCallerIdentity"])
    assert query["X-Amz-SignedHeaders"] == ["host;x-k8s-aws-id"]
    assert query["X-Amz-Expires"] == ["60"]
    assert query["X-Amz-Credential"][0].startswith("AKID/")

"""`http:invoke` and `apigateway:invoke`: parameters to a request, an answer to a result, secrets kept apart."""

import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import InvokeTask
from podium.integrations.http.api_gateway import ApiGatewayIntegration
from podium.integrations.http.client import AnswerTooLarge, HttpResponse, SocketFailure
from podium.integrations.http.connections import Additions, Basic, Connection, OAuth
from podium.integrations.http.invoke import HttpIntegration
from podium.integrations.http.request import UnusableRequest, form_encoded

EXECUTION = "arn:aws:states:eu-west-3:123456789012:execution:orders:one"
NOTHING = Additions({}, {}, {})
OPEN = Connection("open", None, NOTHING)
BASE = {"ApiEndpoint": "https://api.test/v1", "Method": "GET", "Authentication": {"ConnectionArn": "arn"}}


class Caller:
    def submit(self, work, deliver):
        deliver(work())


class Http:
    def __init__(self, *answers):
        self.answers, self.requests = list(answers), []

    def send(self, request, *, seconds, bytes_max):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Connections:
    def __init__(self, connection):
        self.connection = connection

    def find(self, arn, role_arn):
        return self.connection


class Tokens:
    def __init__(self, *tokens):
        self.tokens, self.forgotten = list(tokens), 0

    def token(self, connection, oauth, seconds):
        return self.tokens[0]

    def forget(self, connection):
        self.forgotten += 1
        del self.tokens[0]


def answer(status=200, body=b'{"a":1}', content_type="application/json"):
    return HttpResponse(status, "Word", {"Content-Type": [content_type]}, body)


def command(resource, parameters):
    return InvokeTask(EXECUTION, 1, 3, 0, parse_resource(resource), json.dumps(parameters).encode(), "key")


def performed(parameters, *answers, connection=OPEN, tokens=None):
    http, outcomes = Http(*answers or [answer()]), []
    integration = HttpIntegration(Caller(), http, Connections(connection), tokens or Tokens())
    integration.perform(command("arn:aws:states:::http:invoke", parameters), outcomes.append)
    return outcomes[0], http.requests


def test_a_request_and_its_answer():
    parameters = {
        **BASE,
        "Method": "post",
        "Headers": {"X-One": "1", "X-Many": ["2", 3]},
        "QueryParameters": {"q": "a b", "n": 1, "many": ["x", "y"]},
        "RequestBody": {"name": "Ada"},
    }
    outcome, (request,) = performed(parameters)
    assert (request.method, request.url) == ("POST", "https://api.test/v1?q=a+b&n=1&many=x&many=y")
    assert request.body == b'{"name":"Ada"}'
    assert request.headers == {
        "User-Agent": ["Amazon|StepFunctions|HttpInvoke|eu-west-3"],
        "Range": ["bytes=0-262144"],
        "X-One": ["1"],
        "X-Many": ["2", "3"],
        "Content-Type": ["application/json"],
    }
    assert json.loads(outcome.output) == {
        "Headers": {"Content-Type": ["application/json"]},
        "ResponseBody": {"a": 1},
        "StatusCode": 200,
        "StatusText": "Word",
    }


def test_the_connection_is_named_in_either_field():
    held = {key: value for key, value in BASE.items() if key != "Authentication"}
    assert performed({**held, "InvocationConfig": {"ConnectionArn": "arn"}})[0].error is None
    assert performed(held)[0].error == "States.Runtime"


def test_what_the_connection_says_goes_before_what_the_task_says():
    additions = Additions({"x-who": "connection"}, {"q": "connection"}, {"b": "connection"})
    connection = Connection("key", Basic("u", "p"), additions)
    parameters = {
        **BASE,
        "Method": "POST",
        "Headers": {"X-Who": "task", "authorization": "task"},
        "QueryParameters": {"q": "task", "other": "task"},
        "RequestBody": {"a": "task", "b": "task"},
    }
    outcome, (request,) = performed(parameters, connection=connection)
    assert request.url == "https://api.test/v1?q=connection&other=task"
    assert request.body == b'{"a":"task","b":"connection"}'
    assert (request.headers["x-who"], request.headers["Authorization"]) == (["connection"], ["Basic dTpw"])
    assert not {"X-Who", "authorization"} & request.headers.keys()
    shown, revealed = outcome.exchange["request"], outcome.exchange["revealed_request"]
    assert "connection" not in json.dumps(shown)
    assert "dTpw" not in json.dumps(shown)
    assert "dTpw" in revealed["headers"]
    assert revealed["url"] == request.url
    assert outcome.exchange["response"]["statusCode"] == "200"


def test_a_refused_token_is_exchanged_once():
    connection = Connection("key", OAuth("https://auth.test", "POST", "i", "s", NOTHING), NOTHING)
    tokens = Tokens("old", "new", "newer")
    outcome, requests = performed(BASE, answer(401), answer(), connection=connection, tokens=tokens)
    assert [request.headers["Authorization"] for request in requests] == [["Bearer old"], ["Bearer new"]]
    assert outcome.error is None
    outcome, requests = performed(BASE, answer(401), answer(401), connection=connection, tokens=Tokens("a", "b"))
    assert (outcome.error, len(requests)) == ("States.Http.StatusCode.401", 2)


@pytest.mark.parametrize(
    ("given_answer", "error", "cause"),
    [
        (answer(404, b'{"no":1}'), "States.Http.StatusCode.404", '{"no":1}'),
        (answer(302, b""), "States.Http.StatusCode.302", "Word"),
        (answer(500, b"broken", "text/plain"), "States.Http.StatusCode.500", "broken"),
        (SocketFailure("The request timed out."), "States.Http.Socket", "The request timed out."),
        (AnswerTooLarge(), "States.DataLimitExceeded", "larger than 262144 bytes"),
        (answer(200, b"\xff\xfe"), "States.Runtime", "cannot be read as text"),
        (answer(200, b"x", "image/png"), "States.Runtime", "cannot be read as text"),
    ],
)
def test_failures(given_answer, error, cause):
    outcome, _ = performed(BASE, given_answer)
    assert outcome.error == error
    assert cause in outcome.cause


@pytest.mark.parametrize(
    ("body", "content_type", "shown"),
    [
        (b"plain", "text/html", "plain"),
        (b'{"a":1}', "text/plain", '{"a":1}'),
        (b'{"a":1}', "application/problem+json; charset=utf-8", {"a": 1}),
        (b"not json", "application/json", "not json"),
        (b"", "application/json", ""),
    ],
)
def test_a_body_is_read_by_its_type(body, content_type, shown):
    outcome, _ = performed(BASE, answer(200, body, content_type))
    assert json.loads(outcome.output)["ResponseBody"] == shown


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ApiEndpoint": None}, "The field 'ApiEndpoint' is required but was missing"),
        ({"Method": "FETCH"}, "The value 'FETCH' for the field 'Method' is not valid"),
        ({"Url": "x"}, 'The field "Url" is not supported by Step Functions'),
        ({"Headers": {"Host": "x"}}, "The header 'Host' is not supported"),
        ({"Headers": {"X-Amz-Date": "x"}}, "The header 'X-Amz-Date' is not supported"),
        ({"Headers": {"X-Forwarded-For": "x"}}, "The header 'X-Forwarded-For' is not supported"),
        ({"Headers": {"A": "b\r\nHost: c"}}, "The header 'A' is not valid"),
        ({"Headers": {"A b": "c"}}, "The header 'A b' is not valid"),
        ({"Headers": []}, "The value for the field 'Headers' must be an OBJECT"),
        ({"Transform": {"RequestBodyEncoding": "XML"}}, "The value 'XML' for the field 'RequestBodyEncoding'"),
    ],
)
def test_parameters_that_make_no_request(changed, said):
    outcome, requests = performed({**BASE, **changed})
    assert (outcome.error, requests) == ("States.Runtime", [])
    assert said in outcome.cause


def test_urls_cannot_break_out_of_the_request():
    _, (request,) = performed({**BASE, "ApiEndpoint": "https://api.test/a b\r\nX: y?q=ä\n#fragment"})
    assert not set(request.url) & set(" \r\n#ä")


BODY = {"text": "a b", "deep": {"x": {"y": 1}}, "many": ["p", "q"], "flag": True}


@pytest.mark.parametrize(
    ("array_format", "many"),
    [
        ("INDICES", [("many[0]", "p"), ("many[1]", "q")]),
        ("REPEAT", [("many", "p"), ("many", "q")]),
        ("COMMAS", [("many", "p,q")]),
        ("BRACKETS", [("many[]", "p"), ("many[]", "q")]),
    ],
)
def test_url_encoded_bodies(array_format, many):
    transform = {"RequestBodyEncoding": "URL_ENCODED", "RequestEncodingOptions": {"ArrayFormat": array_format}}
    _, (request,) = performed({**BASE, "Method": "POST", "RequestBody": BODY, "Transform": transform})
    assert parse_qsl(request.body.decode()) == [("text", "a b"), ("deep[x][y]", "1"), *many, ("flag", "true")]
    assert request.headers["Content-Type"] == ["application/x-www-form-urlencoded"]


def test_only_objects_and_texts_can_be_url_encoded():
    assert form_encoded("a=b", "INDICES") == "a=b"
    with pytest.raises(UnusableRequest):
        form_encoded([1], "INDICES")


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=5))
def test_texts_survive_url_encoding(body):
    assert dict(parse_qsl(form_encoded(body, "INDICES"), keep_blank_values=True)) == body


API = {"ApiEndpoint": "abc.execute-api.eu-west-3.amazonaws.com", "Method": "GET"}


def gateway(parameters, *answers, endpoint=None):
    http, outcomes, signed = Http(*answers or [answer()]), [], []

    def sign(request, region, role_arn):
        signed.append(region)
        return request

    integration = ApiGatewayIntegration(Caller(), http, sign, endpoint)
    integration.perform(command("arn:aws:states:::apigateway:invoke", parameters), outcomes.append)
    return outcomes[0], http.requests, signed


def test_a_stage_of_an_api_is_called():
    parameters = {
        **API,
        "Stage": "prod",
        "Path": "/bills/7 8",
        "Headers": {"X": ["1", "2"]},
        "QueryParameters": {"type": ["a", "b"]},
        "RequestBody": {"x": 1},
        "AuthType": "IAM_ROLE",
    }
    outcome, (request,), signed = gateway(parameters)
    assert request.url == f"https://{API['ApiEndpoint']}/prod/bills/7%208?type=a&type=b"
    assert request.headers == {"X": ["1", "2"], "Content-Type": ["application/json"]}
    assert (request.body, signed) == (b'{"x":1}', ["eu-west-3"])
    assert json.loads(outcome.output)["ResponseBody"] == {"a": 1}


@pytest.mark.parametrize(("body", "sent"), [(None, None), ("", b'""'), ("text", b'"text"')])
def test_a_body_is_json(body, sent):
    _, (request,), signed = gateway({**API, "RequestBody": body})
    assert (request.body, signed) == (sent, [])


def test_a_stand_in_is_told_the_apis_name():
    _, (request,), _ = gateway({**API, "Stage": "s"}, endpoint="http://127.0.0.1:5000")
    assert request.url == "http://127.0.0.1:5000/s"
    assert request.headers["Host"] == [API["ApiEndpoint"]]


def test_a_refusal_is_named_by_its_status():
    outcome, _, _ = gateway(API, answer(403, b'{"message":"Missing Authentication Token"}'))
    assert (outcome.error, outcome.cause) == ("ApiGateway.403", '{"message":"Missing Authentication Token"}')
    outcome, _, _ = gateway(API, SocketFailure("away"))
    assert (outcome.error, outcome.cause) == ("ApiGateway.SdkClientException", "away")


@pytest.mark.parametrize(
    "changed",
    [
        {"ApiEndpoint": "169.254.169.254"},
        {"ApiEndpoint": "evil.test/abc.execute-api.eu-west-3.amazonaws.com"},
        {"Method": None},
        {"AuthType": "MAGIC"},
        {"Url": "x"},
        {"Stage": 1},
        {"Headers": "x"},
    ],
)
def test_parameters_that_call_no_api(changed):
    outcome, requests, _ = gateway({**API, **changed})
    assert (outcome.error, requests) == ("States.Runtime", [])

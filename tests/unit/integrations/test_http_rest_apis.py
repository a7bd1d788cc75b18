"""REST APIs of a stand-in whose methods call functions: routed, invoked and answered as API Gateway does it."""

import io
import json

import pytest
from botocore.exceptions import ClientError

from podium.integrations.http.client import HttpRequest
from podium.integrations.http.rest_apis import RestApis

HOST = "abc.execute-api.eu-west-3.amazonaws.com"
URI = "arn:aws:apigateway:eu-west-3:lambda:path/2015-03-31/functions/arn:f/invocations"


def method(kind="AWS", **more):
    responses = {"200": {"statusCode": "200"}, "404": {"statusCode": "404", "selectionPattern": "not .*"}}
    return {"methodIntegration": {"type": kind, "uri": URI, "integrationResponses": responses, **more}}


class Stand:
    """A stand-in with one API, and functions that answer as told."""

    def __init__(self, resources, answered=b"{}", *, failed=False):
        self.resources = [{"id": str(number), **resource} for number, resource in enumerate(resources)]
        self.answered, self.failed, self.events = answered, failed, []

    def call(self, service, operation, region, input, role_arn=None, account=None):
        if service == "lambda":
            assert input["FunctionName"] == "arn:f"
            self.events.append(input["Payload"])
            if isinstance(self.answered, Exception):
                raise self.answered
            more = {"FunctionError": "Unhandled"} if self.failed else {}
            return {"Payload": io.BytesIO(self.answered), **more}
        if input["restApiId"] != "abc" or input.get("stageName", "prod") != "prod":
            raise ClientError({"Error": {"Code": "NotFoundException"}}, operation)
        if operation == "GetResources":
            number = int(input.get("position", 0))
            more = {"position": str(number + 1)} if number + 1 < len(self.resources) else {}
            return {"items": self.resources[number : number + 1], **more}
        return {"variables": {"table": "t"}} if operation == "GetStage" else {}


def answered(stand, path="/prod/x", verb="POST", body=None, host=HOST, headers=None):
    request = HttpRequest(verb, f"https://{host}{path}", headers or {}, body)
    return RestApis(stand, lambda: 0.0).answer(request, "eu-west-3", "123456789012")


X = {"path": "/x", "resourceMethods": {"POST": method()}}


def test_a_function_gets_the_body_and_its_answer_is_the_response():
    stand = Stand([X], b'{"a":1}')
    response = answered(stand, body=b'"hi"')
    assert (stand.events, response.status, response.reason, response.body) == ([b'"hi"'], 200, "OK", b'{"a":1}')
    assert response.headers["Content-Type"] == ["application/json"]
    assert response.headers["Content-Length"] == ["7"]
    assert response.headers["X-Amzn-Trace-Id"][0].startswith("Root=1-00000000-")
    answered(stand)
    assert stand.events[1] == b"{}"


@pytest.mark.parametrize(("said", "status"), [("not there", 404), ("odd", 200)])
def test_an_error_has_the_status_it_is_mapped_to(said, status):
    payload = json.dumps({"errorMessage": said}).encode()
    response = answered(Stand([X], payload, failed=True))
    assert (response.status, response.body) == (status, payload)


@pytest.mark.parametrize(
    ("path", "verb", "host", "message"),
    [
        ("/prod/y", "POST", HOST, "Missing Authentication Token"),
        ("/prod/x", "GET", HOST, "Missing Authentication Token"),
        ("/test/x", "POST", HOST, "Forbidden"),
    ],
)
def test_what_is_not_there_is_forbidden(path, verb, host, message):
    response = answered(Stand([X]), path, verb, host=host)
    assert (response.status, json.loads(response.body)) == (403, {"message": message})


@pytest.mark.parametrize(
    "other",
    [
        {"uri": "https://elsewhere.test"},
        {"type": "MOCK"},
        {"requestTemplates": {"application/json": "$input"}},
    ],
)
def test_what_calls_no_function_is_left_to_the_stand_in(other):
    assert answered(Stand([{"path": "/x", "resourceMethods": {"POST": method(**other)}}])) is None
    assert answered(Stand([X]), host=HOST.replace("abc", "other")) is None


@pytest.mark.parametrize(
    ("path", "resource", "parameters"),
    [
        ("/orders/new", "/orders/new", None),
        ("/orders/7", "/orders/{id}", {"id": "7"}),
        ("/orders/7/lines/8", "/{proxy+}", {"proxy": "orders/7/lines/8"}),
        ("/orders", "/{proxy+}", {"proxy": "orders"}),
    ],
)
def test_the_most_exact_path_is_taken(path, resource, parameters):
    paths = ("/{proxy+}", "/orders/{id}", "/orders/new", "/")
    stand = Stand([{"path": one, "resourceMethods": {"ANY": method("AWS_PROXY")}} for one in paths])
    answered(stand, f"/prod{path}")
    event = json.loads(stand.events[0])
    assert (event["resource"], event["pathParameters"]) == (resource, parameters)


PROXY = {"path": "/x", "resourceMethods": {"ANY": method("AWS_PROXY")}}


def test_a_proxied_function_gets_the_request_and_makes_the_response():
    made = {
        "statusCode": 201,
        "headers": {"X-A": 1, "content-type": "text/plain"},
        "body": "aGk=",
        "isBase64Encoded": True,
    }
    stand = Stand([PROXY], json.dumps(made).encode())
    response = answered(stand, "/prod/x?a=1&a=2", body=b"text", headers={"H": ["1", "2"]})
    assert (response.status, response.body, response.headers["X-A"]) == (201, b"hi", ["1"])
    assert "Content-Type" not in response.headers
    event = json.loads(stand.events[0])
    assert (event["httpMethod"], event["path"], event["body"]) == ("POST", "/x", "text")
    assert (event["headers"], event["multiValueHeaders"]) == ({"H": "2"}, {"H": ["1", "2"]})
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert event["stageVariables"] == {"table": "t"}
    context = event["requestContext"]
    assert (context["apiId"], context["stage"], context["path"]) == ("abc", "prod", "/prod/x")


@pytest.mark.parametrize(
    ("payload", "failed"),
    [(b'{"statusCode": 200}', True), (b'"text"', False), (b'{"body": {"a": 1}}', False), (b'{"body": "x"}', False)],
)
def test_what_is_no_response_is_a_bad_gateway(payload, failed):
    response = answered(Stand([PROXY], payload, failed=failed))
    assert (response.status, json.loads(response.body)) == (502, {"message": "Internal server error"})


def test_a_function_that_is_not_there_is_an_error():
    missing = ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "Invoke")
    assert answered(Stand([X], missing)).status == 500
    assert answered(Stand([PROXY], missing)).status == 502

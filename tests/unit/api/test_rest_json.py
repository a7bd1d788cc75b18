"""REST-JSON through the application, with operations that repeat what they were given."""

import json

import pytest

from podium.api.app import build_app
from podium.api.errors import ApiError
from podium.api.http import Request

ZIP = "UEsFBg=="
ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"


class Recorder:
    """Stands for any operation: remembers its input, gives `output`."""

    def __init__(self, output=None, error=None):
        self.output, self.error = output or {}, error

    async def __call__(self, services, context, input):
        self.input, self.context = input, context
        if self.error:
            raise self.error
        return self.output


@pytest.fixture
def perform(services):
    async def perform(operation, recorder, method, path, body=b"", query="", **headers):
        app = build_app(services, {operation: recorder})
        request = Request(method, path, query, headers, body if isinstance(body, bytes) else json.dumps(body).encode())
        return await app(request)

    return perform


async def test_members_in_the_body_and_a_status_of_its_own(perform):
    recorder = Recorder({"FunctionName": "f", "CodeSize": 4})
    body = {
        "FunctionName": "f",
        "Role": "arn:aws:iam::000000000000:role/r",
        "Code": {"ZipFile": ZIP},
        "Environment": {"Variables": {"KEY": "b"}},
        "Unknown": 1,
    }
    response = await perform("CreateFunction", recorder, "POST", "/2015-03-31/functions", body)
    assert recorder.input == {
        "FunctionName": "f",
        "Role": body["Role"],
        "Code": {"ZipFile": b"PK\x05\x06"},
        "Environment": {"Variables": {"KEY": "b"}},
    }
    assert (response.status, json.loads(response.body)) == (201, {"FunctionName": "f", "CodeSize": 4})
    assert dict(response.headers)["Content-Type"] == "application/json"


async def test_members_in_path_query_headers_and_payload(perform):
    recorder = Recorder(
        {"StatusCode": 200, "FunctionError": "Unhandled", "ExecutedVersion": "$LATEST", "Payload": b'{"a":1}'}
    )
    response = await perform(
        "Invoke",
        recorder,
        "POST",
        "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af/invocations",
        b"not even json",
        "Qualifier=%24LATEST",
        **{"x-amz-invocation-type": "RequestResponse", "x-amz-log-type": "Tail"},
    )
    assert recorder.input == {
        "FunctionName": "arn:aws:lambda:us-east-1:000000000000:function:f",
        "InvocationType": "RequestResponse",
        "LogType": "Tail",
        "Payload": b"not even json",
        "Qualifier": "$LATEST",
    }
    headers = dict(response.headers)
    assert (response.status, response.body) == (200, b'{"a":1}')
    assert (headers["X-Amz-Function-Error"], headers["X-Amz-Executed-Version"]) == ("Unhandled", "$LATEST")


async def test_numbers_and_booleans_in_the_query(perform):
    recorder = Recorder({"Functions": []})
    await perform("ListFunctions", recorder, "GET", "/2015-03-31/functions/", query="MaxItems=5&Marker=m")
    assert recorder.input == {"MaxItems": 5, "Marker": "m"}
    response = await perform("ListFunctions", recorder, "GET", "/2015-03-31/functions", query="MaxItems=five")
    assert dict(response.headers)["x-amzn-errortype"] == "SerializationException"


async def test_an_answer_without_a_body(perform):
    response = await perform("DeleteFunction", Recorder(), "DELETE", "/2015-03-31/functions/f")
    assert (response.status, response.body) in ((204, b""), (200, b"{}"))


async def test_bytes_in_an_answer_are_base64(perform):
    recorder = Recorder({"Tags": {"a": "b"}, "Extra": [b"PK\x05\x06", None], "Gone": None})
    response = await perform("ListTags", recorder, "GET", f"/2017-03-31/tags/{ARN.replace(':', '%3A')}")
    assert json.loads(response.body) == {"Tags": {"a": "b"}, "Extra": [ZIP, None]}


@pytest.mark.parametrize(("status", "type_"), [(404, "User"), (500, "Service")])
async def test_errors(perform, status, type_):
    recorder = Recorder(error=ApiError("SomeException", "Not so", status=status))
    response = await perform("GetFunction", recorder, "GET", "/2015-03-31/functions/f")
    assert response.status == status
    assert dict(response.headers)["x-amzn-errortype"] == "SomeException"
    assert json.loads(response.body) == {"Type": type_, "Message": "Not so"}


async def test_broken_constraints_name_members_as_lambda_does(perform):
    response = await perform("CreateFunction", Recorder(), "POST", "/2015-03-31/functions", {"FunctionName": "f"})
    assert (response.status, dict(response.headers)["x-amzn-errortype"]) == (400, "ValidationException")
    assert "Value null at 'role' failed to satisfy constraint: Member must not be null" in response.body.decode()


@pytest.mark.parametrize("body", [b"{", b"[]", b"[" * 100_000, b"\xff"])
async def test_a_body_that_cant_be_read(perform, body):
    response = await perform("CreateFunction", Recorder(), "POST", "/2015-03-31/functions", body)
    assert (response.status, dict(response.headers)["x-amzn-errortype"]) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/2015-03-31/functions/f/invocations"),
        ("POST", "/2015-03-31/functions/f"),
        ("POST", "/2015-03-31/functions/a/b/invocations"),
        ("GET", "/favicon.ico"),
    ],
)
async def test_no_such_operation(perform, method, path):
    response = await perform("Invoke", Recorder(), method, path)
    assert (response.status, dict(response.headers)["x-amzn-errortype"]) == (404, "UnknownOperationException")


@pytest.mark.parametrize(
    ("operation", "path", "limit", "code"),
    [
        ("CreateFunction", "/2015-03-31/functions", 69_905_067, "RequestEntityTooLargeException"),
        ("Invoke", "/2015-03-31/functions/f/invocations", 6_291_456, "RequestTooLargeException"),
    ],
)
async def test_bodies_have_their_operations_bound(services, operation, path, limit, code):
    app = build_app(services, {operation: Recorder()})
    head = Request("POST", path, "", {})
    assert app.body_max_bytes(head) == limit
    response = app.body_too_large(head)
    assert (response.status, dict(response.headers)["x-amzn-errortype"]) == (413, code)
    assert f"Request must be smaller than {limit} bytes for the {operation} operation" in response.body.decode()


async def test_header_values_stay_on_their_line(perform):
    recorder = Recorder({"StatusCode": 200, "FunctionError": "a\r\nX-Injected: 1", "Payload": b""})
    response = await perform("Invoke", recorder, "POST", "/2015-03-31/functions/f/invocations")
    assert dict(response.headers)["X-Amz-Function-Error"] == "a  X-Injected: 1"


async def test_greedy_labels_take_the_rest_of_the_path():
    from podium.api.protocol.rest_json import _match

    assert _match(("tags", "{Arn+}"), ("tags", "a", "b%2Fc")) == {"Arn": "a/b/c"}
    assert _match(("tags", "{Arn+}"), ("tags",)) is None

"""JSON 1.0 through the application: what is on the wire, for answers and for errors."""

import json

import pytest

from podium.api.errors import ApiError
from podium.api.http import Request
from podium.api.protocols import Protocols
from podium.engine.errors import CommitFailed, EngineDraining

MACHINE = {
    "name": "m",
    "definition": "{}",
    "roleArn": "arn:aws:iam::000000000000:role/r",
}
START = {"stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:m"}


async def post(app, operation, body, **headers):
    sent = {"x-amz-target": f"AWSStepFunctions.{operation}", **headers}
    response = await app(Request("POST", "/", "", sent, body if isinstance(body, bytes) else json.dumps(body).encode()))
    return response.status, dict(response.headers), json.loads(response.body)


async def test_an_answer(app):
    assert await post(app, "CreateStateMachine", MACHINE) == (
        200,
        {"x-amzn-RequestId": "00000000-0000-4000-8000-000000000001", "Content-Type": "application/x-amz-json-1.0"},
        {"stateMachineArn": START["stateMachineArn"], "creationDate": 1_700_000_000.123},
    )


@pytest.mark.parametrize(
    ("operation", "body", "error"),
    [
        (
            "DescribeStateMachine",
            START,
            {
                "__type": "com.amazonaws.swf.service.v2.model#StateMachineDoesNotExist",
                "message": f"State Machine Does Not Exist: '{START['stateMachineArn']}'",
            },
        ),
        (
            "DeleteStateMachine",
            {},
            {
                "__type": "com.amazon.coral.validate#ValidationException",
                "message": "1 validation error detected: Value null at 'stateMachineArn' failed to satisfy constraint: "
                "Member must not be null",
            },
        ),
        ("DeleteStateMachine", b"{", {"__type": "com.amazon.coral.service#SerializationException"}),
        ("Nothing", {}, {"__type": "com.amazon.coral.service#UnknownOperationException"}),
    ],
)
async def test_errors(app, operation, body, error):
    status, headers, answer = await post(app, operation, body)
    assert (status, answer) == (400, error)
    assert headers["Content-Type"] == "application/x-amz-json-1.0"


async def test_no_body_is_an_empty_object(app):
    assert (await post(app, "ListStateMachines", b""))[2] == {"stateMachines": []}


async def test_credentials_name_account_and_region(app):
    authorization = "AWS4-HMAC-SHA256 Credential=123456789012/20260101/ap-south-1/states/aws4_request, Signature=0"
    _, _, answer = await post(app, "CreateStateMachine", MACHINE, authorization=authorization)
    assert answer["stateMachineArn"] == "arn:aws:states:ap-south-1:123456789012:stateMachine:m"


@pytest.mark.parametrize("host", ["sync-localhost:8083", "states.us-east-1.amazonaws.com", ""])
async def test_the_host_name_does_not_matter(app, host):
    assert (await post(app, "ListStateMachines", {}, host=host))[0] == 200


async def test_an_engine_that_is_draining(app, services):
    await post(app, "CreateStateMachine", MACHINE)
    services.engine.fail = EngineDraining("later")
    status, _, answer = await post(app, "StartExecution", START)
    assert (status, answer["__type"]) == (503, "com.amazon.coral.service#ServiceUnavailable")


async def test_an_engine_that_fails_is_logged_and_tells_nothing(app, services, caplog):
    await post(app, "CreateStateMachine", MACHINE)
    services.engine.fail = CommitFailed("disk full at /secret")
    status, headers, answer = await post(app, "StartExecution", START)
    assert (status, answer["__type"].rpartition("#")[2]) == (503, "ServiceUnavailable")
    assert "/secret" not in str(answer)
    assert f"request {headers['x-amzn-RequestId']} failed: disk full" in caplog.text


async def test_nothing_is_done_before_the_server_is_ready(app, services):
    services.ready = lambda: False
    status, _, answer = await post(app, "CreateStateMachine", MACHINE)
    assert (status, answer["__type"].rpartition("#")[2]) == (503, "ServiceUnavailable")


async def test_liveness_and_readiness(app, services):
    assert (await app(Request("GET", "/livez", "", {}))).status == 200
    assert (await app(Request("GET", "/readyz", "", {}))).status == 200
    services.ready = lambda: False
    assert (await app(Request("GET", "/livez", "", {}))).status == 200
    assert (await app(Request("GET", "/readyz", "", {}))).status == 503


async def test_two_errors_have_a_status_of_their_own(app, services):
    await post(app, "CreateStateMachine", MACHINE)
    body = {**START, "revisionId": "other"}
    status, _, answer = await post(app, "PublishStateMachineVersion", body)
    assert (status, answer["__type"].rpartition("#")[2]) == (409, "ConflictException")


async def test_a_request_read_elsewhere_is_answered_as_one_read_here(app, services, context):
    await post(app, "CreateStateMachine", MACHINE)
    reader = Protocols({}).states
    for operation, body in (
        ("DescribeStateMachine", START),
        ("DescribeStateMachine", {"stateMachineArn": START["stateMachineArn"] + "x"}),
        ("StartExecution", {**START, "input": "{"}),
    ):
        request = Request("POST", "/", "", {"x-amz-target": f"AWSStepFunctions.{operation}"}, json.dumps(body).encode())
        name, input = reader.read(request)
        elsewhere = await app.answer_checked(context, name, input)
        here = await post(app, operation, body)
        assert (elsewhere.status, json.loads(elsewhere.body)) == (here[0], here[2])
        assert dict(elsewhere.headers)["x-amzn-RequestId"] == context.request_id
    services.ready = lambda: False
    assert (await app.answer_checked(context, "DescribeStateMachine", START)).status == 503


async def test_a_request_read_elsewhere_is_throttled(app, services, context):
    def refuse(context, operation):
        raise ApiError("ThrottlingException", f"{operation}!")

    services.throttle.admit = refuse
    refused = await app.answer_checked(context, "DescribeStateMachine", START)
    assert json.loads(refused.body)["message"] == "DescribeStateMachine!"


@pytest.mark.parametrize(
    ("operation", "body"), [("Nothing", b"{}"), ("DeleteStateMachine", b"{}"), ("DeleteStateMachine", b"{")]
)
def test_what_cannot_be_read_is_left_to_the_server(operation, body):
    request = Request("POST", "/", "", {"x-amz-target": f"AWSStepFunctions.{operation}"}, body)
    with pytest.raises(ApiError):
        Protocols({}).states.read(request)

"""Tasks that call functions: what is asked of the runtime and what becomes of its answer."""

import asyncio
import json

import pytest

from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.functions.contract import FunctionNotFound, FunctionResult, FunctionThrottled
from podium.integrations.lambda_ import LambdaIntegration

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:machine:run"
KEY = "0b8c0a6e-1111-4222-8333-444455556666"
INVOKE = "arn:aws:states:::lambda:invoke"
NOON = 1_763_812_800.0


class Runtime:
    def __init__(self):
        self.seen = []
        self.accepted = []
        self.result = FunctionResult(b'{"ok": true}')
        self.refusal = None
        self.functions = {ARN}

    def knows(self, function, qualifier=None):
        return function in self.functions

    async def accept(self, invocation):
        if self.refusal is not None:
            raise self.refusal
        self.accepted.append(invocation)

    def invoke(self, invocation, deliver):
        if self.refusal is not None:
            raise self.refusal
        self.seen.append(invocation)
        deliver(self.result)

    async def close(self):
        raise AssertionError("not the integration's to close")


@pytest.fixture
def runtime():
    return Runtime()


@pytest.fixture
def perform(runtime):
    integration = LambdaIntegration(runtime, lambda: NOON)

    def perform_task(resource, parameters):
        outcomes = []
        text = parameters if isinstance(parameters, bytes) else json.dumps(parameters).encode()
        command = InvokeTask(EXECUTION, 0, 3, 0, parse_resource(resource), text, KEY)
        integration.perform(command, outcomes.append)
        (outcome,) = outcomes
        return outcome

    return perform_task


def test_a_function_arn_gets_the_input_and_gives_the_output(perform, runtime):
    outcome = perform(ARN, b'{"a": 1.0}')
    (invocation,) = runtime.seen
    assert (invocation.function, invocation.payload, invocation.request_id) == (ARN, b'{"a": 1.0}', KEY)
    assert invocation.qualifier is None
    assert (outcome.output, outcome.error) == (b'{"ok": true}', None)


def test_a_qualifier_is_handed_on(perform, runtime):
    perform(f"{ARN}:live", {})
    assert (runtime.seen[0].function, runtime.seen[0].qualifier) == (ARN, "live")


@pytest.mark.parametrize("resource", [ARN, INVOKE])
def test_the_functions_error_is_the_tasks(perform, runtime, resource):
    cause = b'{"errorMessage": "no", "errorType": "CustomError", "requestId": "r", "stackTrace": []}'
    runtime.result = FunctionResult(cause, "Unhandled")
    outcome = perform(resource, {"FunctionName": "orders"})
    assert (outcome.output, outcome.error, outcome.cause) == (None, "CustomError", cause.decode())


@pytest.mark.parametrize(
    "payload", [b'{"errorMessage":"late"}', b'"text"', b"not JSON", b'{"errorType":""}', b'{"errorType":3}']
)
def test_an_error_without_a_type_is_unknown(perform, runtime, payload):
    runtime.result = FunctionResult(payload, "Unhandled")
    outcome = perform(ARN, {})
    assert outcome.error == "Lambda.Unknown"
    assert outcome.cause == (
        "The cause could not be determined because Lambda did not return an error type. "
        f"Returned payload: {payload.decode()}"
    )


@pytest.mark.parametrize(("resource", "arn"), [(ARN, ARN), (f"{ARN}:live", f"{ARN}:live"), (INVOKE, f"{ARN}:live")])
def test_an_unknown_function_is_lambdas_refusal(perform, runtime, resource, arn):
    runtime.refusal = FunctionNotFound()
    outcome = perform(resource, {"FunctionName": "orders:live"})
    assert outcome.error == "Lambda.ResourceNotFoundException"
    assert outcome.cause == (
        f"Function not found: {arn} (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; "
        f"Request ID: {KEY}; Proxy: null)"
    )


def test_too_many_invocations_are_lambdas_refusal(perform, runtime):
    runtime.refusal = FunctionThrottled(ARN)
    assert perform(ARN, {}).error == "Lambda.TooManyRequestsException"


@pytest.mark.parametrize(
    ("payload", "output"),
    [(b"HelloWorld", b'"HelloWorld"'), (b"", b'""'), (b"NaN", b'"NaN"'), (b'"\xff"', '"\\"\ufffd\\""'.encode())],
)
def test_an_answer_that_is_no_json_becomes_a_string(perform, runtime, payload, output):
    runtime.result = FunctionResult(payload)
    assert perform(ARN, {}).output == output


def test_the_integration_answers_with_the_sdks_response(perform, runtime):
    outcome = perform(INVOKE, {"FunctionName": "orders", "Payload": {"a": 1}})
    assert runtime.seen[0].function == ARN
    assert json.loads(runtime.seen[0].payload) == {"a": 1}
    output = json.loads(outcome.output)
    assert list(output) == ["ExecutedVersion", "Payload", "SdkHttpMetadata", "SdkResponseMetadata", "StatusCode"]
    assert output["ExecutedVersion"] == "$LATEST"
    assert output["Payload"] == {"ok": True}
    assert output["StatusCode"] == 200
    assert output["SdkResponseMetadata"] == {"RequestId": KEY}
    http = output["SdkHttpMetadata"]
    assert http["HttpStatusCode"] == 200
    assert list(http["HttpHeaders"]) == [
        "Connection",
        "Content-Length",
        "Content-Type",
        "Date",
        "X-Amz-Executed-Version",
        "x-amzn-Remapped-Content-Length",
        "x-amzn-RequestId",
        "X-Amzn-Trace-Id",
    ]
    assert http["HttpHeaders"]["Content-Length"] == "12"
    assert http["HttpHeaders"]["Date"] == "Sat, 22 Nov 2025 12:00:00 GMT"
    assert http["AllHttpHeaders"]["x-amzn-RequestId"] == [KEY]
    assert {name: [value] for name, value in http["HttpHeaders"].items()} == http["AllHttpHeaders"]


@pytest.mark.parametrize(
    ("payload", "event"),
    [
        ("0", b"0"),
        ('"text"', b'"text"'),
        ('{"a": "é"}', '{"a": "é"}'.encode()),
        ("", b"{}"),
        (None, b"{}"),
        ([], b"[]"),
    ],
)
def test_a_payload_that_is_a_string_is_the_events_json_text(perform, runtime, payload, event):
    perform(INVOKE, {"FunctionName": "orders", "Payload": payload})
    assert runtime.seen[0].payload == event


def test_a_string_that_is_no_json_is_lambdas_refusal(perform, runtime):
    outcome = perform(INVOKE, {"FunctionName": "orders", "Payload": "plain text"})
    assert outcome.error == "Lambda.InvalidRequestContentException"
    assert outcome.cause.startswith("Could not parse request body into json: ")
    assert runtime.seen == []


@pytest.mark.parametrize(
    "name",
    ["orders", "orders:live", "123456789012:function:orders:live", "function:orders", ARN, f"{ARN}:live"],
)
def test_functions_are_named_in_any_of_lambdas_forms(perform, runtime, name):
    perform(INVOKE, {"FunctionName": name})
    assert runtime.seen[0].function == ARN
    assert runtime.seen[0].qualifier == ("live" if name.endswith("live") else None)


def test_the_other_parameters_reach_the_function(perform, runtime):
    runtime.result = FunctionResult(b"1", log_tail=b"log")
    given = {"FunctionName": "orders", "Qualifier": "live", "ClientContext": "e30=", "LogType": "Tail"}
    output = json.loads(perform(INVOKE, given).output)
    (invocation,) = runtime.seen
    assert (invocation.qualifier, invocation.client_context, invocation.log_tail) == ("live", "e30=", True)
    assert invocation.payload == b"{}"
    assert output["LogResult"] == "bG9n"


async def accepted(runtime):
    outcome = asyncio.get_running_loop().create_future()
    given = {"FunctionName": "orders", "Qualifier": "live", "InvocationType": "Event"}
    command = InvokeTask(EXECUTION, 0, 3, 0, parse_resource(INVOKE), json.dumps(given).encode(), KEY)
    LambdaIntegration(runtime, lambda: NOON).perform(command, outcome.set_result)
    return await outcome


async def test_an_event_is_accepted_and_not_waited_for(runtime):
    output = json.loads((await accepted(runtime)).output)
    assert (runtime.seen, [event.qualifier for event in runtime.accepted]) == ([], ["live"])
    assert (output["Payload"], output["StatusCode"]) == ("", 202)


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (FunctionNotFound(ARN), "Lambda.ResourceNotFoundException"),
        (RuntimeError("disk full"), "Lambda.ServiceException"),
    ],
)
async def test_an_event_nobody_accepts_is_the_tasks_failure(runtime, refusal, error):
    runtime.refusal = refusal
    assert (await accepted(runtime)).error == error


def test_a_dry_run_only_looks(perform, runtime):
    given = {"FunctionName": "orders", "InvocationType": "DryRun"}
    assert json.loads(perform(INVOKE, given).output)["StatusCode"] == 204
    runtime.functions.clear()
    assert perform(INVOKE, given).error == "Lambda.ResourceNotFoundException"
    assert runtime.seen == []


@pytest.mark.parametrize(
    ("parameters", "what"),
    [
        ({}, "The field 'FunctionName' is required but was missing"),
        ({"FunctionName": 3}, "The value for the field 'FunctionName' must be a STRING"),
        ({"FunctionName": "a/b"}, "The value 'a/b' for the field 'FunctionName' is not valid"),
        ({"FunctionName": "orders", "Colour": 1}, 'The field "Colour" is not supported by Step Functions'),
        ([], "The parameters must be an OBJECT"),
    ],
)
def test_parameters_that_cannot_be_used_start_nothing(perform, runtime, parameters, what):
    outcome = perform(INVOKE, parameters)
    assert outcome.error == "States.Runtime"
    assert outcome.cause == f"The Parameters '{json.dumps(parameters)}' could not be used to start the Task: [{what}]"
    assert runtime.seen == []


def test_a_kind_of_invocation_nobody_knows_is_lambdas_refusal(perform, runtime):
    outcome = perform(INVOKE, {"FunctionName": "orders", "InvocationType": "Later"})
    assert outcome.error == "Lambda.AWSLambdaException"
    assert outcome.cause.startswith("1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy")
    assert "Error Code: ValidationException" in outcome.cause
    assert runtime.seen == []


def test_cancelling_leaves_the_function_alone(runtime):
    LambdaIntegration(runtime).cancel(CancelTask(EXECUTION, 3, parse_resource(ARN)))
    assert runtime.seen == []

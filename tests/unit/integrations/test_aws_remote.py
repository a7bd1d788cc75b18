"""Another Lambda and another Step Functions: same parameters, results and errors as this process's own."""

import io
import json
from datetime import UTC, datetime

import botocore.session
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import InvokeTask
from podium.integrations.aws import remote_states
from podium.integrations.aws.models import Models
from podium.integrations.aws.remote_lambda import RemoteLambdaIntegration
from podium.integrations.aws.remote_states import RemoteStates
from podium.integrations.states import CallRefused

FUNCTION = "arn:aws:lambda:eu-west-3:123456789012:function:work"
EXECUTION = "arn:aws:states:eu-west-3:123456789012:execution:orders:one"
METADATA = {"HTTPStatusCode": 200, "RequestId": "r", "HTTPHeaders": {}}
MODELS = Models(botocore.session.get_session())


class Client:
    """Answers calls with what it has, one after the other."""

    models = MODELS

    def __init__(self, *answers):
        self.answers, self.calls = list(answers), []

    def submit(self, work, deliver):
        deliver(work())

    async def run(self, work):
        return work()

    def call(self, service, operation, region, input, role_arn=None, account=None):
        self.calls.append((service, operation, region, input))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def refused(code, message="no", status=400):
    metadata = {**METADATA, "HTTPStatusCode": status}
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}, "Any")


def invoked(payload, **more):
    return {"StatusCode": 200, "Payload": io.BytesIO(payload), "ResponseMetadata": METADATA, **more}


def outcome_of(client, resource, parameters):
    outcomes = []
    text = json.dumps(parameters).encode()
    command = InvokeTask(EXECUTION, 1, 3, 0, parse_resource(resource), text, "key")
    RemoteLambdaIntegration(client).perform(command, outcomes.append)
    (outcome,) = outcomes
    return outcome


def test_a_functions_answer_is_the_result():
    client = Client(invoked(b'{"a":1}'))
    assert outcome_of(client, FUNCTION, {"x": 1}).output == b'{"a":1}'
    assert client.calls == [("lambda", "Invoke", "eu-west-3", {"FunctionName": FUNCTION, "Payload": b'{"x": 1}'})]


def test_an_optimized_invocation_has_lambdas_answer_around_it():
    client = Client(invoked(b"[1]", ExecutedVersion="$LATEST"))
    parameters = {"FunctionName": "work", "Payload": {"x": 1}, "Qualifier": "live"}
    result = json.loads(outcome_of(client, "arn:aws:states:::lambda:invoke", parameters).output)
    assert (result["Payload"], result["StatusCode"], result["ExecutedVersion"]) == ([1], 200, "$LATEST")
    assert result["SdkResponseMetadata"] == {"RequestId": "r"}
    (call,) = client.calls
    assert call[3] == {
        "FunctionName": "work",
        "Qualifier": "live",
        "InvocationType": "RequestResponse",
        "Payload": b'{"x": 1}',
    }


def test_failures_are_the_functions_or_lambdas():
    failed = invoked(b'{"errorType":"Broken","errorMessage":"m"}', FunctionError="Unhandled")
    assert outcome_of(Client(failed), FUNCTION, {}).error == "Broken"
    missing = refused("ResourceNotFoundException", status=404)
    assert outcome_of(Client(missing), FUNCTION, {}).error == "Lambda.ResourceNotFoundException"
    away = EndpointConnectionError(endpoint_url="http://away")
    assert outcome_of(Client(away), FUNCTION, {}).error == "Lambda.SdkClientException"
    unusable = outcome_of(Client(), "arn:aws:states:::lambda:invoke", {"FunctionNam": "work"})
    assert unusable.error == "States.Runtime"


async def test_times_are_epoch_seconds():
    started = {"executionArn": "x", "startDate": datetime(2026, 1, 1, tzinfo=UTC), "ResponseMetadata": METADATA}
    found = await RemoteStates(Client(started)).call(("eu-west-3", "1"), "StartExecution", {})
    assert found == {"executionArn": "x", "startDate": 1767225600.0}


async def test_a_refusal_is_aws_own():
    states = RemoteStates(Client(refused("ExecutionDoesNotExist", "gone")))
    with pytest.raises(CallRefused) as refusal:
        await states.call(("eu-west-3", "1"), "DescribeExecution", {})
    assert (refusal.value.code, refusal.value.message, refusal.value.status) == ("ExecutionDoesNotExist", "gone", 400)


async def test_the_end_of_an_execution_is_found_by_looking(monkeypatch):
    monkeypatch.setattr(remote_states, "FIRST_PAUSE_SECONDS", 0.0)
    client = Client({"status": "RUNNING"}, refused("ThrottlingException"), {"status": "SUCCEEDED"})
    await RemoteStates(client).ended(EXECUTION)
    assert client.answers == []


async def test_a_service_that_stays_away_ends_the_wait(monkeypatch):
    monkeypatch.setattr(remote_states, "FIRST_PAUSE_SECONDS", 0.0)
    times = iter([0.0, 10.0, 601.0])
    client = Client(*(refused("ThrottlingException") for _ in range(2)))
    with pytest.raises(CallRefused):
        await RemoteStates(client, lambda: next(times)).ended(EXECUTION)

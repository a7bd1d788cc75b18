"""`aws-sdk:SERVICE:ACTION` tasks: the call that is made, and results and failures as Step Functions words them."""

import json

import botocore.session
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from botocore.parsers import ResponseParserError

from http_server import serving
from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import InvokeTask
from podium.integrations.aws.client import AwsClient
from podium.integrations.aws.models import Models
from podium.integrations.aws.sdk import SdkIntegration

EXECUTION = "arn:aws:states:eu-west-3:123456789012:execution:orders:one"
MODELS = Models(botocore.session.get_session())


class Client:
    """Answers as it is told; remembers calls."""

    models = MODELS

    def __init__(self, answer):
        self.answer, self.calls = answer, []

    def submit(self, work, deliver):
        deliver(work())

    def call(self, service, operation, region, input, role_arn=None, account=None):
        self.calls.append((service, operation, region, input))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def outcome_of(resource, parameters, answer=None):
    client, outcomes = Client(answer or {}), []
    command = InvokeTask(EXECUTION, 1, 3, 0, parse_resource(resource), json.dumps(parameters).encode(), "the-key")
    SdkIntegration(client).perform(command, outcomes.append)
    (outcome,) = outcomes
    return outcome, client.calls


def refusal(code, message, status=400, metadata=None, fields=None, operation="Operation"):
    response = {
        "Error": {"Code": code, "Message": message, **(fields or {})},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "R-1", "RetryAttempts": 0, **(metadata or {})},
    }
    return ClientError(response, operation)


def test_the_call_goes_to_the_executions_region():
    outcome, calls = outcome_of("arn:aws:states:::aws-sdk:dynamodb:getItem", {"TableName": "t"}, {"Item": {}})
    assert calls == [("dynamodb", "GetItem", "eu-west-3", {"TableName": "t"})]
    assert json.loads(outcome.output) == {"Item": {}}


def test_a_region_in_the_resource_wins():
    _, calls = outcome_of("arn:aws:states:us-west-2:123456789012:aws-sdk:sqs:listQueues", {})
    assert calls[0][2] == "us-west-2"


@pytest.mark.parametrize(
    ("resource", "raised", "error", "cause"),
    [
        (
            "dynamodb:putItem",
            refusal("ConditionalCheckFailedException", "The conditional request failed"),
            "DynamoDb.ConditionalCheckFailedException",
            "The conditional request failed (Service: DynamoDb, Status Code: 400, Request ID: R-1) "
            "(SDK Attempt Count: 1)",
        ),
        (
            "s3:getObject",
            refusal("NoSuchKey", "The specified key does not exist.", 404, {"HostId": "H", "RetryAttempts": 2}),
            "S3.NoSuchKeyException",
            "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: R-1, "
            "Extended Request ID: H) (SDK Attempt Count: 3)",
        ),
        (
            "dynamodb:putItem",
            refusal("ValidationException", "no"),
            "DynamoDb.DynamoDbException",
            "no (Service: DynamoDb, Status Code: 400, Request ID: R-1) (SDK Attempt Count: 1)",
        ),
        (
            "sqs:getQueueUrl",
            refusal(
                "AWS.SimpleQueueService.NonExistentQueue", "No queue.", fields={"QueryErrorCode": "QueueDoesNotExist"}
            ),
            "Sqs.QueueDoesNotExistException",
            "No queue. (Service: Sqs, Status Code: 400, Request ID: R-1) (SDK Attempt Count: 1)",
        ),
        (
            "s3:headObject",
            refusal("404", "Not Found", 404, {"RequestId": "", "HostId": ""}, operation="HeadObject"),
            "S3.NoSuchKeyException",
            "null (Service: S3, Status Code: 404, Request ID: null) (SDK Attempt Count: 1)",
        ),
        (
            "s3:headObject",
            refusal("403", "Forbidden", 403, {"HostId": "H"}, operation="ListObjectsV2"),
            "S3.S3Exception",
            "Forbidden (Service: S3, Status Code: 403, Request ID: R-1, Extended Request ID: H) (SDK Attempt Count: 1)",
        ),
        (
            "dynamodb:putItem",
            refusal("500", "<!doctype html>\n<html lang=en>\n<title>500 Oops</title>\n<h1>Oops</h1>", 500),
            "DynamoDb.DynamoDbException",
            "The endpoint answered 500 with a web page '500 Oops' instead of the service's answer "
            "(Service: DynamoDb, Status Code: 500, Request ID: R-1) (SDK Attempt Count: 1)",
        ),
    ],
)
def test_refusals_name_the_modelled_exception_or_the_services_own(resource, raised, error, cause):
    outcome, _ = outcome_of(
        f"arn:aws:states:::aws-sdk:{resource}", {"Bucket": "b", "Key": "k"} if resource[:2] == "s3" else {}, raised
    )
    assert (outcome.output, outcome.error, outcome.cause) == (None, error, cause)


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (EndpointConnectionError(endpoint_url="http://nowhere"), "Unable to execute HTTP request: Could not connect"),
        (NoCredentialsError(), "Configure credentials as for the AWS CLI"),
        (ValueError("odd"), "The call could not be made: odd"),
        (
            ResponseParserError("invalid XML received:\nb'<!doctype html><title>500 Oops</title>'"),
            "The endpoint answered with a web page '500 Oops' that is not the service's answer",
        ),
        (ResponseParserError("invalid XML"), "The endpoint answered with something that is not the service's answer"),
    ],
)
def test_calls_without_an_answer_are_the_clients_exception(raised, said):
    outcome, _ = outcome_of("arn:aws:states:::aws-sdk:sqs:sendMessage", {}, raised)
    assert outcome.error == "Sqs.SdkClientException"
    assert said in outcome.cause


def test_unusable_parameters_are_a_runtime_error_and_no_call():
    outcome, calls = outcome_of("arn:aws:states:::aws-sdk:sqs:sendMessage", {"Queue": "q"})
    assert (outcome.error, calls) == ("States.Runtime", [])
    assert outcome.cause == (
        'The Parameters \'{"Queue": "q"}\' could not be used to start the Task: '
        '[The field "Queue" is not supported by Step Functions]'
    )


def test_a_path_without_what_it_names_is_not_asked_for():
    outcome, calls = outcome_of("arn:aws:states:::aws-sdk:s3:getObject", {"Bucket": "b"})
    assert (outcome.error, outcome.cause, calls) == ("S3.SdkClientException", "Parameter 'Key' must not be null", [])


def test_an_action_nobody_knows_is_a_runtime_error():
    outcome, calls = outcome_of("arn:aws:states:::aws-sdk:sqs:sendLetter", {})
    assert (outcome.error, calls) == ("States.Runtime", [])
    assert "has no action 'sendLetter'" in outcome.cause


async def test_a_clients_calls_are_made_in_threads_and_answered_on_the_loop():
    import asyncio
    import threading

    here, answered = threading.get_ident(), asyncio.get_running_loop().create_future()
    client = AwsClient()

    def work():
        raise RuntimeError(f"{threading.get_ident() != here}")

    client.submit(work, lambda outcome: answered.set_result((outcome, threading.get_ident())))
    outcome, thread = await answered
    assert (thread, outcome.error) == (here, "States.Runtime")
    assert "RuntimeError('True')" in outcome.cause


def test_stand_ins_for_aws_need_no_credentials(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with pytest.raises(NoCredentialsError):
        AwsClient().call("sqs", "ListQueues", "us-east-1", {})
    # Nobody listens there: the call gets as far as trying.
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(EndpointConnectionError):
        AwsClient().call("sqs", "ListQueues", "us-east-1", {})


def test_a_role_that_cannot_be_assumed_fails_the_task_in_aws_words(monkeypatch):
    """Also where nobody else is asked: the refusal is that of STS, not of the task's service."""
    xml = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with serving(lambda seen: (403, [], xml)) as (port, seen):
        client, role, own = AwsClient({"default": f"http://127.0.0.1:{port}"}), "arn:aws:iam::2:role/b", "arn:role/a"
        client.submit = lambda work, deliver: deliver(work())
        resource, outcomes = parse_resource("arn:aws:states:::aws-sdk:sqs:listQueues"), []
        command = InvokeTask(EXECUTION, 1, 3, 0, resource, b"{}", "key", role_arn=role, machine_role_arn=own)
        SdkIntegration(client).perform(command, outcomes.append)
    assert [b"AssumeRole" in one.body for one in seen] == [True]
    assert [(one.error, one.cause) for one in outcomes] == [
        ("States.TaskFailed", f"The role {own} is not authorized to assume the task state's role, {role}.")
    ]

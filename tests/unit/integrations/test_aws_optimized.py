"""Optimized integrations: calls, results with their HTTP response, failures in the older SDK's words."""

import json
from datetime import UTC, datetime

import botocore.session
import pytest
from botocore.exceptions import ClientError

from podium.core.asl.integrations import OPTIMIZED
from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import InvokeTask
from podium.integrations.aws.models import Models
from podium.integrations.aws.optimized import OptimizedIntegration
from podium.integrations.aws.services import OPERATIONS, SERVICES

MACHINE = "arn:aws:states:eu-west-3:123456789012:stateMachine:orders"
EXECUTION = "arn:aws:states:eu-west-3:123456789012:execution:orders:one"
MODELS = Models(botocore.session.get_session())
METADATA = {
    "RequestId": "R-1",
    "HTTPStatusCode": 200,
    "HTTPHeaders": {"content-type": "text/xml", "x-amzn-requestid": "R-1"},
}


class Caller:
    models = MODELS

    def __init__(self, answer):
        self.answer, self.calls = answer, []

    def submit(self, work, deliver):
        deliver(work())

    def call(self, service, operation, region, input, role_arn=None, account=None):
        self.calls.append((service, operation, region, input))
        if isinstance(self.answer, Exception):
            raise self.answer
        return {**self.answer, "ResponseMetadata": METADATA}


def outcome_of(resource, parameters, answer=None):
    caller, outcomes = Caller(answer or {}), []
    arn = parse_resource(f"arn:aws:states:::{resource}")
    command = InvokeTask(EXECUTION, 1, 3, 0, arn, json.dumps(parameters).encode(), "the-key")
    OptimizedIntegration(caller).perform(command, outcomes.append)
    (outcome,) = outcomes
    return outcome, caller.calls


def test_a_message_body_of_any_kind_is_sent_as_text_and_the_response_is_shown():
    body = {"Message": "hello", "TaskToken": "t"}
    answer = {"MD5OfMessageBody": "d5", "MessageId": "m"}
    outcome, calls = outcome_of("sqs:sendMessage.waitForTaskToken", {"QueueUrl": "q", "MessageBody": body}, answer)
    sent = {"QueueUrl": "q", "MessageBody": '{"Message":"hello","TaskToken":"t"}'}
    assert calls == [("sqs", "SendMessage", "eu-west-3", sent)]
    headers = {"Content-Type": "text/xml", "x-amzn-requestid": "R-1"}
    assert json.loads(outcome.output) == {
        "MD5OfMessageBody": "d5",
        "MessageId": "m",
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()},
            "HttpHeaders": headers,
            "HttpStatusCode": 200,
        },
        "SdkResponseMetadata": {"RequestId": "R-1"},
    }


def test_dates_are_epoch_milliseconds_and_camel_case_members_are_capitalised():
    answer = {"tasks": [{"taskArn": "a", "createdAt": datetime(2024, 1, 2, tzinfo=UTC)}], "failures": []}
    outcome, calls = outcome_of("ecs:runTask", {"TaskDefinition": "t", "Cluster": "c"}, answer)
    assert calls[0][3] == {"taskDefinition": "t", "cluster": "c", "clientToken": "the-key"}
    assert json.loads(outcome.output)["Tasks"] == [{"TaskArn": "a", "CreatedAt": 1704153600000}]


def test_events_name_where_they_come_from_and_their_detail_may_be_an_object():
    entries = [{"Detail": {"a": 1}, "Resources": ["mine"]}, {"Detail": "{}"}]
    _, calls = outcome_of("events:putEvents", {"Entries": entries}, {"FailedEntryCount": 0, "Entries": []})
    assert calls[0][3] == {
        "Entries": [
            {"Detail": '{"a":1}', "Resources": ["mine", MACHINE, EXECUTION]},
            {"Detail": "{}", "Resources": [MACHINE, EXECUTION]},
        ]
    }


def test_an_event_that_is_not_taken_fails_the_task():
    answer = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "MalformedDetail"}]}
    outcome, _ = outcome_of("events:putEvents", {"Entries": [{"Detail": "x"}]}, answer)
    assert outcome.error == "EventBridge.FailedEntry"
    assert json.loads(outcome.cause) == answer


@pytest.mark.parametrize(
    ("resource", "code", "error", "sdk"),
    [
        ("sns:publish", "NotFound", "SNS.NotFoundException", "AmazonSNS"),
        ("dynamodb:putItem", "ValidationException", "DynamoDB.AmazonDynamoDBException", "AmazonDynamoDBv2"),
        ("dynamodb:putItem", "ResourceNotFoundException", "DynamoDB.ResourceNotFoundException", "AmazonDynamoDBv2"),
        ("sqs:sendMessage", "MissingParameter", "SQS.AmazonSQSException", "AmazonSQS"),
        ("batch:submitJob", "ServerException", "Batch.ServerException", "AWSBatch"),
    ],
)
def test_refusals(resource, code, error, sdk):
    response = {
        "Error": {"Code": code, "Message": "No."},
        "ResponseMetadata": {"HTTPStatusCode": 404, "RequestId": "R-2"},
    }
    outcome, _ = outcome_of(resource, {}, ClientError(response, "Operation"))
    assert (outcome.output, outcome.error) == (None, error)
    assert outcome.cause == (
        f"No. (Service: {sdk}; Status Code: 404; Error Code: {code}; Request ID: R-2; Proxy: null)"
    )


ELSEWHERE = {"lambda", "states", "http", "apigateway", "bedrockagentcore"}
NO_OPERATION = {"eks:call", "eks:runJob"}


@pytest.mark.parametrize("service", sorted(OPTIMIZED.keys() - ELSEWHERE))
def test_every_action_a_definition_may_name_is_an_operation(service):
    for action in OPTIMIZED[service]:
        name = f"{service}:{action}"
        if name not in NO_OPERATION:
            botocore_service, operation = OPERATIONS.get(name, (SERVICES[service].botocore, action))
            assert MODELS.operation(botocore_service, operation)

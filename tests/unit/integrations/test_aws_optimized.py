"""Optimized integrations: calls, results with their HTTP response, failures in the older SDK's words."""

import io
import json
from datetime import UTC, datetime

import botocore.session
import pytest
from botocore.exceptions import ClientError

from podium.core.asl.integrations import OPTIMIZED
from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import InvokeTask
from podium.integrations.aws.adapted import ADAPTED, Adapted
from podium.integrations.aws.models import Models
from podium.integrations.aws.optimized import OptimizedIntegration
from podium.integrations.aws.services import SERVICES

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
    headers = {"Content-Type": "text/xml", "x-amzn-RequestId": "R-1"}
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


@pytest.mark.parametrize("pattern", ["", ".sync", ".waitForTaskToken"])
def test_a_container_task_that_was_not_placed_fails_who_waits_for_it(pattern):
    answer = {"tasks": [], "failures": [{"reason": "RESOURCE:MEMORY"}]}
    outcome, _ = outcome_of(f"ecs:runTask{pattern}", {"TaskDefinition": "t"}, answer)
    shown = json.loads(outcome.cause if pattern else outcome.output)
    assert outcome.error == ("AmazonECS.Unknown" if pattern else None)
    assert (shown["Failures"], shown["Tasks"]) == ([{"Reason": "RESOURCE:MEMORY"}], [])


def test_a_job_run_is_shown_with_the_name_of_its_job():
    outcome, _ = outcome_of("glue:startJobRun", {"JobName": "nightly"}, {"JobRunId": "jr_1"})
    shown = json.loads(outcome.output)
    assert (shown["JobName"], shown["JobRunId"]) == ("nightly", "jr_1")


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
            adapted = ADAPTED.get(name) or Adapted(SERVICES[service].botocore, action)
            assert MODELS.operation(adapted.service, adapted.operation)


class Several:
    """Answers each operation with the next of its answers."""

    models = MODELS

    def __init__(self, **answers):
        self.answers, self.calls = answers, []

    def submit(self, work, deliver):
        deliver(work())

    def call(self, service, operation, region, input, role_arn=None, account=None):
        self.calls.append((operation, input))
        return {**self.answers[operation].pop(0), "ResponseMetadata": METADATA}


def several(resource, parameters, **answers):
    caller, outcomes = Several(**answers), []
    arn = parse_resource(f"arn:aws:states:::{resource}")
    OptimizedIntegration(caller).perform(
        InvokeTask(EXECUTION, 1, 3, 0, arn, json.dumps(parameters).encode(), "the-key"), outcomes.append
    )
    return outcomes[0], caller.calls


@pytest.mark.parametrize(
    ("action", "parameters", "operation", "sent", "answer", "shown"),
    [
        (
            "terminateCluster",
            {"ClusterId": "j"},
            "TerminateJobFlows",
            {"JobFlowIds": ["j"]},
            {},
            {},
        ),
        (
            "setClusterTerminationProtection",
            {"ClusterId": "j", "TerminationProtected": True},
            "SetTerminationProtection",
            {"JobFlowIds": ["j"], "TerminationProtected": True},
            {},
            {},
        ),
        (
            "cancelStep",
            {"ClusterId": "j", "StepId": "s"},
            "CancelSteps",
            {"ClusterId": "j", "StepIds": ["s"]},
            {"CancelStepsInfoList": [{"StepId": "s", "Status": "SUBMITTED"}]},
            {"CancelStepsInfo": {"StepId": "s", "Status": "SUBMITTED"}},
        ),
    ],
)
def test_parameters_and_results_that_are_not_the_operations(action, parameters, operation, sent, answer, shown):
    outcome, calls = several(f"elasticmapreduce:{action}", parameters, **{operation: [answer]})
    assert calls == [(operation, sent)]
    result = json.loads(outcome.output)
    assert {name: value for name, value in result.items() if not name.startswith("Sdk")} == shown


@pytest.mark.parametrize(
    ("kind", "operation", "sent"),
    [
        ("Fleet", "ModifyInstanceFleet", {"InstanceFleet": {"TargetSpotCapacity": 2, "InstanceFleetId": "i-2"}}),
        ("Group", "ModifyInstanceGroups", {"InstanceGroups": [{"InstanceCount": 2, "InstanceGroupId": "i-2"}]}),
    ],
)
def test_what_goes_by_a_name_is_found_on_any_page(kind, operation, sent):
    listed = {
        f"ListInstance{kind}s": [
            {f"Instance{kind}s": [{"Id": "i-1", "Name": "other"}], "Marker": "m"},
            {f"Instance{kind}s": [{"Id": "i-2", "Name": "workers"}]},
        ]
    }
    change = {"TargetSpotCapacity": 2} if kind == "Fleet" else {"InstanceCount": 2}
    parameters = {"ClusterId": "j", f"Instance{kind}Name": "workers", f"Instance{kind}": change}
    resource = f"elasticmapreduce:modifyInstance{kind}ByName"
    outcome, calls = several(resource, parameters, **listed, **{operation: [{}]})
    assert outcome.error is None
    listing = f"ListInstance{kind}s"
    assert calls[:2] == [(listing, {"ClusterId": "j"}), (listing, {"ClusterId": "j", "Marker": "m"})]
    assert calls[2] == (operation, {"ClusterId": "j", **sent})
    missing, _ = several(resource, parameters, **{listing: [{}]})
    assert (missing.error, "workers" in missing.cause) == ("ElasticMapReduce.InvalidRequestException", True)


def model_answer():
    return {"body": io.BytesIO(b'{"text":"hi"}'), "contentType": "application/json"}


def test_a_models_answer_is_shown_as_json():
    parameters = {"ModelId": "m", "Body": {"prompt": "p"}}
    outcome, calls = several("bedrock:invokeModel", parameters, InvokeModel=[model_answer()])
    assert calls == [("InvokeModel", {"modelId": "m", "body": b'{"prompt":"p"}'})]
    result = json.loads(outcome.output)
    assert (result["Body"], result["ContentType"]) == ({"text": "hi"}, "application/json")


def test_a_models_input_and_output_may_be_objects_of_s3():
    parameters = {"ModelId": "m", "Input": {"S3Uri": "s3://in/a/b"}, "Output": {"S3Uri": "s3://out/c"}}
    stored = {"Body": io.BytesIO(b'{"prompt":"p"}')}
    outcome, calls = several(
        "bedrock:invokeModel", parameters, GetObject=[stored], InvokeModel=[model_answer()], PutObject=[{}]
    )
    assert calls == [
        ("GetObject", {"Bucket": "in", "Key": "a/b"}),
        ("InvokeModel", {"modelId": "m", "body": b'{"prompt":"p"}'}),
        ("PutObject", {"Bucket": "out", "Key": "c", "Body": b'{"text":"hi"}', "ContentType": "application/json"}),
    ]
    assert json.loads(outcome.output)["Body"] == "s3://out/c"
    nowhere, calls = several("bedrock:invokeModel", {"ModelId": "m", "Input": {"S3Uri": "http://x/y"}})
    assert (nowhere.error, calls) == ("States.Runtime", [])

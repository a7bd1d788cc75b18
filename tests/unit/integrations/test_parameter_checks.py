"""Parameters are checked before a Task is scheduled, by what the models and the readers of each service know."""

import botocore.session
import pytest

from podium.core.asl.resources import parse_resource
from podium.integrations.aws.models import Models
from podium.integrations.parameter_checks import ParameterChecks

CHECKS = ParameterChecks(Models(botocore.session.get_session()))


def fault(resource, parameters):
    check = CHECKS(parse_resource(resource if resource.startswith("arn:") else f"arn:aws:states:::{resource}"))
    assert check is not None
    return check(parameters)


@pytest.mark.parametrize(
    ("resource", "parameters"),
    [
        ("sqs:sendMessage", {"QueueUrl": "u", "MessageBody": {"a": 1}}),
        ("sqs:sendMessage.waitForTaskToken", {}),
        ("dynamodb:putItem", {"TableName": "t", "Item": {"n": {"N": "5"}, "b": {"BOOL": True}}}),
        ("aws-sdk:dynamodb:putItem", {"TableName": "t", "Item": {"b": {"Bool": True}}}),
        ("aws-sdk:sfn:startExecution", {"StateMachineArn": "a", "Input": {"a": 1}}),
        ("aws-sdk:sqs:sendLetter", {"Anything": 1}),
        ("states:startExecution.sync:2", {"StateMachineArn": "a", "Input": [1], "Name": "n"}),
        ("lambda:invoke", {"FunctionName": "f", "Payload": 5}),
        ("elasticmapreduce:addStep", {"ClusterId": "j-1", "Step": {"Name": "s"}}),
        ("bedrock:invokeModel", {"ModelId": "m", "Input": {"S3Uri": "s3://b/k"}}),
        ("apigateway:invoke", {"ApiEndpoint": "abc123.execute-api.eu-west-1.amazonaws.com", "Method": "GET"}),
    ],
)
def test_parameters_that_can_be_used(resource, parameters):
    assert fault(resource, parameters) is None


@pytest.mark.parametrize(
    ("resource", "parameters", "said"),
    [
        ("sqs:sendMessage", {"Queue": "u"}, 'The field "Queue" is not supported by Step Functions'),
        ("states:startExecution", {"Colour": 1}, 'The field "Colour" is not supported by Step Functions'),
        ("aws-sdk:sfn:startExecution", {"Colour": 1}, 'The field "Colour" is not supported by Step Functions'),
        ("aws-sdk:dynamodb:putItem", {"Item": {"n": {"N": 5}}}, "The value for the field 'N' must be a STRING"),
        ("lambda:invoke", {"Payload": {}}, "The field 'FunctionName' is required but was missing"),
        ("lambda:invoke", {"FunctionName": "f", "TaskToken": "t"}, 'The field "TaskToken" is not supported by'),
        ("elasticmapreduce:addStep", {"JobFlow": "j-1"}, 'The field "JobFlow" is not supported by Step Functions'),
        ("http:invoke", {"Url": "u"}, 'The field "Url" is not supported by Step Functions'),
        (
            "apigateway:invoke",
            {"ApiEndpoint": "a", "Method": "GET", "QueryParameters": "?a=b"},
            "The value of the field 'QueryParameters' has an invalid format",
        ),
    ],
)
def test_parameters_that_cannot_be_used(resource, parameters, said):
    assert fault(resource, parameters).startswith(said)


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:lambda:eu-west-1:123456789012:function:f",
        "arn:aws:states:eu-west-1:123456789012:activity:a",
        "arn:aws:states:::eks:runJob.sync",
        "arn:aws:states:::elasticmapreduce:modifyInstanceGroupByName",
    ],
)
def test_what_takes_anything_or_asks_the_service_is_not_checked(resource):
    assert CHECKS(parse_resource(resource)) is None

"""Shapes: parameters in Step Functions' casing become botocore's input, answers become JSON in that casing."""

import io
import json
from datetime import UTC, datetime, timedelta, timezone

import botocore.session
import pytest
from botocore.serialize import create_serializer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podium.integrations.aws.models import Models, capitalised
from podium.integrations.aws.naming import member_name
from podium.integrations.aws.parameters import UnusableParameter, to_input
from podium.integrations.aws.results import epoch_milliseconds, iso_date, to_result

MODELS = Models(botocore.session.get_session())


def converted(service, action, parameters, rename=member_name):
    return to_input(MODELS.operation(service, action), parameters, rename, "the-key")


def test_members_are_found_at_every_depth_in_both_spellings():
    tags = {"ResourceArn": "a", "Tags": [{"Key": "k", "Value": "v"}]}
    assert converted("sfn", "tagResource", tags) == {"resourceArn": "a", "tags": [{"key": "k", "value": "v"}]}
    for spelling in ("DbInstanceIdentifier", "DBInstanceIdentifier"):
        assert converted("rds", "deleteDBInstance", {spelling: "x"}) == {"DBInstanceIdentifier": "x"}


def test_map_keys_stay_as_they_are_and_null_is_nothing():
    parameters = {"TableName": "t", "Item": {"id": {"S": "1", "N": None}}, "ReturnValues": None}
    assert converted("dynamodb", "putItem", parameters) == {"TableName": "t", "Item": {"id": {"S": "1"}}}


@pytest.mark.parametrize(
    ("given_body", "sent"), [("text", b'"text"'), ({"a": [1]}, b'{"a":[1]}'), (True, b"true"), ("", b'""')]
)
def test_a_streamed_body_is_json_text_described_as_text(given_body, sent):
    input = converted("s3", "putObject", {"Bucket": "b", "Key": "k", "Body": given_body})
    assert (input["Body"], input["ContentType"]) == (sent, "text/plain; charset=UTF-8")


def test_a_streamed_bodys_own_description_stands():
    input = converted("s3", "putObject", {"Bucket": "b", "Key": "k", "Body": "x", "ContentType": "application/json"})
    assert input["ContentType"] == "application/json"


def test_blobs_and_messages_take_any_value_and_strings_take_objects():
    assert converted("kinesis", "putRecord", {"Data": "text"}) == {"Data": b"text"}
    assert converted("lambda", "invoke", {"Payload": {"a": 1}}) == {"Payload": b'{"a":1}'}
    assert converted("sfn", "startExecution", {"Input": {"key": "value"}}) == {"input": '{"key":"value"}'}
    assert converted("sqs", "sendMessage", {"MessageBody": 5}) == {"MessageBody": "5"}
    assert converted("ssm", "putParameter", {"Value": ["a"]}) == {"Value": '["a"]'}


def test_timestamps_are_iso_texts():
    input = converted("cloudwatchlogs", "getLogEvents", {"StartTime": 5})
    assert input == {"startTime": 5}
    input = converted("cloudwatch", "getMetricStatistics", {"StartTime": "2024-05-01T00:00:00Z"})
    assert input["StartTime"] == datetime(2024, 5, 1, tzinfo=UTC)


def test_the_idempotency_token_is_the_commands_unless_given():
    assert converted("athena", "startQueryExecution", {})["ClientRequestToken"] == "the-key"
    assert converted("athena", "startQueryExecution", {"ClientRequestToken": "mine"})["ClientRequestToken"] == "mine"


@pytest.mark.parametrize(
    ("service", "action", "member", "sent"),
    [
        ("codebuild", "startBuild", "idempotencyToken", "1a2b-3c"),
        ("cloudformation", "createStack", "ClientRequestToken", "1a2b-3c"),
        ("acm", "requestCertificate", "IdempotencyToken", "1a2b3c"),
        ("codepipeline", "acknowledgeThirdPartyJob", "clientToken", None),
        ("dynamodb", "putItem", "ClientRequestToken", None),
    ],
)
def test_tokens_that_models_do_not_mark_are_known_by_their_names(service, action, member, sent):
    """Not where they are required: then they are something else. Some take no hyphens."""
    operation = MODELS.operation(service, action)
    assert to_input(operation, {}, member_name, "1a2b-3c").get(member) == sent


@pytest.mark.parametrize(
    ("service", "action", "parameters", "said"),
    [
        ("dynamodb", "putItem", {"Tablename": "x"}, 'The field "Tablename" is not supported by Step Functions'),
        ("dynamodb", "putItem", {"Item": {"id": {"N": 5}}}, "The value for the field 'N' must be a STRING"),
        ("dynamodb", "putItem", {"TableName": True}, "The value for the field 'TableName' must be a STRING"),
        ("glue", "startJobRun", {"Arguments": {"--n": 0.5}}, "The value for the field '--n' must be a STRING"),
        ("dynamodb", "putItem", {"Item": []}, "The value for the field 'Item' must be an OBJECT"),
        ("dynamodb", "putItem", [], "The parameters must be an OBJECT"),
        ("dynamodb", "query", {"Limit": "ten"}, "The value for the field 'Limit' must be an INTEGER"),
        ("dynamodb", "query", {"Limit": 1.5}, "The value for the field 'Limit' must be an INTEGER"),
        ("dynamodb", "query", {"ConsistentRead": "yes"}, "The value for the field 'ConsistentRead' must be a BOOLEAN"),
        ("ec2", "describeInstances", {"InstanceIds": "i"}, "The value for the field 'InstanceIds' must be an ARRAY"),
        ("cloudwatch", "getMetricStatistics", {"StartTime": "soon"}, "'StartTime' must be a valid timestamp"),
    ],
)
def test_unusable_parameters_are_said_in_aws_words(service, action, parameters, said):
    with pytest.raises(UnusableParameter, match=said):
        converted(service, action, parameters)


def result_of(service, action, answer, rename=member_name, show_date=iso_date):
    return to_result(MODELS.operation(service, action), answer, rename, show_date)


def test_results_have_aws_casing_and_only_modelled_members():
    answer = {"executionArn": "arn", "startDate": datetime(2024, 1, 2, tzinfo=UTC), "ResponseMetadata": {"a": 1}}
    assert result_of("sfn", "startExecution", answer) == {"ExecutionArn": "arn", "StartDate": "2024-01-02T00:00:00Z"}
    optimized = result_of("sfn", "startExecution", answer, capitalised, epoch_milliseconds)
    assert optimized == {"ExecutionArn": "arn", "StartDate": 1704153600000}


def test_streams_and_blobs_are_text():
    body = io.BytesIO(b"\xffabc")
    assert result_of("s3", "getObject", {"Body": body, "Metadata": {}}) == {"Body": "\ufffdabc", "Metadata": {}}


def test_dates_are_instants():
    moment = datetime(2024, 1, 2, 3, 4, 5, 120_000, tzinfo=timezone(timedelta(hours=1)))
    assert iso_date(moment) == "2024-01-02T02:04:05.120Z"
    assert epoch_milliseconds(moment) == 1704161045120


def test_what_json_has_no_number_for_is_text():
    assert result_of("cloudwatch", "getMetricStatistics", {"Datapoints": [{"Sum": float("nan")}]}) == {
        "Datapoints": [{"Sum": "nan"}]
    }


ACTIONS = [
    ("dynamodb", "putItem"),
    ("dynamodb", "batchWriteItem"),
    ("sqs", "sendMessage"),
    ("sns", "publish"),
    ("eventbridge", "putEvents"),
    ("sfn", "startExecution"),
    ("ecs", "runTask"),
    ("batch", "submitJob"),
    ("glue", "startJobRun"),
    ("ssm", "putParameter"),
    ("ec2", "runInstances"),
    ("rds", "createDBInstance"),
    ("secretsmanager", "createSecret"),
]


def values(shape, depth):
    """Any JSON a member may be given, in Step Functions' casing."""
    match shape.type_name:
        case "structure":
            members = shape.members if depth > 0 else {}
            held = {member_name(name): values(member, depth - 1) for name, member in members.items()}
            return st.fixed_dictionaries({}, optional=held)
        case "list":
            return st.lists(values(shape.member, depth - 1), max_size=2) if depth > 0 else st.just([])
        case "map":
            return (
                st.dictionaries(st.text(max_size=4), values(shape.value, depth - 1), max_size=2)
                if depth > 0
                else st.just({})
            )
        case "integer" | "long":
            return st.integers(0, 1 << 30)
        case "float" | "double":
            return st.floats(0, 10)
        case "boolean":
            return st.booleans()
        case "timestamp":
            return st.just("2024-05-01T00:00:00Z")
    return st.text(max_size=5)


@pytest.mark.parametrize(("service", "action"), ACTIONS)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_botocore_serialises_whatever_passes(service, action, data):
    operation = MODELS.operation(service, action)
    parameters = data.draw(values(operation.input_shape, 3))
    input = converted(service, action, json.loads(json.dumps(parameters)))
    serializer = create_serializer(operation.service_model.metadata["protocol"], include_validation=False)
    request = serializer.serialize_to_request(input, operation)
    assert request["method"] == "POST"
    assert {member_name(name) for name in input} >= parameters.keys()

"""AWS's own rules at its stand-ins: incomplete requests are refused before they are sent, nothing comes unasked."""

import botocore.session
import pytest
from botocore.exceptions import ClientError

from podium.integrations.aws import stand_ins

SESSION = botocore.session.get_session()
METADATA = {"HTTPStatusCode": 200, "RequestId": "r"}


class Client:
    """Of a service; answers every operation with what it was given."""

    def __init__(self, service, answer=None):
        self.meta = self
        self.service_model = SESSION.get_service_model(service)
        self.answer, self.inputs = answer or {}, []

    def __getattr__(self, operation):
        def answered(**input):
            self.inputs.append(input)
            return {**self.answer, "ResponseMetadata": METADATA}

        return answered


@pytest.mark.parametrize(
    ("service", "operation", "input", "code", "message"),
    [
        ("dynamodb", "PutItem", {"TableName": "t"}, "ValidationException", "Value null at 'item'"),
        ("secretsmanager", "GetSecretValue", {}, "ValidationException", "Value null at 'secretId'"),
        ("events", "PutEvents", {}, "ValidationException", "Value null at 'entries'"),
        ("sns", "Publish", {"TopicArn": "t"}, "ValidationError", "Value null at 'message'"),
        (
            "logs",
            "PutLogEvents",
            {"logGroupName": "g", "logStreamName": "s", "logEvents": [{"message": "m"}]},
            "InvalidParameterException",
            "Value null at 'logEvents.1.member.timestamp'",
        ),
        (
            "dynamodb",
            "BatchGetItem",
            {"RequestItems": {"t": {}}},
            "ValidationException",
            "Value null at 'requestItems.t.member.keys'",
        ),
    ],
)
def test_what_a_request_lacks_is_refused_as_aws_refuses_it(service, operation, input, code, message):
    client = Client(service)
    with pytest.raises(ClientError) as refused:
        stand_ins.ask(client, operation, input)
    error = refused.value.response["Error"]
    expected = f"1 validation error detected: {message} failed to satisfy constraint: Member must not be null"
    assert (error["Code"], error["Message"]) == (code, expected)
    assert client.inputs == []


def test_several_faults_are_told_together():
    with pytest.raises(ClientError) as refused:
        stand_ins.ask(Client("dynamodb"), "PutItem", {})
    message = refused.value.response["Error"]["Message"]
    assert message.startswith("2 validation errors detected: Value null at 'tableName' failed")
    assert "; Value null at 'item' failed" in message


def test_queues_say_it_in_their_own_words():
    with pytest.raises(ClientError) as refused:
        stand_ins.ask(Client("sqs"), "SendMessage", {"QueueUrl": "http://host/q"})
    error = refused.value.response["Error"]
    assert error == {"Code": "MissingParameter", "Message": "The request must contain the parameter MessageBody."}


def test_a_message_is_published_to_something():
    client = Client("sns")
    with pytest.raises(ClientError) as refused:
        stand_ins.ask(client, "Publish", {"Message": "m"})
    error = refused.value.response["Error"]
    said = "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter"
    assert (error, client.inputs) == ({"Code": "InvalidParameter", "Message": said}, [])
    stand_ins.ask(client, "Publish", {"Message": "m", "PhoneNumber": "+1"})
    assert client.inputs == [{"Message": "m", "PhoneNumber": "+1"}]


@pytest.mark.parametrize(
    ("target", "code", "said"),
    [
        ("TopicArn", "NotFound", "Topic does not exist"),
        ("TargetArn", "NotFound", "Endpoint does not exist"),
        ("TopicArn", "AuthorizationError", "Endpoint does not exist"),
    ],
)
def test_a_topic_that_is_not_there_is_a_topic(target, code, said):
    class Refusing(Client):
        def publish(self, **input):
            raise ClientError({"Error": {"Code": code, "Message": "Endpoint does not exist"}}, "Publish")

    with pytest.raises(ClientError) as refused:
        stand_ins.ask(Refusing("sns"), "Publish", {"Message": "m", target: "arn"})
    assert refused.value.response["Error"]["Message"] == said


def test_services_whose_words_are_not_known_are_asked():
    client = Client("batch")
    stand_ins.ask(client, "SubmitJob", {})
    assert client.inputs == [{}]


@pytest.mark.parametrize(("asked", "told"), [({}, False), ({"ReturnConsumedCapacity": "TOTAL"}, True)])
def test_consumed_capacity_comes_when_it_is_asked_for(asked, told):
    client = Client("dynamodb", {"ConsumedCapacity": {"CapacityUnits": 0.5}, "Attributes": {}})
    answer = stand_ins.ask(client, "UpdateItem", {"TableName": "t", "Key": {}, **asked})
    assert ("ConsumedCapacity" in answer, "Attributes" in answer) == (told, True)


def entry(detail="{}"):
    return {"Source": "shop", "DetailType": "Sold", "Detail": detail}


def test_entries_that_are_refused_do_not_keep_the_others_from_being_sent():
    client = Client("events", {"Entries": [{"EventId": "1"}], "FailedEntryCount": 0})
    answer = stand_ins.ask(client, "PutEvents", {"Entries": [entry("no json"), entry()]})
    malformed = {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    assert client.inputs == [{"Entries": [entry()]}]
    assert (answer["Entries"], answer["FailedEntryCount"]) == ([malformed, {"EventId": "1"}], 1)


def test_a_request_with_nothing_but_refused_entries_is_not_sent():
    client = Client("events")
    answer = stand_ins.ask(client, "PutEvents", {"Entries": [entry("[]")]})
    assert (client.inputs, answer["FailedEntryCount"]) == ([], 1)

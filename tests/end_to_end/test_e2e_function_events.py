"""Functions and other services, with moto's server for these: queues as event sources, destinations, code in S3."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError
from e2e_process import ROLE, ServerProcess, eventually

moto = pytest.importorskip("moto.server")

SOURCE = """
def handler(event, context):
    if "Records" in event:
        bad = [r["messageId"] for r in event["Records"] if r["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": id} for id in bad]}
    if event.get("fail"):
        raise ValueError("asked to")
    return {"done": event}
"""


@pytest.fixture(scope="module")
def stand_in():
    """The URL of moto's server."""
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def of_moto(stand_in):
    """boto3's client of a service at the stand-in."""
    keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
    return lambda service: boto3.client(service, endpoint_url=stand_in, region_name="us-east-1", **keys)


@pytest.fixture(scope="module")
def functions_beside(stand_in, tmp_path_factory, client_of, package):
    """Lambda's client at a server whose services are the stand-in's, with the function `worker`."""
    data = tmp_path_factory.mktemp("function-events") / "data"
    server = ServerProcess(data, endpoints=json.dumps({"default": stand_in}))
    client = client_of("lambda", server)
    configuration = {"Runtime": "python3.12", "Handler": "app.handler", "Role": ROLE, "Timeout": 20}
    client.create_function(FunctionName="worker", Code={"ZipFile": package(SOURCE)}, **configuration)
    yield client
    code, said = server.terminate()
    assert (code, "Traceback" in said) == (0, False), said


@pytest.fixture
def queue(of_moto, unique):
    """A queue: its URL and ARN."""
    sqs = of_moto("sqs")
    url = sqs.create_queue(QueueName=unique(), Attributes={"VisibilityTimeout": "600"})["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def test_messages_reach_the_function_and_what_failed_stays(functions_beside, of_moto, queue):
    url, arn = queue
    sqs = of_moto("sqs")
    for body in ("good", "bad", "fine"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    made = functions_beside.create_event_source_mapping(
        FunctionName="worker", EventSourceArn=arn, FunctionResponseTypes=["ReportBatchItemFailures"]
    )
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def only_one_is_left():
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(map(int, counts.values())) == 1

    eventually(only_one_is_left)
    functions_beside.delete_event_source_mapping(UUID=made["UUID"])


def test_results_of_asynchronous_calls_reach_their_destinations(functions_beside, of_moto, queue):
    url, arn = queue
    functions_beside.put_function_event_invoke_config(
        FunctionName="worker",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnSuccess": {"Destination": arn}, "OnFailure": {"Destination": arn}},
    )
    for event in ({"n": 1}, {"fail": True}):
        functions_beside.invoke(FunctionName="worker", InvocationType="Event", Payload=json.dumps(event))
    records = []

    def both():
        found = of_moto("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        records.extend(json.loads(message["Body"]) for message in found)
        return len(records) == 2

    eventually(both)
    by_condition = {record["requestContext"]["condition"]: record for record in records}
    assert by_condition["Success"]["responsePayload"] == {"done": {"n": 1}}
    failed = by_condition["RetriesExhausted"]
    assert (failed["requestPayload"], failed["responsePayload"]["errorType"]) == ({"fail": True}, "ValueError")


def test_code_and_layers_come_from_s3(functions_beside, of_moto, package, unique):
    s3 = of_moto("s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="app.zip", Body=package("def handler(event, context): return 'from S3'"))
    configuration = {"Runtime": "python3.12", "Handler": "app.handler", "Role": ROLE}
    name = unique()
    place = {"S3Bucket": "code", "S3Key": "app.zip"}
    functions_beside.create_function(FunctionName=name, Code=place, **configuration)
    assert json.load(functions_beside.invoke(FunctionName=name)["Payload"]) == "from S3"
    functions_beside.update_function_code(FunctionName=name, **place)
    assert functions_beside.publish_layer_version(LayerName=name, Content=place)["Version"] == 1
    with pytest.raises(ClientError) as caught:
        functions_beside.update_function_code(FunctionName=name, S3Bucket="code", S3Key="none.zip")
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidParameterValueException"
    assert error["Message"].startswith("Error occurred while GetObject. S3 Error Code: NoSuchKey.")

"""boto3 against a listening server: what a user's program sees."""

import asyncio

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from podium.api.app import build_app
from podium.api.server import listen

ROLE = "arn:aws:iam::000000000000:role/any"
DEFINITION = '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}'


@pytest.fixture
async def connect(services):
    async def invoke(services, context, input):
        return {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": b'{"echo":' + input["Payload"] + b"}"}

    server = await listen(build_app(services, {"Invoke": invoke}), port=0)
    clients = []

    def connect(service):
        client = boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{server.port}",
            region_name="eu-west-1",
            aws_access_key_id="123456789012",
            aws_secret_access_key="any",
            config=Config(inject_host_prefix=False, retries={"max_attempts": 0}),
        )
        clients.append(client)
        return client

    yield connect
    for client in clients:
        client.close()
    await server.drain(1)


@pytest.fixture
def states(connect):
    return connect("stepfunctions")


async def test_a_state_machine_is_created_started_described_and_listed(states):
    def session():
        arn = states.create_state_machine(name="m", definition=DEFINITION, roleArn=ROLE)["stateMachineArn"]
        started = states.start_execution(stateMachineArn=arn, name="e", input='{"n":1}')
        described = states.describe_execution(executionArn=started["executionArn"])
        listed = states.list_executions(stateMachineArn=arn)["executions"]
        return arn, started, described, listed

    arn, started, described, listed = await asyncio.to_thread(session)
    assert arn == "arn:aws:states:eu-west-1:123456789012:stateMachine:m"
    assert started["executionArn"] == "arn:aws:states:eu-west-1:123456789012:execution:m:e"
    assert started["startDate"].timestamp() == 1_700_000_000.123
    assert (described["status"], described["input"]) == ("RUNNING", '{"n":1}')
    assert [execution["name"] for execution in listed] == ["e"]


async def test_pages_are_followed_to_the_end(states):
    def session():
        arn = states.create_state_machine(name="m", definition=DEFINITION, roleArn=ROLE)["stateMachineArn"]
        for number in range(5):
            execution = states.start_execution(stateMachineArn=arn, name=f"e{number}")["executionArn"]
        pages = states.get_paginator("list_executions").paginate(stateMachineArn=arn, maxResults=2)
        names = [[execution["name"] for execution in page["executions"]] for page in pages]
        history = states.get_paginator("get_execution_history").paginate(executionArn=execution, maxResults=2)
        return names, [[event["id"] for event in page["events"]] for page in history]

    assert await asyncio.to_thread(session) == ([["e4", "e3"], ["e2", "e1"], ["e0"]], [[1, 2], [3]])


async def test_errors_are_the_clients_own_exceptions(states):
    def session():
        with pytest.raises(states.exceptions.StateMachineDoesNotExist) as missing:
            states.describe_state_machine(stateMachineArn="arn:aws:states:eu-west-1:123456789012:stateMachine:m")
        with pytest.raises(ClientError) as invalid:
            states.list_state_machines(maxResults=1001)
        return missing.value.response, invalid.value.response

    missing, invalid = await asyncio.to_thread(session)
    assert missing["message"] == (
        "State Machine Does Not Exist: 'arn:aws:states:eu-west-1:123456789012:stateMachine:m'"
    )
    assert missing["ResponseMetadata"]["RequestId"] == "00000000-0000-4000-8000-000000000001"
    assert invalid["Error"] == {
        "Code": "ValidationException",
        "Message": "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: "
        "Member must have value less than or equal to 1000",
    }


async def test_a_body_too_large_is_an_error_not_a_broken_connection(states):
    def session():
        with pytest.raises(ClientError) as caught:
            states.create_state_machine(name="m", definition=DEFINITION, roleArn=ROLE, versionDescription="x" * 10**7)
        return caught.value.response, states.list_state_machines()["stateMachines"]

    response, machines = await asyncio.to_thread(session)
    assert response["Error"]["Code"] == "RequestEntityTooLargeException"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 413
    assert machines == []


async def test_functions_are_invoked_on_the_same_port(connect):
    def session():
        answer = connect("lambda").invoke(FunctionName="f", Payload=b"[1]")
        return answer["StatusCode"], answer["ExecutedVersion"], answer["Payload"].read()

    assert await asyncio.to_thread(session) == (200, "$LATEST", b'{"echo":[1]}')

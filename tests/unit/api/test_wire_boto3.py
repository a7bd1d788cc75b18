"""boto3 against a listening server: what a user's program sees."""

import asyncio

import boto3
import pytest
from botocore.config import Config

from podium.api.app import serve

ROLE = "arn:aws:iam::000000000000:role/any"
DEFINITION = '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}'


@pytest.fixture
async def client(app):
    server = await serve(app, port=0)
    client = boto3.client(
        "stepfunctions",
        endpoint_url=f"http://127.0.0.1:{server.port}",
        region_name="eu-west-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="any",
        config=Config(inject_host_prefix=False, retries={"max_attempts": 0}),
    )
    yield client
    client.close()
    await server.drain(1)


async def test_a_state_machine_is_created_started_described_and_listed(client):
    def session():
        arn = client.create_state_machine(name="m", definition=DEFINITION, roleArn=ROLE)["stateMachineArn"]
        started = client.start_execution(stateMachineArn=arn, name="e", input='{"n":1}')
        described = client.describe_execution(executionArn=started["executionArn"])
        listed = client.list_executions(stateMachineArn=arn)["executions"]
        return arn, started, described, listed

    arn, started, described, listed = await asyncio.to_thread(session)
    assert arn == "arn:aws:states:eu-west-1:123456789012:stateMachine:m"
    assert started["executionArn"] == "arn:aws:states:eu-west-1:123456789012:execution:m:e"
    assert started["startDate"].timestamp() == 1_700_000_000.123
    assert (described["status"], described["input"]) == ("RUNNING", '{"n":1}')
    assert [execution["name"] for execution in listed] == ["e"]

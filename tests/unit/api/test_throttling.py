"""Throttling: what a bucket lets through over time, whose bucket a request takes from, and what a refusal says."""

import asyncio
import json

import boto3
import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from podium.api.app import build_app
from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.http import Request
from podium.api.request_rates import START_EXPRESS, Rate, aws_rate
from podium.api.server import listen
from podium.api.service_model import load
from podium.api.throttling import BUCKETS_MAX, Throttle, full_bucket, take

ROLE = "arn:aws:iam::000000000000:role/any"
HERE = RequestContext()


def taken(throttle, operation, context=HERE, tries=100_000):
    """How many requests pass before one is refused."""
    for number in range(tries):
        try:
            throttle.admit(context, operation)
        except ApiError:
            return number
    return tries


@given(
    st.integers(1, 50),
    st.integers(1, 50),
    st.lists(st.integers(-200, 2_000), max_size=200),
)
def test_no_window_lets_more_through_than_the_bucket_and_its_refill(size, refill, pauses):
    rate, now_ms = Rate(size, refill), 1_000_000
    bucket = full_bucket(rate, now_ms)
    passed = []
    for pause_ms in pauses:
        now_ms += pause_ms
        if take(bucket, rate, now_ms):
            passed.append(max(now_ms, passed[-1] if passed else now_ms))
        assert 0 <= bucket.tokens_thousandths <= size * 1_000
    for first in range(len(passed)):
        for last in range(first, len(passed)):
            assert last - first + 1 <= size + (passed[last] - passed[first]) * refill / 1_000


def test_a_clock_that_is_set_back_neither_takes_tokens_nor_gives_any():
    rate = Rate(bucket_size=10, refill_per_second=1)
    bucket = full_bucket(rate, 60_000)
    assert all(take(bucket, rate, 0) for _ in range(10))
    assert not take(bucket, rate, 60_000)
    assert take(bucket, rate, 61_000)


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 30))
def test_whoever_keeps_to_the_refill_rate_is_never_refused(size, refill, seconds):
    rate, pause_ms = Rate(size, refill), -(-1_000 // refill)
    bucket = full_bucket(rate, 0)
    for number in range(seconds * refill):
        assert take(bucket, rate, number * pause_ms)


def test_a_bucket_is_emptied_and_refills_steadily():
    now_ms = 0
    throttle = Throttle(lambda: now_ms, "aws")
    assert taken(throttle, "ListExecutions") == 200
    now_ms = 199
    assert taken(throttle, "ListExecutions") == 0
    now_ms = 200
    assert taken(throttle, "ListExecutions") == 1
    now_ms = 3_600_000
    assert taken(throttle, "ListExecutions") == 200


def test_a_clock_set_back_refills_nothing():
    now_ms = 1_000_000
    throttle = Throttle(lambda: now_ms, "aws")
    taken(throttle, "CreateStateMachine")
    now_ms = 0
    assert taken(throttle, "CreateStateMachine") == 0
    now_ms = 1_001_000
    assert taken(throttle, "CreateStateMachine") == 1


def test_accounts_regions_and_operations_have_their_own():
    throttle = Throttle(lambda: 0, "aws")
    assert taken(throttle, "TestState") == 50
    for other in (RequestContext(account="111111111111"), RequestContext(region="eu-west-1")):
        assert taken(throttle, "TestState", other) == 50
    assert taken(throttle, "CreateActivity") == 100


def test_three_regions_have_more():
    throttle = Throttle(lambda: 0, "aws")
    regions = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1")
    passed = [taken(throttle, "StartExecution", RequestContext(region=region)) for region in regions]
    assert passed == [1_300, 1_300, 1_300, 800]


def test_every_operation_but_one_has_a_published_rate():
    operations = load("stepfunctions").operations
    assert [name for name in operations if aws_rate(name, "us-east-1") is None] == ["StartSyncExecution"]
    assert aws_rate(START_EXPRESS, "sa-east-1") == Rate(6_000, 6_000)


def test_the_default_is_generous_and_it_can_be_off():
    assert taken(Throttle(lambda: 0), "CreateStateMachine", tries=200_000) == 100_000
    assert taken(Throttle(lambda: 0, "off"), "CreateStateMachine", tries=200_000) == 200_000


def test_buckets_are_bounded():
    throttle = Throttle(lambda: 0, "aws")
    taken(throttle, "TestState")
    for number in range(BUCKETS_MAX):
        throttle.admit(RequestContext(account=f"{number:012}"), "CreateActivity")
    assert taken(throttle, "TestState") == 50


async def test_starts_are_throttled_by_the_type_of_the_state_machine(services, perform, context):
    new = {"definition": "{}", "roleArn": ROLE}
    standard = await perform("CreateStateMachine", {"name": "s", **new})
    express = await perform("CreateStateMachine", {"name": "e", "type": "EXPRESS", **new})
    services.throttle = Throttle(services.clock, "aws")
    assert taken(services.throttle, "StartExecution", context) == 1_300
    await perform("StartExecution", {"stateMachineArn": express["stateMachineArn"]})
    assert taken(services.throttle, START_EXPRESS, context) == 5_999
    for machine in (standard, express):
        with pytest.raises(ApiError, match="Rate exceeded"):
            await perform("StartExecution", {"stateMachineArn": machine["stateMachineArn"]})


async def test_a_refusal_on_the_wire(services):
    services.throttle = Throttle(services.clock, "aws")
    app = build_app(services, {})
    request = Request("POST", "/", "", {"x-amz-target": "AWSStepFunctions.ListStateMachines"}, b"{}")
    assert [(await app(request)).status for _ in range(100)] == [200] * 100
    refused = await app(request)
    assert (refused.status, json.loads(refused.body)) == (
        400,
        {"__type": "com.amazon.coral.availability#ThrottlingException", "message": "Rate exceeded"},
    )


async def test_boto3_waits_and_gets_through(services):
    """The SDK knows the error as one to try again after a while."""
    services.throttle = Throttle(services.clock, "aws")
    context = RequestContext()
    assert taken(services.throttle, "ListStateMachines", context) == 100
    server = await listen(build_app(services, {}), port=0)
    client = boto3.client(
        "stepfunctions",
        endpoint_url=f"http://127.0.0.1:{server.port}",
        region_name=context.region,
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(retries={"total_max_attempts": 2, "mode": "standard"}),
    )

    def refill(**_):
        services.clock.now_ms += 1_000

    client.meta.events.register_first("needs-retry.stepfunctions.ListStateMachines", refill)
    try:
        answer = await asyncio.to_thread(client.list_state_machines)
    finally:
        client.close()
        await server.drain(1)
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1

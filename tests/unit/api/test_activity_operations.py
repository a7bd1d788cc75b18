"""Activities through the API: create, describe, list, delete, tags, and the workers' poll, over a real engine."""

import asyncio

import pytest
from callback_steps import ACCOUNT, REVIEW, activity
from engine_driver import EngineRun

from podium.api.app import build_app
from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.services import Services
from podium.store.memory import MemoryStore

HERE = RequestContext(ACCOUNT)


@pytest.fixture
async def run():
    run = await EngineRun(MemoryStore()).open()
    yield run
    await run.close()


@pytest.fixture
def call(run):
    services = Services(
        store=run.store,
        engine=run.engine,
        functions=None,
        validate_definition=lambda text, kind: [],
        clock=run.clock.now_ms,
        new_id=lambda: "id",
    )
    app = build_app(services, {})

    async def call(operation, context=HERE, **input):
        return await app.call(context, operation, input)

    return call


async def refused(awaitable):
    with pytest.raises(ApiError) as caught:
        await awaitable
    return caught.value.code, caught.value.message


async def test_an_activity_is_created_described_and_deleted(call):
    created = await call("CreateActivity", name="review")
    assert created == {"activityArn": REVIEW, "creationDate": 1_700_000_000.0}
    assert await call("DescribeActivity", activityArn=REVIEW) == {
        **created,
        "name": "review",
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    }
    assert await call("DeleteActivity", activityArn=REVIEW) == {}
    assert await call("DeleteActivity", activityArn=REVIEW) == {}
    gone = ("ActivityDoesNotExist", f"Activity Does Not Exist: '{REVIEW}'")
    assert await refused(call("DescribeActivity", activityArn=REVIEW)) == gone
    assert await refused(call("GetActivityTask", activityArn=REVIEW)) == gone


async def test_creating_it_again_finds_it_whatever_its_tags(run, call):
    created = await call("CreateActivity", name="review", tags=[{"key": "a", "value": "1"}])
    await run.advance(5)
    assert await call("CreateActivity", name="review", tags=[{"key": "b", "value": "2"}]) == created
    assert await call("ListTagsForResource", resourceArn=REVIEW) == {"tags": [{"key": "a", "value": "1"}]}


async def test_creating_it_again_with_another_key_is_refused(call):
    await call("CreateActivity", name="review")
    key = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "k"}
    code, message = await refused(call("CreateActivity", name="review", encryptionConfiguration=key))
    assert (code, message) == ("ActivityAlreadyExists", f"Activity Already Exists: '{REVIEW}'")


@pytest.mark.parametrize("name", ["a b", "a*", "a\x00", "a:b", "a/b"])
async def test_names_that_are_none(call, name):
    assert await refused(call("CreateActivity", name=name)) == ("InvalidName", f"Invalid Name: '{name}'")


@pytest.mark.parametrize("operation", ["DescribeActivity", "DeleteActivity", "GetActivityTask"])
async def test_arns_that_are_none(call, operation):
    code, message = await refused(call(operation, activityArn="no_arn"))
    assert (code, message) == ("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: no_arn'")
    code, _ = await refused(call(operation, activityArn=REVIEW.replace("activity", "stateMachine")))
    assert code == "InvalidArn"


async def test_they_are_listed_page_by_page_and_account_by_account(call):
    for number in range(5):
        await call("CreateActivity", name=f"a{number}")
    await call("CreateActivity", RequestContext("210987654321"), name="theirs")
    page = await call("ListActivities", maxResults=3)
    assert [found["name"] for found in page["activities"]] == ["a0", "a1", "a2"]
    assert page["activities"][0].keys() == {"activityArn", "name", "creationDate"}
    page = await call("ListActivities", maxResults=3, nextToken=page["nextToken"])
    assert [found["name"] for found in page["activities"]] == ["a3", "a4"]
    assert "nextToken" not in page
    assert (await refused(call("ListActivities", nextToken="x")))[0] == "InvalidToken"


async def test_tags_of_an_activity(call):
    await call("CreateActivity", name="review")
    await call("TagResource", resourceArn=REVIEW, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
    await call("UntagResource", resourceArn=REVIEW, tagKeys=["a"])
    assert await call("ListTagsForResource", resourceArn=REVIEW) == {"tags": [{"key": "b", "value": "2"}]}
    for operation, given in (
        ("TagResource", {"tags": []}),
        ("UntagResource", {"tagKeys": []}),
        ("ListTagsForResource", {}),
    ):
        code, _ = await refused(call(operation, resourceArn=REVIEW + "x", **given))
        assert code == "ResourceNotFound"


async def test_a_poll_brings_a_task_or_an_empty_answer(run, call):
    await call("CreateActivity", name="review")
    polling = asyncio.create_task(call("GetActivityTask", activityArn=REVIEW))
    await run.advance(60)
    assert await polling == {}
    await run.start({"T": activity()}, {"a": 1})
    await run.settle()
    task = await call("GetActivityTask", activityArn=REVIEW, workerName="me")
    assert task["input"] == '{"a": 1}'
    assert await call("SendTaskHeartbeat", taskToken=task["taskToken"]) == {}
    assert await call("SendTaskSuccess", taskToken=task["taskToken"], output='{"b":2}') == {}
    assert await run.output() == {"b": 2}


async def test_a_poll_whose_caller_has_gone_takes_nothing(run, call):
    await call("CreateActivity", name="review")
    await run.start({"T": activity()})
    await run.settle()
    gone = RequestContext(ACCOUNT, connected=lambda: False)
    assert await call("GetActivityTask", gone, activityArn=REVIEW) == {}
    assert "taskToken" in await call("GetActivityTask", activityArn=REVIEW)


async def test_only_so_many_may_poll(run, call, monkeypatch):
    monkeypatch.setattr("podium.engine.activities.WORKERS_MAX", 0)
    await call("CreateActivity", name="review")
    assert (await refused(call("GetActivityTask", activityArn=REVIEW)))[0] == "ActivityWorkerLimitExceeded"

"""Tags: adding, replacing, removing, and their bounds."""

import pytest

from podium.api.errors import ApiError

ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:m"


@pytest.fixture
async def call(perform):
    async def call(operation, **input):
        return await perform(operation, {"resourceArn": ARN, **input})

    machine = {"name": "m", "definition": "{}", "roleArn": "arn:aws:iam::000000000000:role/r"}
    await perform("CreateStateMachine", {**machine, "tags": [{"key": "first", "value": "1"}]})
    return call


async def tags(call):
    return {tag["key"]: tag["value"] for tag in (await call("ListTagsForResource"))["tags"]}


async def test_tags_given_at_creation_are_listed(call):
    assert await tags(call) == {"first": "1"}


async def test_tags_are_added_and_replaced(call):
    assert await call("TagResource", tags=[{"key": "first", "value": "2"}, {"key": "k", "value": ""}]) == {}
    assert await tags(call) == {"first": "2", "k": ""}
    assert await call("TagResource", tags=[]) == {}
    assert await tags(call) == {"first": "2", "k": ""}


async def test_tags_are_removed_and_keys_that_are_not_there_are_no_error(call):
    assert await call("UntagResource", tagKeys=["first", "first", "other"]) == {}
    assert await tags(call) == {}


async def test_a_resource_has_at_most_fifty_tags(call):
    with pytest.raises(ApiError) as caught:
        await call("TagResource", tags=[{"key": f"k{number}", "value": ""} for number in range(50)])
    assert caught.value.code == "TooManyTags"
    assert await tags(call) == {"first": "1"}


async def test_tags_may_not_contain_anything(call):
    with pytest.raises(ApiError) as caught:
        await call("TagResource", tags=[{"key": "k", "value": "a<b"}])
    assert caught.value.code == "ValidationException"


@pytest.mark.parametrize("operation", ["TagResource", "UntagResource", "ListTagsForResource"])
async def test_a_resource_that_does_not_exist(call, operation):
    with pytest.raises(ApiError) as caught:
        await call(operation, resourceArn=ARN + "x", tags=[], tagKeys=[])
    assert (caught.value.code, caught.value.message) == ("ResourceNotFound", f"Resource not found: '{ARN}x'")


async def test_tagging_again_after_losing_to_another_change_keeps_both(call, services):
    put = services.store.put
    lost = []

    async def put_after_another(kind, key, data, *, expected_version=None):
        if not lost:
            lost.append(expected_version)
            services.store.put = put
            await call("TagResource", tags=[{"key": "other", "value": "o"}])
        return await put(kind, key, data, expected_version=expected_version)

    services.store.put = put_after_another
    await call("TagResource", tags=[{"key": "mine", "value": "m"}])
    assert await tags(call) == {"first": "1", "other": "o", "mine": "m"}

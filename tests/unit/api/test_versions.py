"""Versions: publishing, numbering, describing, starting and listing by them, deleting."""

import asyncio

import pytest
from msgspec import structs

from podium.api import qualifiers
from podium.api.errors import ApiError

ROLE = "arn:aws:iam::000000000000:role/any"
ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
FIRST = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
SECOND = '{"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}'


@pytest.fixture
def call(perform):
    async def call(operation, **input):
        return await perform(operation, input)

    return call


async def refused(awaitable):
    with pytest.raises(ApiError) as caught:
        await awaitable
    return caught.value.code, caught.value.message


def create(call, **input):
    return call("CreateStateMachine", **{"name": "m", "definition": FIRST, "roleArn": ROLE, **input})


def publish(call, **input):
    return call("PublishStateMachineVersion", stateMachineArn=ARN, **input)


async def listed(call, **input):
    found = await call("ListStateMachineVersions", stateMachineArn=ARN, **input)
    return [version["stateMachineVersionArn"].rpartition(":")[2] for version in found["stateMachineVersions"]]


async def test_creating_with_publish_makes_version_one(call):
    created = await create(call, publish=True, versionDescription="the first")
    assert created["stateMachineVersionArn"] == f"{ARN}:1"
    described = await call("DescribeStateMachine", stateMachineArn=f"{ARN}:1")
    assert (described["stateMachineArn"], described["name"]) == (f"{ARN}:1", "m")
    assert (described["definition"], described["description"]) == (FIRST, "the first")
    assert "revisionId" not in described
    assert "description" not in await call("DescribeStateMachine", stateMachineArn=ARN)


async def test_creating_again_finds_it_only_with_the_same_publishing(call):
    created = await create(call, publish=True, versionDescription="the first")
    assert await create(call, publish=True, versionDescription="the first") == created
    exists = ("StateMachineAlreadyExists", f"State Machine Already Exists: '{ARN}'")
    assert await refused(create(call)) == exists
    assert await refused(create(call, publish=True, versionDescription="another")) == exists


@pytest.mark.parametrize("publish", [{}, {"publish": False}])
async def test_a_version_description_needs_publish(call, publish):
    expected = ("ValidationException", "Version description can only be set when publish is true")
    assert await refused(create(call, versionDescription="x", **publish)) == expected
    await create(call)
    update = call("UpdateStateMachine", stateMachineArn=ARN, definition=SECOND, versionDescription="x", **publish)
    assert await refused(update) == expected


async def test_a_version_keeps_its_revision_when_the_machine_moves_on(call):
    await create(call, publish=True)
    updated = await call(
        "UpdateStateMachine", stateMachineArn=ARN, definition=SECOND, publish=True, versionDescription="two"
    )
    assert updated["stateMachineVersionArn"] == f"{ARN}:2"
    assert (await call("DescribeStateMachine", stateMachineArn=f"{ARN}:1"))["definition"] == FIRST
    second = await call("DescribeStateMachine", stateMachineArn=f"{ARN}:2")
    assert (second["definition"], second["description"]) == (SECOND, "two")
    assert second["revisionId"] == updated["revisionId"]


async def test_publishing_a_revision_twice_gives_the_same_version(call, services):
    await create(call)
    first = await publish(call, description="one")
    services.clock.now_ms += 1_000
    assert await publish(call, description="another") == first
    assert (await call("UpdateStateMachine", stateMachineArn=ARN, definition=FIRST, publish=True))[
        "stateMachineVersionArn"
    ] == f"{ARN}:1"


async def test_publishing_at_once_gives_one_version(call):
    await create(call)
    published = await asyncio.gather(*(publish(call) for _ in range(5)))
    assert {version["stateMachineVersionArn"] for version in published} == {f"{ARN}:1"}


async def test_publishing_only_the_revision_that_was_meant(call):
    await create(call)
    assert (await publish(call, revisionId="INITIAL"))["stateMachineVersionArn"] == f"{ARN}:1"
    first = (await call("UpdateStateMachine", stateMachineArn=ARN, definition=SECOND))["revisionId"]
    current = (await call("UpdateStateMachine", stateMachineArn=ARN, definition=FIRST))["revisionId"]
    assert await refused(publish(call, revisionId=first)) == (
        "ConflictException",
        f"Failed to publish the State Machine version for revision {first}. "
        f"The current State Machine revision is {current}.",
    )
    assert (await publish(call, revisionId=current))["stateMachineVersionArn"] == f"{ARN}:2"


async def test_numbers_are_not_given_twice(call):
    await create(call, publish=True)
    await call("UpdateStateMachine", stateMachineArn=ARN, definition=SECOND, publish=True)
    await call("DeleteStateMachineVersion", stateMachineVersionArn=f"{ARN}:2")
    assert (await publish(call))["stateMachineVersionArn"] == f"{ARN}:3"
    assert await listed(call) == ["3", "1"]


async def test_a_number_lost_in_a_crash_is_skipped(call, services):
    await create(call)
    await services.machines.change(ARN, lambda record: structs.replace(record, latest_version=1))
    assert (await publish(call))["stateMachineVersionArn"] == f"{ARN}:2"


async def test_versions_of_what_does_not_exist(call):
    assert await refused(publish(call)) == ("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{ARN}'")
    assert await listed(call) == []
    await create(call)
    missing = ("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{ARN}:1'")
    assert await refused(call("DescribeStateMachine", stateMachineArn=f"{ARN}:1")) == missing
    assert await refused(call("StartExecution", stateMachineArn=f"{ARN}:1")) == missing
    assert await refused(call("ListExecutions", stateMachineArn=f"{ARN}:1")) == missing
    assert await call("DeleteStateMachineVersion", stateMachineVersionArn=f"{ARN}:1") == {}


@pytest.mark.parametrize(
    ("operation", "member"),
    [("PublishStateMachineVersion", "stateMachineArn"), ("ListStateMachineVersions", "stateMachineArn")],
)
async def test_an_arn_that_is_none(call, operation, member):
    assert await refused(call(operation, **{member: "invalid_arn"})) == (
        "InvalidArn",
        "Invalid Arn: 'Invalid ARN prefix: invalid_arn'",
    )


@pytest.mark.parametrize("arn", [ARN, f"{ARN}:PROD", f"{ARN}:01"])
async def test_deleting_what_is_no_version(call, arn):
    await create(call, publish=True)
    assert (await refused(call("DeleteStateMachineVersion", stateMachineVersionArn=arn)))[0] == "ValidationException"
    assert await listed(call) == ["1"]


async def test_versions_are_listed_in_pages_newest_first(call):
    await create(call, publish=True)
    for number in range(2, 12):
        definition = FIRST.replace('"A"', f'"A{number}"')
        await call("UpdateStateMachine", stateMachineArn=ARN, definition=definition, publish=True)
    page = await call("ListStateMachineVersions", stateMachineArn=ARN, maxResults=9)
    assert [version["stateMachineVersionArn"].rpartition(":")[2] for version in page["stateMachineVersions"]] == [
        str(number) for number in range(11, 2, -1)
    ]
    assert await listed(call, nextToken=page["nextToken"]) == ["2", "1"]
    assert await refused(listed(call, nextToken="x")) == ("InvalidToken", "Invalid Token: 'Invalid token'")


async def test_there_are_so_many_versions_and_no_more(call, monkeypatch):
    monkeypatch.setattr("podium.api.operations.versions.VERSIONS_MAX", 1)
    await create(call, publish=True)
    update = call("UpdateStateMachine", stateMachineArn=ARN, definition=SECOND, publish=True)
    assert (await refused(update))[0] == "ServiceQuotaExceededException"
    assert qualifiers.VERSIONS_MAX == 1_000


async def test_an_execution_runs_the_version_it_names(call):
    await create(call, publish=True)
    await call("UpdateStateMachine", stateMachineArn=ARN, definition=SECOND)
    started = await call("StartExecution", stateMachineArn=f"{ARN}:1", name="e")
    assert started["executionArn"] == "arn:aws:states:us-east-1:000000000000:execution:m:e"
    described = await call("DescribeExecution", executionArn=started["executionArn"])
    assert (described["stateMachineArn"], described["stateMachineVersionArn"]) == (ARN, f"{ARN}:1")
    assert "stateMachineAliasArn" not in described
    machine = await call("DescribeStateMachineForExecution", executionArn=started["executionArn"])
    assert (machine["stateMachineArn"], machine["definition"]) == (ARN, FIRST)


async def test_executions_are_listed_by_version_in_pages(call, monkeypatch):
    await create(call, publish=True)
    for number in range(7):
        await call("StartExecution", stateMachineArn=f"{ARN}:1" if number % 3 == 0 else ARN, name=f"e{number}")
    assert len((await call("ListExecutions", stateMachineArn=ARN))["executions"]) == 7

    async def pages(size):
        names, token = [], {}
        while True:
            page = await call("ListExecutions", stateMachineArn=f"{ARN}:1", maxResults=size, **token)
            assert len(page["executions"]) <= size
            assert {execution["stateMachineVersionArn"] for execution in page["executions"]} <= {f"{ARN}:1"}
            names += [execution["name"] for execution in page["executions"]]
            if "nextToken" not in page:
                return names
            token = {"nextToken": page["nextToken"]}

    for size in (1, 2, 3, 10):
        assert await pages(size) == ["e6", "e3", "e0"]
    monkeypatch.setattr("podium.api.operations.executions.SIEVED", 2)
    for size in (1, 2, 3, 10):
        assert await pages(size) == ["e6", "e3", "e0"]


async def test_deleting_a_machine_takes_its_versions_along(call):
    await create(call, publish=True)
    await call("DescribeStateMachine", stateMachineArn=f"{ARN}:1")
    await call("DeleteStateMachine", stateMachineArn=ARN)
    await create(call)
    assert await listed(call) == []
    assert (await refused(call("DescribeStateMachine", stateMachineArn=f"{ARN}:1")))[0] == "StateMachineDoesNotExist"
    assert (await publish(call))["stateMachineVersionArn"] == f"{ARN}:1"


async def test_a_machine_that_is_being_deleted_publishes_nothing(call):
    await create(call)
    await call("StartExecution", stateMachineArn=ARN, name="e")
    await call("DeleteStateMachine", stateMachineArn=ARN)
    assert await refused(publish(call)) == ("StateMachineDeleting", f"State Machine Deleting: '{ARN}'")


async def test_a_distributed_map_is_no_version(call):
    assert (await refused(call("DescribeStateMachine", stateMachineArn=f"{ARN}/label")))[0] == "ValidationException"

"""Aliases: their routing, idempotency, listing, and executions through them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.api.errors import ApiError
from podium.api.targets import route
from podium.store.records import AliasRecord

ROLE = "arn:aws:iam::000000000000:role/any"
ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
ALIAS = f"{ARN}:PROD"
NOT_FOUND = ("ResourceNotFound", "Request references a resource that does not exist.")


@pytest.fixture
async def call(perform):
    """State machine `m` with versions 1, 2 and 3."""

    async def call(operation, **input):
        return await perform(operation, input)

    await call("CreateStateMachine", name="m", definition=definition(1), roleArn=ROLE, publish=True)
    for number in (2, 3):
        await call("UpdateStateMachine", stateMachineArn=ARN, definition=definition(number), publish=True)
    return call


def definition(number):
    return f'{{"Comment": "{number}", "StartAt": "A", "States": {{"A": {{"Type": "Pass", "End": true}}}}}}'


def routing(*pairs):
    return [{"stateMachineVersionArn": f"{ARN}:{number}", "weight": weight} for number, weight in pairs]


def create(call, *pairs, name="PROD", **input):
    return call("CreateStateMachineAlias", name=name, routingConfiguration=routing(*(pairs or [(1, 100)])), **input)


async def refused(awaitable):
    with pytest.raises(ApiError) as caught:
        await awaitable
    return caught.value.code, caught.value.message


async def names(call, arn=ARN, **input):
    found = await call("ListStateMachineAliases", stateMachineArn=arn, **input)
    return [alias["stateMachineAliasArn"].rpartition(":")[2] for alias in found["stateMachineAliases"]]


async def test_an_alias_is_created_and_described(call, services):
    created = await create(call, (1, 90), (2, 10), description="live")
    assert created == {"stateMachineAliasArn": ALIAS, "creationDate": services.clock() / 1000}
    assert await call("DescribeStateMachineAlias", stateMachineAliasArn=ALIAS) == {
        "stateMachineAliasArn": ALIAS,
        "name": "PROD",
        "description": "live",
        "routingConfiguration": routing((1, 90), (2, 10)),
        "creationDate": services.clock() / 1000,
        "updateDate": services.clock() / 1000,
    }


async def test_creating_it_again_finds_it_and_anything_else_is_refused(call, services):
    created = await create(call, description="live")
    services.clock.now_ms += 1_000
    assert await create(call, description="live") == created
    for other in ({"description": "dead"}, {}):
        assert (await refused(create(call, **other)))[0] == "ConflictException"
    assert (await refused(create(call, (2, 100), description="live")))[0] == "ConflictException"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            [(f"{ARN}:1", 50), (f"{ARN}:1", 50)],
            f"Routing configuration must contain distinct state machine version ARNs. Received: [{ARN}:1, {ARN}:1]",
        ),
        (
            [(ARN, 70), (f"{ARN}:2", 30)],
            f"Routing configuration must contain state machine version ARNs. Received: [{ARN}, {ARN}:2]",
        ),
        (
            [(f"{ARN}:LIVE", 100)],
            f"Routing configuration must contain state machine version ARNs. Received: [{ARN}:LIVE]",
        ),
        (
            [(f"{ARN}:1", 70), (f"{ARN}x:2", 30)],
            f"Routing configuration must contain versions of the same state machine. Received: [{ARN}:1, {ARN}x:2]",
        ),
        (
            [(f"{ARN}:1", 70), (f"{ARN}:2", 29)],
            "Sum of routing configuration weights must equal 100. Received: [70, 29]",
        ),
        ([(f"{ARN}:1", 99)], "Sum of routing configuration weights must equal 100. Received: [99]"),
    ],
)
async def test_routing_that_makes_no_sense(call, given, message):
    configuration = [{"stateMachineVersionArn": arn, "weight": weight} for arn, weight in given]
    expected = ("ValidationException", message)
    assert await refused(call("CreateStateMachineAlias", name="A", routingConfiguration=configuration)) == expected
    await create(call)
    update = call("UpdateStateMachineAlias", stateMachineAliasArn=ALIAS, routingConfiguration=configuration)
    assert await refused(update) == expected


async def test_routing_to_what_does_not_exist(call):
    assert await refused(create(call, (4, 100))) == NOT_FOUND
    other = [{"stateMachineVersionArn": f"{ARN}x:1", "weight": 100}]
    assert await refused(call("CreateStateMachineAlias", name="A", routingConfiguration=other)) == NOT_FOUND
    await create(call)
    update = call("UpdateStateMachineAlias", stateMachineAliasArn=ALIAS, routingConfiguration=other)
    assert (await refused(update))[0] == "ValidationException"


async def test_an_update_changes_what_it_names(call, services):
    await create(call, description="live")
    services.clock.now_ms += 1_000
    updated = await call("UpdateStateMachineAlias", stateMachineAliasArn=ALIAS, description="new")
    assert updated == {"updateDate": services.clock() / 1000}
    described = await call("DescribeStateMachineAlias", stateMachineAliasArn=ALIAS)
    assert (described["description"], described["routingConfiguration"]) == ("new", routing((1, 100)))
    assert described["updateDate"] - described["creationDate"] == 1
    await call("UpdateStateMachineAlias", stateMachineAliasArn=ALIAS, routingConfiguration=routing((1, 50), (2, 50)))
    described = await call("DescribeStateMachineAlias", stateMachineAliasArn=ALIAS)
    assert (described["description"], described["routingConfiguration"]) == ("new", routing((1, 50), (2, 50)))


async def test_an_update_to_the_same_is_none(call, services):
    created = await create(call, description="live")
    services.clock.now_ms += 1_000
    same = await call(
        "UpdateStateMachineAlias",
        stateMachineAliasArn=ALIAS,
        description="live",
        routingConfiguration=routing((1, 100)),
    )
    assert same["updateDate"] == created["creationDate"]


async def test_an_update_of_nothing(call):
    await create(call)
    update = call("UpdateStateMachineAlias", stateMachineAliasArn=ALIAS)
    assert (await refused(update))[0] == "ValidationException"


async def test_an_alias_that_does_not_exist(call):
    assert await refused(call("DescribeStateMachineAlias", stateMachineAliasArn=ALIAS)) == NOT_FOUND
    assert await refused(call("UpdateStateMachineAlias", stateMachineAliasArn=ALIAS, description="x")) == NOT_FOUND
    assert await call("DeleteStateMachineAlias", stateMachineAliasArn=ALIAS) == {}
    missing = ("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{ALIAS}'")
    assert await refused(call("StartExecution", stateMachineArn=ALIAS)) == missing


@pytest.mark.parametrize("arn", [ARN, f"{ARN}:1", "nonsense"])
async def test_an_arn_of_something_else(call, arn):
    for operation in ("DescribeStateMachineAlias", "DeleteStateMachineAlias", "UpdateStateMachineAlias"):
        assert (await refused(call(operation, stateMachineAliasArn=arn, description="x")))[0] == "InvalidArn"


async def test_a_deleted_alias_is_gone(call):
    await create(call)
    await call("DescribeStateMachine", stateMachineArn=ALIAS)
    await call("DeleteStateMachineAlias", stateMachineAliasArn=ALIAS)
    assert await names(call) == []
    assert (await refused(call("DescribeStateMachine", stateMachineArn=ALIAS)))[0] == "StateMachineDoesNotExist"


async def test_a_version_is_kept_while_an_alias_points_to_it(call):
    await create(call, (1, 90), (2, 10))
    await create(call, (2, 100), name="TEST")
    delete = call("DeleteStateMachineVersion", stateMachineVersionArn=f"{ARN}:2")
    assert await refused(delete) == (
        "ConflictException",
        "Version to be deleted must not be referenced by an alias. "
        "Current list of aliases referencing this version: [PROD, TEST]",
    )
    await call("DeleteStateMachineAlias", stateMachineAliasArn=f"{ARN}:TEST")
    await call("UpdateStateMachineAlias", stateMachineAliasArn=ALIAS, routingConfiguration=routing((1, 100)))
    assert await call("DeleteStateMachineVersion", stateMachineVersionArn=f"{ARN}:2") == {}


async def test_aliases_are_listed_in_pages_and_by_version(call):
    for name, number in (("A", 1), ("B", 2), ("C", 1)):
        await create(call, (number, 100), name=name)
    assert await names(call) == ["A", "B", "C"]
    assert await names(call, arn=f"{ARN}:1") == ["A", "C"]
    page = await call("ListStateMachineAliases", stateMachineArn=ARN, maxResults=1)
    assert await names(call, nextToken=page["nextToken"]) == ["B", "C"]
    assert (await refused(names(call, nextToken="x")))[0] == "InvalidToken"
    assert (await refused(names(call, arn=f"{ARN}x")))[0] == "StateMachineDoesNotExist"
    assert await refused(names(call, arn=f"{ARN}:9")) == NOT_FOUND


async def test_there_are_so_many_aliases_and_no_more(call, monkeypatch):
    monkeypatch.setattr("podium.api.operations.aliases.ALIASES_MAX", 1)
    await create(call)
    assert (await refused(create(call, name="B")))[0] == "ServiceQuotaExceededException"


async def test_an_execution_through_an_alias_names_alias_and_version(call):
    await create(call, (2, 100))
    started = await call("StartExecution", stateMachineArn=ALIAS, name="e")
    through = {"stateMachineVersionArn": f"{ARN}:2", "stateMachineAliasArn": ALIAS, "stateMachineArn": ARN}
    described = await call("DescribeExecution", executionArn=started["executionArn"])
    assert through.items() <= described.items()
    machine = await call("DescribeStateMachineForExecution", executionArn=started["executionArn"])
    assert machine["definition"] == definition(2)
    await call("StartExecution", stateMachineArn=ARN, name="plain")
    for arn in (ALIAS, f"{ARN}:2"):
        (listed,) = (await call("ListExecutions", stateMachineArn=arn))["executions"]
        assert through.items() <= listed.items()


async def test_starting_again_through_an_alias_finds_the_execution(call):
    await create(call, (1, 50), (2, 50))
    started = await call("StartExecution", stateMachineArn=ALIAS, name="e")
    assert await call("StartExecution", stateMachineArn=ALIAS, name="e") == started


async def test_a_changed_alias_routes_the_next_execution(call):
    await create(call, (1, 100))
    for number in (1, 3):
        await call("UpdateStateMachineAlias", stateMachineAliasArn=ALIAS, routingConfiguration=routing((number, 100)))
        started = await call("StartExecution", stateMachineArn=ALIAS)
        described = await call("DescribeExecution", executionArn=started["executionArn"])
        assert described["stateMachineVersionArn"] == f"{ARN}:{number}"


async def test_deleting_a_machine_takes_its_aliases_along(call):
    await create(call)
    await call("DeleteStateMachine", stateMachineArn=ARN)
    await call("CreateStateMachine", name="m", definition="{}", roleArn=ROLE)
    assert await names(call) == []


async def test_a_machine_that_is_being_deleted_gets_no_alias(call):
    await call("StartExecution", stateMachineArn=ARN)
    await call("DeleteStateMachine", stateMachineArn=ARN)
    assert (await refused(create(call)))[0] == "StateMachineDeleting"


def alias_of(*pairs):
    return AliasRecord(ALIAS, "PROD", ARN, list(pairs), 0, 0)


def test_ten_thousand_executions_land_within_one_percent_of_the_weights():
    alias = alias_of((1, 90), (2, 10))
    first = sum(route(alias, f"execution-{number}") == 1 for number in range(10_000))
    assert abs(first - 9_000) <= 100


@given(st.text(max_size=80), st.integers(0, 100))
def test_the_same_name_takes_the_same_version_and_never_one_without_weight(name, weight):
    alias = alias_of((1, weight), (2, 100 - weight))
    version = route(alias, name)
    assert version == route(alias, name)
    assert dict(alias.routing)[version] > 0


@given(st.text(max_size=80), st.integers(0, 99))
def test_shifting_weight_moves_executions_one_way_only(name, weight):
    if route(alias_of((1, weight), (2, 100 - weight)), name) == 1:
        assert route(alias_of((1, weight + 1), (2, 99 - weight)), name) == 1

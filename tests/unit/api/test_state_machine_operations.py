"""State machine operations: idempotency, revisions, errors, pages."""

import asyncio
import json

import pytest

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.service_model import load

ROLE = "arn:aws:iam::000000000000:role/any"
OTHER_ROLE = "arn:aws:iam::000000000000:role/other"
PASS = '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}'
SUCCEED = '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}'
ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
GROUP = {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:g:*"}}


@pytest.fixture
def call(perform):
    async def call(operation, **input):
        return await perform(operation, input)

    return call


async def refused(awaitable):
    with pytest.raises(ApiError) as caught:
        await awaitable
    return caught.value.code, caught.value.message


def create(call, name="m", definition=PASS, **more):
    return call("CreateStateMachine", **{"name": name, "definition": definition, "roleArn": ROLE, **more})


async def test_a_new_machine_is_described_with_every_default_and_no_revision_id(call, services):
    created = await create(call)
    assert created == {"stateMachineArn": ARN, "creationDate": 1_700_000_000.123}
    assert await call("DescribeStateMachine", stateMachineArn=ARN) == {
        "stateMachineArn": ARN,
        "name": "m",
        "status": "ACTIVE",
        "type": "STANDARD",
        "creationDate": 1_700_000_000.123,
        "definition": PASS,
        "roleArn": ROLE,
        "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
        "tracingConfiguration": {"enabled": False},
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    }
    metadata = await call("DescribeStateMachine", stateMachineArn=ARN, includedData="METADATA_ONLY")
    assert metadata["definition"] == "{}"


async def test_creating_the_same_again_finds_it_whatever_role_and_tags(call, services):
    created = await create(call)
    services.clock.now_ms += 5_000
    again = await create(call, roleArn=OTHER_ROLE, tags=[{"key": "k", "value": "v"}])
    explicit = await create(call, type="STANDARD", loggingConfiguration={"level": "OFF"}, tracingConfiguration={})
    assert again == explicit == created
    assert (await call("DescribeStateMachine", stateMachineArn=ARN))["roleArn"] == ROLE


@pytest.mark.parametrize(
    "change",
    [
        {"definition": PASS + " "},
        {"type": "EXPRESS"},
        {"loggingConfiguration": {"level": "ALL", "destinations": [GROUP]}},
        {"tracingConfiguration": {"enabled": True}},
        {"encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "k"}},
    ],
)
async def test_a_name_taken_by_something_else(call, change):
    await create(call)
    assert await refused(create(call, **change)) == (
        "StateMachineAlreadyExists",
        f"State Machine Already Exists: '{ARN}'",
    )


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"name": "a b"}, "InvalidName", "Invalid Name: 'a b'"),
        ({"roleArn": "role"}, "InvalidArn", "Invalid Role Arn: 'role'"),
        (
            {"definition": '"broken"'},
            "InvalidDefinition",
            "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'",
        ),
        (
            {"versionDescription": "first"},
            "ValidationException",
            "Version description can only be set when publish is true",
        ),
        (
            {"loggingConfiguration": {"level": "ALL"}},
            "InvalidLoggingConfiguration",
            "Invalid Logging Configuration: Must specify exactly one Log Destination.",
        ),
        (
            {"loggingConfiguration": {"level": "ALL", "destinations": [GROUP, GROUP]}},
            "InvalidLoggingConfiguration",
            "Invalid Logging Configuration: Must specify exactly one Log Destination.",
        ),
    ],
)
async def test_what_create_refuses(call, change, code, message):
    assert await refused(create(call, **change)) == (code, message)
    assert await call("ListStateMachines") == {"stateMachines": []}


async def test_an_update_makes_a_revision_and_changes_nothing_it_does_not_name(call, services):
    await create(call)
    services.clock.now_ms += 1_000
    updated = await call("UpdateStateMachine", stateMachineArn=ARN, definition=SUCCEED)
    described = await call("DescribeStateMachine", stateMachineArn=ARN)
    assert updated["updateDate"] == 1_700_000_001.123
    assert described["revisionId"] == updated["revisionId"]
    assert (described["definition"], described["roleArn"]) == (SUCCEED, ROLE)
    assert described["creationDate"] == 1_700_000_000.123
    logged = await call(
        "UpdateStateMachine", stateMachineArn=ARN, loggingConfiguration={"level": "ERROR", "destinations": [GROUP]}
    )
    assert logged["revisionId"] != updated["revisionId"]
    described = await call("DescribeStateMachine", stateMachineArn=ARN)
    assert described["loggingConfiguration"]["level"] == "ERROR"
    assert described["loggingConfiguration"]["includeExecutionData"] is False


async def test_an_update_to_the_same_keeps_the_revision(call):
    await create(call)
    assert "revisionId" not in await call("UpdateStateMachine", stateMachineArn=ARN, definition=PASS)
    first = await call("UpdateStateMachine", stateMachineArn=ARN, roleArn=OTHER_ROLE)
    again = await call("UpdateStateMachine", stateMachineArn=ARN, roleArn=OTHER_ROLE, definition=PASS)
    assert first["revisionId"] == again["revisionId"]


async def test_an_update_of_nothing(call):
    await create(call)
    assert await refused(call("UpdateStateMachine", stateMachineArn=ARN)) == (
        "MissingRequiredParameter",
        "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
    )


async def test_an_update_that_lost_against_another_says_so(call, services):
    await create(call)
    put = services.store.put

    async def put_after_another(kind, key, data, *, expected_version=None):
        if kind == "state-machine" and expected_version:
            await put(kind, key, data)
        return await put(kind, key, data, expected_version=expected_version)

    services.store.put = put_after_another
    code, _ = await refused(call("UpdateStateMachine", stateMachineArn=ARN, definition=SUCCEED))
    assert code == "ConflictException"


@pytest.mark.parametrize(
    "operation", ["DescribeStateMachine", "UpdateStateMachine", "StartExecution", "ListExecutions"]
)
async def test_a_machine_that_does_not_exist(call, operation):
    assert await refused(call(operation, stateMachineArn=ARN, definition=PASS)) == (
        "StateMachineDoesNotExist",
        f"State Machine Does Not Exist: '{ARN}'",
    )


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        ("not_a_valid_arn", "Invalid Arn: 'Invalid ARN prefix: not_a_valid_arn'"),
        ("arn:aws:states", "Invalid Arn: 'Invalid ARN: arn:aws:states'"),
        (ARN.replace(":states:", ":sqs:"), f"Invalid Arn: 'Invalid ARN: {ARN.replace(':states:', ':sqs:')}'"),
        (ARN.replace("stateMachine", "activity"), "Invalid Arn: 'Resource type not valid in this context: activity'"),
    ],
)
async def test_an_arn_of_something_else(call, arn, message):
    for operation in ("DescribeStateMachine", "DeleteStateMachine", "StartExecution", "ListExecutions"):
        assert await refused(call(operation, stateMachineArn=arn)) == ("InvalidArn", message)


@pytest.mark.parametrize("elsewhere", [("111111111111", "us-east-1"), ("000000000000", "eu-west-1")])
async def test_other_accounts_and_regions_are_out_of_reach(call, perform, elsewhere):
    await create(call)
    execution = (await call("StartExecution", stateMachineArn=ARN))["executionArn"]
    others = {"name": "PROD", "roleArn": OTHER_ROLE, "tags": [], "tagKeys": [], "definition": PASS}
    reached = {"stateMachineArn": ARN, "executionArn": execution, "resourceArn": ARN}
    for operation, described in load("stepfunctions").operations.items():
        members = load("stepfunctions").shapes[described["input"]["shape"]]["members"]
        if not members.keys() & reached.keys() or operation in ("DescribeMapRun", "ListMapRuns", "RedriveExecution"):
            continue
        given = {name: value for name, value in {**others, **reached}.items() if name in members}
        code, message = await refused(perform(operation, given, RequestContext(*elsewhere)))
        assert code == "AccessDeniedException"
        assert any(message.endswith(f"on resource: {arn}") for arn in (ARN, execution))
    assert (await call("DescribeStateMachine", stateMachineArn=ARN))["roleArn"] == ROLE


async def test_deleting_what_is_not_there_succeeds(call):
    assert await call("DeleteStateMachine", stateMachineArn=ARN) == {}


async def test_a_deleted_machine_is_gone_and_its_name_free(call):
    await create(call)
    await call("DeleteStateMachine", stateMachineArn=ARN)
    assert (await refused(call("DescribeStateMachine", stateMachineArn=ARN)))[0] == "StateMachineDoesNotExist"
    assert await call("ListStateMachines") == {"stateMachines": []}
    await create(call, definition=SUCCEED)


async def test_a_machine_with_running_executions_is_deleting_until_they_end(call, services):
    await create(call)
    execution = (await call("StartExecution", stateMachineArn=ARN))["executionArn"]
    await call("DeleteStateMachine", stateMachineArn=ARN)
    assert (await call("DescribeStateMachine", stateMachineArn=ARN))["status"] == "DELETING"
    expected = ("StateMachineDeleting", f"State Machine Deleting: '{ARN}'")
    assert await refused(call("StartExecution", stateMachineArn=ARN)) == expected
    assert await refused(create(call)) == expected
    assert await refused(call("UpdateStateMachine", stateMachineArn=ARN, roleArn=OTHER_ROLE)) == expected
    await services.engine.close(execution, "SUCCEEDED", "{}")
    assert (await refused(call("DescribeStateMachine", stateMachineArn=ARN)))[0] == "StateMachineDoesNotExist"
    described = await call("DescribeStateMachineForExecution", executionArn=execution)
    assert (described["name"], described["definition"]) == ("m", PASS)


async def test_an_execution_is_described_with_the_revision_it_runs(call, services):
    await create(call)
    before = (await call("StartExecution", stateMachineArn=ARN))["executionArn"]
    services.clock.now_ms += 1_000
    updated = await call("UpdateStateMachine", stateMachineArn=ARN, definition=SUCCEED, roleArn=OTHER_ROLE)
    after = (await call("StartExecution", stateMachineArn=ARN))["executionArn"]
    first = await call("DescribeStateMachineForExecution", executionArn=before)
    second = await call("DescribeStateMachineForExecution", executionArn=after)
    assert (first["definition"], first["roleArn"], first["updateDate"]) == (PASS, ROLE, 1_700_000_000.123)
    assert "revisionId" not in first
    assert (second["definition"], second["revisionId"]) == (SUCCEED, updated["revisionId"])
    assert second["updateDate"] == 1_700_000_001.123


async def test_machines_are_listed_in_pages_and_only_the_callers(call, perform):
    for name in ("c", "a", "b"):
        await create(call, name)
    elsewhere = RequestContext("111111111111", "us-east-1")
    await perform("CreateStateMachine", {"name": "x", "definition": PASS, "roleArn": ROLE}, elsewhere)
    first = await call("ListStateMachines", maxResults=2)
    second = await call("ListStateMachines", maxResults=2, nextToken=first["nextToken"])
    assert [machine["name"] for machine in first["stateMachines"]] == ["a", "b"]
    assert [machine["name"] for machine in second["stateMachines"]] == ["c"]
    assert "nextToken" not in second
    assert set(first["stateMachines"][0]) == {"stateMachineArn", "name", "type", "creationDate"}
    assert len((await call("ListStateMachines", maxResults=0))["stateMachines"]) == 3


@pytest.mark.parametrize(
    ("definition", "more", "result", "count", "truncated"),
    [
        (PASS, {}, "OK", 0, False),
        ('"broken"', {}, "FAIL", 1, False),
        ('"odd"', {}, "OK", 0, False),
        ('"odd"', {"severity": "WARNING"}, "OK", 3, False),
        ('"odd"', {"severity": "WARNING", "maxResults": 2}, "OK", 2, True),
        ('"odd"', {"severity": "WARNING", "maxResults": 0}, "OK", 3, False),
    ],
)
async def test_validating_a_definition(call, definition, more, result, count, truncated):
    answer = await call("ValidateStateMachineDefinition", definition=definition, **more)
    assert (answer["result"], len(answer["diagnostics"]), answer["truncated"]) == (result, count, truncated)
    if result == "FAIL":
        assert answer["diagnostics"][0] == {
            "severity": "ERROR",
            "code": "SCHEMA_VALIDATION_FAILED",
            "message": "These fields are required: [States]",
            "location": "/",
        }


async def test_a_lookup_that_a_write_overtook_is_not_remembered(call, services):
    await create(call)
    services.machines._cache.clear()
    get = services.store.get

    async def get_then_update(kind, key):
        stored = await get(kind, key)
        services.store.get = get
        await call("UpdateStateMachine", stateMachineArn=ARN, definition=SUCCEED)
        services.machines._cache.clear()
        return stored

    services.store.get = get_then_update
    assert (await services.machines.get(ARN)).revision.definition == PASS
    assert (await services.machines.get(ARN)).revision.definition == SUCCEED


async def test_answers_are_json(call):
    await create(call)
    assert json.loads(json.dumps(await call("DescribeStateMachine", stateMachineArn=ARN)))


@pytest.mark.parametrize("operation", ["CreateStateMachine", "UpdateStateMachine", "ValidateStateMachineDefinition"])
async def test_a_long_definition_is_checked_while_others_go_on(call, services, operation):
    await create(call)
    loop, on_the_loop = asyncio.get_running_loop(), []
    checked = services.validate_definition

    def check_slowly(text, kind):
        # Only a loop that is free answers this.
        on_the_loop.append(asyncio.run_coroutine_threadsafe(asyncio.sleep(0, "free"), loop).result(timeout=5))
        return checked(text, kind)

    services.validate_definition = check_slowly
    long = PASS.replace('"Pass"', f'"Pass","Comment":"{"x" * 20_000}"')
    target = {"CreateStateMachine": {"name": "other", "roleArn": ROLE}, "UpdateStateMachine": {"stateMachineArn": ARN}}
    await call(operation, definition=long, **target.get(operation, {}))
    assert on_the_loop == ["free"]

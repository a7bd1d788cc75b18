"""Every error that the documentation of an operation names, where the operation can come to it.

The API reference's pages, https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html, one
case per operation and error; what cannot happen here is in tests/support/untested_members.py, with the reason.
"""

import asyncio

import pytest
from api_run import ACCOUNT, ROLE, ApiRun

from podium.api.errors import ApiError
from podium.store.memory import MemoryStore

PREFIX = f"arn:aws:states:us-east-1:{ACCOUNT}"
MACHINE = f"{PREFIX}:stateMachine:m"
EXPRESS = f"{PREFIX}:stateMachine:express"
NOTHING = f"{PREFIX}:stateMachine:nothing"
EXECUTION = f"{PREFIX}:execution:m:e"
NO_ARN = "arn:aws:states:us-east-1:nothing"
TAGS = [{"key": str(number), "value": ""} for number in range(51)]
DONE = '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}'
WAITS = {"A": {"Type": "Wait", "Seconds": 60, "End": True}}
NEW = {"name": "new", "definition": DONE, "roleArn": ROLE}
BROKEN = '{"StartAt":"B","States":{"A":{"Type":"Succeed"}}}'
LOGS_NOWHERE = {"level": "ALL", "destinations": []}
KEYLESS = {"type": "CUSTOMER_MANAGED_KMS_KEY"}
ROUTE = [{"stateMachineVersionArn": f"{MACHINE}:1", "weight": 100}]


@pytest.fixture
async def api():
    """A machine `m` with version 1, alias PROD and a running execution `e`; an Express one; one being deleted."""
    api = await ApiRun(MemoryStore()).open()
    await api.create("m", states=WAITS, publish=True)
    await api.call("CreateStateMachineAlias", name="PROD", routingConfiguration=ROUTE)
    await api.call("StartExecution", stateMachineArn=MACHINE, name="e")
    await api.create("express", states=WAITS, type="EXPRESS")
    await api.create("deleting", states=WAITS, publish=True)
    route = [{"stateMachineVersionArn": f"{PREFIX}:stateMachine:deleting:1", "weight": 100}]
    await api.call("CreateStateMachineAlias", name="PROD", routingConfiguration=route)
    await api.create("express-deleting", states=WAITS, type="EXPRESS")
    for name in ("deleting", "express-deleting"):
        await api.call("StartExecution", stateMachineArn=f"{PREFIX}:stateMachine:{name}")
        await api.call("DeleteStateMachine", stateMachineArn=f"{PREFIX}:stateMachine:{name}")
    yield api
    await api.close()


DELETING = f"{PREFIX}:stateMachine:deleting"
OF_DELETING = [{"stateMachineVersionArn": f"{DELETING}:1", "weight": 100}]

CASES = [
    ("CreateActivity", "InvalidName", {"name": "a b"}),
    ("CreateActivity", "TooManyTags", {"name": "a", "tags": TAGS}),
    ("CreateActivity", "InvalidEncryptionConfiguration", {"name": "a", "encryptionConfiguration": KEYLESS}),
    ("CreateStateMachine", "InvalidArn", {**NEW, "roleArn": "arn:aws:iam::1:role"}),
    ("CreateStateMachine", "InvalidDefinition", {**NEW, "definition": BROKEN}),
    ("CreateStateMachine", "InvalidName", {**NEW, "name": "a b"}),
    ("CreateStateMachine", "InvalidLoggingConfiguration", {**NEW, "loggingConfiguration": LOGS_NOWHERE}),
    ("CreateStateMachine", "StateMachineAlreadyExists", {**NEW, "name": "m"}),
    ("CreateStateMachine", "StateMachineDeleting", {**NEW, "name": "deleting"}),
    ("CreateStateMachine", "TooManyTags", {**NEW, "tags": TAGS}),
    ("CreateStateMachine", "ValidationException", {**NEW, "versionDescription": "unpublished"}),
    ("CreateStateMachine", "InvalidEncryptionConfiguration", {**NEW, "encryptionConfiguration": KEYLESS}),
    (
        "CreateStateMachineAlias",
        "InvalidArn",
        {"name": "A", "routingConfiguration": [{"stateMachineVersionArn": NO_ARN, "weight": 100}]},
    ),
    ("CreateStateMachineAlias", "ValidationException", {"name": "A", "routingConfiguration": ROUTE * 2}),
    ("CreateStateMachineAlias", "StateMachineDeleting", {"name": "A", "routingConfiguration": OF_DELETING}),
    (
        "CreateStateMachineAlias",
        "ResourceNotFound",
        {"name": "A", "routingConfiguration": [{"stateMachineVersionArn": f"{MACHINE}:7", "weight": 100}]},
    ),
    (
        "CreateStateMachineAlias",
        "ConflictException",
        {"name": "PROD", "routingConfiguration": ROUTE, "description": "other"},
    ),
    ("DeleteActivity", "InvalidArn", {"activityArn": NO_ARN}),
    ("DeleteStateMachine", "InvalidArn", {"stateMachineArn": NO_ARN}),
    ("DeleteStateMachine", "ValidationException", {}),
    ("DeleteStateMachineAlias", "ValidationException", {}),
    ("DeleteStateMachineAlias", "InvalidArn", {"stateMachineAliasArn": f"{MACHINE}:1"}),
    ("DeleteStateMachineVersion", "ValidationException", {"stateMachineVersionArn": MACHINE}),
    ("DeleteStateMachineVersion", "InvalidArn", {"stateMachineVersionArn": NO_ARN}),
    ("DeleteStateMachineVersion", "ConflictException", {"stateMachineVersionArn": f"{MACHINE}:1"}),
    ("DescribeActivity", "ActivityDoesNotExist", {"activityArn": f"{PREFIX}:activity:nothing"}),
    ("DescribeActivity", "InvalidArn", {"activityArn": MACHINE}),
    ("DescribeExecution", "ExecutionDoesNotExist", {"executionArn": f"{EXECUTION}2"}),
    ("DescribeExecution", "InvalidArn", {"executionArn": MACHINE}),
    ("DescribeMapRun", "ResourceNotFound", {"mapRunArn": f"{PREFIX}:mapRun:m/label:id"}),
    ("DescribeMapRun", "InvalidArn", {"mapRunArn": NO_ARN}),
    ("DescribeStateMachine", "InvalidArn", {"stateMachineArn": NO_ARN}),
    ("DescribeStateMachine", "StateMachineDoesNotExist", {"stateMachineArn": NOTHING}),
    ("DescribeStateMachineAlias", "ValidationException", {}),
    ("DescribeStateMachineAlias", "InvalidArn", {"stateMachineAliasArn": MACHINE}),
    ("DescribeStateMachineAlias", "ResourceNotFound", {"stateMachineAliasArn": f"{MACHINE}:DEV"}),
    ("DescribeStateMachineForExecution", "ExecutionDoesNotExist", {"executionArn": f"{EXECUTION}2"}),
    ("DescribeStateMachineForExecution", "InvalidArn", {"executionArn": NO_ARN}),
    ("GetActivityTask", "ActivityDoesNotExist", {"activityArn": f"{PREFIX}:activity:nothing"}),
    ("GetActivityTask", "InvalidArn", {"activityArn": NO_ARN}),
    ("GetExecutionHistory", "ExecutionDoesNotExist", {"executionArn": f"{EXECUTION}2"}),
    ("GetExecutionHistory", "InvalidArn", {"executionArn": NO_ARN}),
    ("GetExecutionHistory", "InvalidToken", {"executionArn": EXECUTION, "nextToken": "x"}),
    ("ListActivities", "InvalidToken", {"nextToken": "x"}),
    ("ListExecutions", "InvalidArn", {"stateMachineArn": NO_ARN}),
    ("ListExecutions", "InvalidToken", {"stateMachineArn": MACHINE, "nextToken": "x"}),
    ("ListExecutions", "StateMachineDoesNotExist", {"stateMachineArn": NOTHING}),
    ("ListExecutions", "StateMachineTypeNotSupported", {"stateMachineArn": EXPRESS}),
    ("ListExecutions", "ValidationException", {}),
    ("ListExecutions", "ResourceNotFound", {"mapRunArn": f"{PREFIX}:mapRun:m/label:id"}),
    ("ListMapRuns", "ExecutionDoesNotExist", {"executionArn": f"{EXECUTION}2"}),
    ("ListMapRuns", "InvalidArn", {"executionArn": NO_ARN}),
    ("ListMapRuns", "InvalidToken", {"executionArn": EXECUTION, "nextToken": "x"}),
    ("ListStateMachineAliases", "InvalidArn", {"stateMachineArn": f"{MACHINE}:PROD"}),
    ("ListStateMachineAliases", "InvalidToken", {"stateMachineArn": MACHINE, "nextToken": "x"}),
    ("ListStateMachineAliases", "ResourceNotFound", {"stateMachineArn": f"{MACHINE}:7"}),
    ("ListStateMachineAliases", "StateMachineDoesNotExist", {"stateMachineArn": NOTHING}),
    ("ListStateMachineAliases", "StateMachineDeleting", {"stateMachineArn": DELETING}),
    ("ListStateMachineVersions", "ValidationException", {"stateMachineArn": MACHINE, "maxResults": 1001}),
    ("ListStateMachineVersions", "InvalidArn", {"stateMachineArn": NO_ARN}),
    ("ListStateMachineVersions", "InvalidToken", {"stateMachineArn": MACHINE, "nextToken": "x"}),
    ("ListStateMachines", "InvalidToken", {"nextToken": "x"}),
    ("ListTagsForResource", "InvalidArn", {"resourceArn": NO_ARN}),
    ("ListTagsForResource", "ResourceNotFound", {"resourceArn": NOTHING}),
    ("PublishStateMachineVersion", "ValidationException", {}),
    ("PublishStateMachineVersion", "StateMachineDeleting", {"stateMachineArn": DELETING}),
    ("PublishStateMachineVersion", "StateMachineDoesNotExist", {"stateMachineArn": NOTHING}),
    ("PublishStateMachineVersion", "ConflictException", {"stateMachineArn": MACHINE, "revisionId": "other"}),
    ("PublishStateMachineVersion", "InvalidArn", {"stateMachineArn": NO_ARN}),
    ("RedriveExecution", "ExecutionDoesNotExist", {"executionArn": f"{EXECUTION}2"}),
    ("RedriveExecution", "ExecutionNotRedrivable", {"executionArn": EXECUTION}),
    ("RedriveExecution", "InvalidArn", {"executionArn": NO_ARN}),
    ("RedriveExecution", "ValidationException", {"executionArn": EXECUTION, "clientToken": ""}),
    ("SendTaskFailure", "InvalidToken", {"taskToken": "x"}),
    ("SendTaskHeartbeat", "InvalidToken", {"taskToken": "x"}),
    ("SendTaskSuccess", "InvalidToken", {"taskToken": "x", "output": "{}"}),
    ("StartExecution", "ExecutionAlreadyExists", {"stateMachineArn": MACHINE, "name": "e", "input": "[1]"}),
    ("StartExecution", "InvalidArn", {"stateMachineArn": NO_ARN}),
    ("StartExecution", "InvalidExecutionInput", {"stateMachineArn": MACHINE, "input": "{"}),
    ("StartExecution", "InvalidName", {"stateMachineArn": MACHINE, "name": "a b"}),
    ("StartExecution", "StateMachineDoesNotExist", {"stateMachineArn": NOTHING}),
    ("StartExecution", "StateMachineDeleting", {"stateMachineArn": DELETING}),
    ("StartExecution", "ValidationException", {"stateMachineArn": f"{MACHINE}/label"}),
    ("StartSyncExecution", "InvalidArn", {"stateMachineArn": NO_ARN}),
    ("StartSyncExecution", "InvalidExecutionInput", {"stateMachineArn": EXPRESS, "input": "{"}),
    ("StartSyncExecution", "InvalidName", {"stateMachineArn": EXPRESS, "name": "a b"}),
    ("StartSyncExecution", "StateMachineDoesNotExist", {"stateMachineArn": NOTHING}),
    ("StartSyncExecution", "StateMachineDeleting", {"stateMachineArn": f"{EXPRESS}-deleting"}),
    ("StartSyncExecution", "StateMachineTypeNotSupported", {"stateMachineArn": MACHINE}),
    ("StopExecution", "ExecutionDoesNotExist", {"executionArn": f"{EXECUTION}2"}),
    ("StopExecution", "InvalidArn", {"executionArn": NO_ARN}),
    ("StopExecution", "ValidationException", {"executionArn": EXECUTION, "error": "x" * 257}),
    ("TagResource", "InvalidArn", {"resourceArn": NO_ARN, "tags": TAGS[:1]}),
    ("TagResource", "ResourceNotFound", {"resourceArn": NOTHING, "tags": TAGS[:1]}),
    ("TagResource", "TooManyTags", {"resourceArn": MACHINE, "tags": TAGS}),
    ("TestState", "InvalidArn", {"definition": DONE, "roleArn": "arn:aws:iam::1:role"}),
    ("TestState", "InvalidDefinition", {"definition": "{}"}),
    ("TestState", "InvalidExecutionInput", {"definition": '{"Type":"Succeed"}', "input": "{"}),
    ("TestState", "ValidationException", {"definition": DONE, "stateName": "B"}),
    ("UntagResource", "InvalidArn", {"resourceArn": NO_ARN, "tagKeys": []}),
    ("UntagResource", "ResourceNotFound", {"resourceArn": NOTHING, "tagKeys": []}),
    ("UpdateMapRun", "ResourceNotFound", {"mapRunArn": f"{PREFIX}:mapRun:m/label:id", "maxConcurrency": 1}),
    ("UpdateMapRun", "InvalidArn", {"mapRunArn": NO_ARN}),
    ("UpdateMapRun", "ValidationException", {"mapRunArn": NO_ARN, "maxConcurrency": -1}),
    ("UpdateStateMachine", "InvalidArn", {"stateMachineArn": NO_ARN, "roleArn": ROLE}),
    ("UpdateStateMachine", "InvalidDefinition", {"stateMachineArn": MACHINE, "definition": BROKEN}),
    (
        "UpdateStateMachine",
        "InvalidLoggingConfiguration",
        {"stateMachineArn": MACHINE, "loggingConfiguration": LOGS_NOWHERE},
    ),
    ("UpdateStateMachine", "MissingRequiredParameter", {"stateMachineArn": MACHINE}),
    ("UpdateStateMachine", "StateMachineDeleting", {"stateMachineArn": DELETING, "roleArn": ROLE}),
    ("UpdateStateMachine", "StateMachineDoesNotExist", {"stateMachineArn": NOTHING, "roleArn": ROLE}),
    ("UpdateStateMachine", "ValidationException", {"stateMachineArn": MACHINE, "versionDescription": "unpublished"}),
    (
        "UpdateStateMachine",
        "InvalidEncryptionConfiguration",
        {"stateMachineArn": MACHINE, "encryptionConfiguration": KEYLESS},
    ),
    ("UpdateStateMachineAlias", "ValidationException", {"stateMachineAliasArn": f"{MACHINE}:PROD"}),
    ("UpdateStateMachineAlias", "InvalidArn", {"stateMachineAliasArn": MACHINE, "description": ""}),
    ("UpdateStateMachineAlias", "ResourceNotFound", {"stateMachineAliasArn": f"{MACHINE}:DEV", "description": ""}),
    (
        "UpdateStateMachineAlias",
        "StateMachineDeleting",
        {"stateMachineAliasArn": f"{DELETING}:PROD", "routingConfiguration": OF_DELETING},
    ),
    ("ValidateStateMachineDefinition", "ValidationException", {"definition": DONE, "maxResults": 101}),
]


@pytest.mark.parametrize(("operation", "error", "given"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES])
async def test_an_error_the_documentation_names(api, operation, error, given):
    with pytest.raises(ApiError) as caught:
        await api.call(operation, **given)
    assert (caught.value.code, bool(caught.value.message)) == (error, True)


@pytest.mark.parametrize("operation", ["CreateStateMachine", "UpdateStateMachine"])
async def test_a_revision_that_changes_before_it_is_published(api, operation):
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html, ConflictException"""
    await api.create("n", definition={"StartAt": "A", "States": WAITS}, publish=True)
    arn = f"{PREFIX}:stateMachine:n"
    async with api.services.qualifiers.changing:
        if operation == "CreateStateMachine":
            publishing = api.create("n", definition={"StartAt": "A", "States": WAITS}, publish=True)
        else:
            publishing = api.call(operation, stateMachineArn=arn, roleArn=f"{ROLE}2", publish=True)
        task = asyncio.ensure_future(publishing)
        for _ in range(10):
            await asyncio.sleep(0)
        await api.call("UpdateStateMachine", stateMachineArn=arn, definition=DONE)
    with pytest.raises(ApiError) as caught:
        await task
    assert caught.value.code == "ConflictException"


@pytest.mark.parametrize("operation", ["PublishStateMachineVersion", "UpdateStateMachine"])
async def test_one_version_too_many(api, operation, monkeypatch):
    monkeypatch.setattr("podium.api.operations.versions.VERSIONS_MAX", 1)
    await api.call("UpdateStateMachine", stateMachineArn=MACHINE, definition=DONE)
    given = {"roleArn": f"{ROLE}2", "publish": True} if operation == "UpdateStateMachine" else {}
    with pytest.raises(ApiError) as caught:
        await api.call(operation, stateMachineArn=MACHINE, **given)
    assert caught.value.code == "ServiceQuotaExceededException"

"""State machines: create, update, describe, list, delete, validate.

Idempotency, revisions and what each error says follow the API reference,
https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
"""

from functools import lru_cache
from typing import Any, Final

from podium.api.context import RequestContext
from podium.api.definitions import check_definition, diagnostics
from podium.api.encryption import ENCRYPTION_DEFAULT, encryption_configuration
from podium.api.errors import ApiError
from podium.api.logging_configuration import LOGGING_OFF, logging_configuration
from podium.api.machines import StateMachine
from podium.api.names import (
    STATE_MACHINE,
    check_name,
    check_role_arn,
    own_arn,
    parse_arn,
    state_machine_arn,
    state_machine_prefix,
)
from podium.api.operations.versions import publish, shown_revision_id
from podium.api.pages import page_size, seconds
from podium.api.services import Operation, Services
from podium.api.tags import tags_from
from podium.api.targets import find_target, refuse_deleting
from podium.core import jsontext
from podium.core.asl.diagnostics import MachineType
from podium.core.asl.references import variable_references
from podium.store.records import RevisionRecord, StateMachineRecord

_DIAGNOSTICS_MAX: Final = 100
_TRACING_OFF: Final = {"enabled": False}


async def create_state_machine(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """CreateStateMachine. Asking for what exists already, up to its role and tags, finds it."""
    publishes, version_description = _publishing(input)
    name, definition = input["name"], input["definition"]
    machine_type: MachineType = input.get("type", "STANDARD")
    check_name(name)
    check_role_arn(input["roleArn"])
    await check_definition(services, definition, machine_type)
    now_ms = services.clock()
    arn = state_machine_arn(context, name)
    revision = RevisionRecord(
        revision_id=services.new_id(),
        state_machine_arn=arn,
        definition=definition,
        role_arn=input["roleArn"],
        type=machine_type,
        created_ms=now_ms,
        logging_configuration=await logging_configuration(services, input),
        tracing_configuration=input.get("tracingConfiguration"),
        encryption_configuration=encryption_configuration(input),
        initial=True,
    )
    record = StateMachineRecord(
        arn=arn,
        name=name,
        type=machine_type,
        revision_id=revision.revision_id,
        created_ms=now_ms,
        updated_ms=now_ms,
        tags=tags_from({}, input.get("tags", [])),
        published_at_creation=publishes,
        creation_version_description=version_description,
    )
    machine = await _create_or_find(services, record, revision)
    created = {"stateMachineArn": arn, "creationDate": seconds(machine.record.created_ms)}
    if publishes:
        version = await publish(services, arn, version_description, shown_revision_id(machine.revision))
        created["stateMachineVersionArn"] = version.arn
    return created


async def _create_or_find(services: Services, record: StateMachineRecord, revision: RevisionRecord) -> StateMachine:
    """The state machine, new or created before by the same request."""
    existing = await services.machines.find(record.arn)
    while existing is None:
        if await services.machines.create(record, revision):
            return StateMachine(record, revision, 1)
        existing = await services.machines.find(record.arn)
    refuse_deleting(existing)
    publishing = (record.type, record.published_at_creation, record.creation_version_description)
    found = existing.record
    if publishing != (found.type, found.published_at_creation, found.creation_version_description) or (
        not _same_settings(existing.revision, revision)
    ):
        raise ApiError("StateMachineAlreadyExists", f"State Machine Already Exists: '{record.arn}'")
    return existing


async def update_state_machine(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """UpdateStateMachine. What changes nothing keeps the revision."""
    arn = own_arn(context, input["stateMachineArn"], STATE_MACHINE)
    publishes, version_description = _publishing(input)
    settings = ("definition", "roleArn", "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")
    if not any(name in input for name in settings):
        raise ApiError(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be "
            "specified",
        )
    machine = await services.machines.get(arn)
    refuse_deleting(machine)
    current = machine.revision
    if "roleArn" in input:
        check_role_arn(input["roleArn"])
    if "definition" in input:
        await check_definition(services, input["definition"], "EXPRESS" if current.type == "EXPRESS" else "STANDARD")
    logging = current.logging_configuration
    if "loggingConfiguration" in input:
        logging = await logging_configuration(services, input)
    now_ms = services.clock()
    revision = RevisionRecord(
        revision_id=services.new_id(),
        state_machine_arn=arn,
        definition=input.get("definition", current.definition),
        role_arn=input.get("roleArn", current.role_arn),
        type=current.type,
        created_ms=now_ms,
        logging_configuration=logging,
        tracing_configuration=input.get("tracingConfiguration", current.tracing_configuration),
        encryption_configuration=encryption_configuration(input) or current.encryption_configuration,
    )
    if _same_settings(current, revision) and current.role_arn == revision.role_arn:
        revision = current
    elif not await services.machines.revise(machine, revision):
        raise ApiError("ConflictException", "Updating or deleting a resource can cause inconsistency.")
    updated = {"updateDate": seconds(now_ms), **_revision_id(revision)}
    if publishes:
        version = await publish(services, arn, version_description, shown_revision_id(revision))
        updated["stateMachineVersionArn"] = version.arn
    return updated


async def describe_state_machine(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DescribeStateMachine: as it is now, or a version of it. An alias shows one it points to."""
    target = await find_target(services, context, input["stateMachineArn"])
    record, version = target.machine.record, target.version
    described = {
        "stateMachineArn": record.arn if version is None else version.arn,
        "name": record.name,
        "status": record.status,
        "type": record.type,
        "creationDate": seconds(record.created_ms if version is None else version.created_ms),
        **_settings(target.revision),
    }
    if version is not None and version.description is not None:
        described["description"] = version.description
    return _with_included_data(described, input)


async def describe_state_machine_for_execution(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """DescribeStateMachineForExecution: the revision the execution is pinned to."""
    arn = own_arn(context, input["executionArn"], *services.described_kinds)
    execution = await services.engine.describe_execution(arn)
    revision = None if execution is None else await services.machines.revision(execution.revision_id)
    if revision is None:
        raise ApiError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
    described = {
        "stateMachineArn": revision.state_machine_arn,
        "name": parse_arn(revision.state_machine_arn).resource,
        "updateDate": seconds(revision.created_ms),
        **_settings(revision),
    }
    if execution is not None and execution.map_run_arn is not None:
        described |= {"mapRunArn": execution.map_run_arn, "label": revision.state_machine_arn.rpartition("/")[2]}
    return _with_included_data(described, input)


async def list_state_machines(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListStateMachines, by ARN."""
    prefix, limit = state_machine_prefix(context), page_size(input)
    after = ""
    if "nextToken" in input:
        after = str(await services.page_tokens.read(prefix, input["nextToken"]))
    records = await services.machines.list(prefix, after, limit + 1)
    listed: dict[str, Any] = {
        "stateMachines": [
            {
                "stateMachineArn": record.arn,
                "name": record.name,
                "type": record.type,
                "creationDate": seconds(record.created_ms),
            }
            for record in records[:limit]
        ]
    }
    if len(records) > limit:
        listed["nextToken"] = await services.page_tokens.make(prefix, records[limit - 1].arn)
    return listed


async def delete_state_machine(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DeleteStateMachine. Deleting what isn't there succeeds."""
    await services.machines.delete(own_arn(context, input["stateMachineArn"], STATE_MACHINE))
    return {}


async def validate_state_machine_definition(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """ValidateStateMachineDefinition."""
    found = await diagnostics(services, input["definition"], input.get("type", "STANDARD"))
    failed = any(diagnostic.severity == "ERROR" for diagnostic in found)
    if input.get("severity", "ERROR") == "ERROR":
        found = [diagnostic for diagnostic in found if diagnostic.severity == "ERROR"]
    limit = input.get("maxResults") or _DIAGNOSTICS_MAX
    shown = [
        {
            "severity": diagnostic.severity,
            "code": diagnostic.code,
            "message": diagnostic.message,
            **({} if diagnostic.location is None else {"location": diagnostic.location}),
        }
        for diagnostic in found[:limit]
    ]
    return {"result": "FAIL" if failed else "OK", "diagnostics": shown, "truncated": len(found) > limit}


def _publishing(input: dict[str, Any]) -> tuple[bool, str | None]:
    """Whether a version is to be published, and its description."""
    publishes, description = input.get("publish", False), input.get("versionDescription")
    if description is not None and not publishes:
        raise ApiError("ValidationException", "Version description can only be set when publish is true")
    return publishes, description


def _with_included_data(described: dict[str, Any], input: dict[str, Any]) -> dict[str, Any]:
    """The definition and the variables its states read, unless only metadata was asked for."""
    if input.get("includedData") == "METADATA_ONLY":
        described["definition"] = "{}"
    elif references := _references(described["definition"]):
        described["variableReferences"] = references
    return described


@lru_cache(maxsize=256)
def _references(definition: str) -> dict[str, list[str]]:
    return variable_references(jsontext.decode(definition))


def _same_settings(one: RevisionRecord, other: RevisionRecord) -> bool:
    """Whether everything but role and type is equal; what is left out is what it defaults to."""
    left, right = _settings(one), _settings(other)
    compared = ("definition", "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")
    return all(left[name] == right[name] for name in compared)


def _settings(revision: RevisionRecord) -> dict[str, Any]:
    """What a description shows of a revision."""
    return {
        "definition": revision.definition,
        "roleArn": revision.role_arn,
        "loggingConfiguration": revision.logging_configuration or LOGGING_OFF,
        "tracingConfiguration": {**_TRACING_OFF, **(revision.tracing_configuration or {})},
        "encryptionConfiguration": revision.encryption_configuration or ENCRYPTION_DEFAULT,
        **_revision_id(revision),
    }


def _revision_id(revision: RevisionRecord) -> dict[str, str]:
    return {} if revision.initial else {"revisionId": revision.revision_id}


OPERATIONS: Final[dict[str, Operation]] = {
    "CreateStateMachine": create_state_machine,
    "UpdateStateMachine": update_state_machine,
    "DescribeStateMachine": describe_state_machine,
    "DescribeStateMachineForExecution": describe_state_machine_for_execution,
    "ListStateMachines": list_state_machines,
    "DeleteStateMachine": delete_state_machine,
    "ValidateStateMachineDefinition": validate_state_machine_definition,
}

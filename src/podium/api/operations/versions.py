"""Versions of state machines: publish, list, delete.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html
"""

from typing import Any, Final

from msgspec import structs

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.machines import INITIAL
from podium.api.names import STATE_MACHINE, own_arn, split_qualifier, version_number
from podium.api.pages import page_size, seconds
from podium.api.qualifiers import VERSIONS_MAX
from podium.api.services import Operation, Services
from podium.api.targets import refuse_deleting
from podium.store.records import RevisionRecord, VersionRecord


async def publish_state_machine_version(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """PublishStateMachineVersion. A revision that has a version already keeps it."""
    arn = own_arn(context, input["stateMachineArn"], STATE_MACHINE)
    version = await publish(services, arn, input.get("description"), input.get("revisionId"))
    return {"creationDate": seconds(version.created_ms), "stateMachineVersionArn": version.arn}


async def publish(
    services: Services, state_machine_arn: str, description: str | None, revision_id: str | None = None
) -> VersionRecord:
    """The version of a state machine's current revision, published now if there is none.

    Args:
        revision_id: must be the current revision's, where given: its id, or INITIAL.

    Raises:
        ApiError: StateMachineDoesNotExist, StateMachineDeleting, ConflictException, ServiceQuotaExceededException.
    """
    async with services.qualifiers.changing:
        machine = await services.machines.get(state_machine_arn)
        refuse_deleting(machine)
        current = shown_revision_id(machine.revision)
        if revision_id not in (None, current):
            raise ApiError(
                "ConflictException",
                f"Failed to publish the State Machine version for revision {revision_id}. "
                f"The current State Machine revision is {current}.",
            )
        # Only the newest version can be of the current revision: every update makes a revision of its own.
        newest = await services.qualifiers.version(state_machine_arn, machine.record.latest_version)
        if newest is not None and newest.revision_id == machine.revision.revision_id:
            return newest
        if len(await services.qualifiers.versions(state_machine_arn)) >= VERSIONS_MAX:
            raise ApiError(
                "ServiceQuotaExceededException",
                f"The state machine has {VERSIONS_MAX} versions, which is the most it can have: '{state_machine_arn}'",
            )
        number = machine.record.latest_version + 1
        # The number first: after a crash in between it is lost, whereas it must never be given twice.
        await services.machines.change(state_machine_arn, lambda record: structs.replace(record, latest_version=number))
        version = VersionRecord(state_machine_arn, number, machine.revision.revision_id, services.clock(), description)
        await services.qualifiers.put_version(version)
        return version


def shown_revision_id(revision: RevisionRecord) -> str:
    """A revision's id as AWS's messages and `revisionId` parameters have it."""
    return INITIAL if revision.initial else revision.revision_id


async def delete_state_machine_version(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """DeleteStateMachineVersion. Deleting what isn't there succeeds."""
    arn = own_arn(context, input["stateMachineVersionArn"], STATE_MACHINE)
    machine_arn, qualifier = split_qualifier(arn)
    number = None if qualifier is None else version_number(qualifier)
    if number is None:
        raise ApiError("ValidationException", f"Invalid State Machine Version Arn: '{arn}'")
    async with services.qualifiers.changing:
        aliases = await services.qualifiers.aliases(machine_arn)
        holding = [alias.name for alias in aliases if number in dict(alias.routing)]
        if holding:
            raise ApiError(
                "ConflictException",
                "Version to be deleted must not be referenced by an alias. "
                f"Current list of aliases referencing this version: [{', '.join(holding)}]",
            )
        await services.qualifiers.delete_version(machine_arn, number)
    return {}


async def list_state_machine_versions(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """ListStateMachineVersions, the newest first. Of a state machine that doesn't exist there are none."""
    arn = own_arn(context, input["stateMachineArn"], STATE_MACHINE)
    machine_arn, qualifier = split_qualifier(arn)
    if qualifier is not None:
        raise ApiError("InvalidArn", f"Invalid Arn: 'Invalid ARN: {arn}'")
    question, limit = f"ListStateMachineVersions {machine_arn}", page_size(input)
    versions = await services.qualifiers.versions(machine_arn)
    if "nextToken" in input:
        before = int(await services.page_tokens.read(question, input["nextToken"]))
        versions = [version for version in versions if version.number < before]
    listed: dict[str, Any] = {
        "stateMachineVersions": [
            {"stateMachineVersionArn": version.arn, "creationDate": seconds(version.created_ms)}
            for version in versions[:limit]
        ]
    }
    if len(versions) > limit:
        listed["nextToken"] = await services.page_tokens.make(question, versions[limit - 1].number)
    return listed


OPERATIONS: Final[dict[str, Operation]] = {
    "PublishStateMachineVersion": publish_state_machine_version,
    "DeleteStateMachineVersion": delete_state_machine_version,
    "ListStateMachineVersions": list_state_machine_versions,
}

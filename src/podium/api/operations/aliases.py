"""Aliases of state machines: create, update, delete, describe, list.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-alias.html
"""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import structs

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.names import STATE_MACHINE, own_arn, split_qualifier, version_number
from podium.api.pages import page_size, seconds
from podium.api.qualifiers import ALIASES_MAX
from podium.api.services import Operation, Services
from podium.api.targets import refuse_deleting
from podium.store.records import AliasRecord

Routing = list[tuple[int, int]]
"""(version number, weight)"""


async def create_state_machine_alias(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """CreateStateMachineAlias. Asking for what exists already finds it."""
    machine_arn, routing = _routing(context, input["routingConfiguration"])
    name, description = input["name"], input.get("description")
    arn = f"{machine_arn}:{name}"
    async with services.qualifiers.changing:
        await _check_targets(services, machine_arn, routing)
        alias = await services.qualifiers.alias(arn)
        if alias is None:
            if len(await services.qualifiers.aliases(machine_arn)) >= ALIASES_MAX:
                raise ApiError(
                    "ServiceQuotaExceededException",
                    f"The state machine has {ALIASES_MAX} aliases, which is the most it can have: '{machine_arn}'",
                )
            now_ms = services.clock()
            alias = AliasRecord(arn, name, machine_arn, routing, now_ms, now_ms, description)
            await services.qualifiers.put_alias(alias)
        elif (alias.routing, alias.description) != (routing, description):
            raise ApiError(
                "ConflictException",
                "Failed to create alias because an alias with the same name and a different routing configuration "
                "already exists.",
            )
    return {"stateMachineAliasArn": arn, "creationDate": seconds(alias.created_ms)}


async def update_state_machine_alias(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """UpdateStateMachineAlias. What changes nothing is no update."""
    arn, machine_arn = _alias_arn(context, input)
    if "description" not in input and "routingConfiguration" not in input:
        raise ApiError("ValidationException", "Either the description or the routingConfiguration must be specified")
    routing: Routing | None = None
    if "routingConfiguration" in input:
        target_arn, routing = _routing(context, input["routingConfiguration"])
        if target_arn != machine_arn:
            raise _not_versions(input["routingConfiguration"])
    async with services.qualifiers.changing:
        alias = await services.qualifiers.alias(arn)
        if alias is None:
            raise _not_found()
        if routing is not None:
            await _check_targets(services, machine_arn, routing)
        updated = structs.replace(
            alias,
            routing=alias.routing if routing is None else routing,
            description=input.get("description", alias.description),
        )
        if updated != alias:
            alias = structs.replace(updated, updated_ms=services.clock())
            await services.qualifiers.put_alias(alias)
    return {"updateDate": seconds(alias.updated_ms)}


async def delete_state_machine_alias(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """DeleteStateMachineAlias. Deleting what isn't there succeeds."""
    arn, _ = _alias_arn(context, input)
    async with services.qualifiers.changing:
        await services.qualifiers.delete_alias(arn)
    return {}


async def describe_state_machine_alias(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """DescribeStateMachineAlias."""
    arn, _ = _alias_arn(context, input)
    alias = await services.qualifiers.alias(arn)
    if alias is None:
        raise _not_found()
    described = {
        "stateMachineAliasArn": alias.arn,
        "name": alias.name,
        "routingConfiguration": [
            {"stateMachineVersionArn": f"{alias.state_machine_arn}:{number}", "weight": weight}
            for number, weight in alias.routing
        ],
        "creationDate": seconds(alias.created_ms),
        "updateDate": seconds(alias.updated_ms),
    }
    if alias.description is not None:
        described["description"] = alias.description
    return described


async def list_state_machine_aliases(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """ListStateMachineAliases: of a state machine, or of those the ones that point to a version."""
    arn = own_arn(context, input["stateMachineArn"], STATE_MACHINE)
    machine_arn, qualifier = split_qualifier(arn)
    number = None if qualifier is None else version_number(qualifier)
    if qualifier is not None and number is None:
        raise ApiError("InvalidArn", f"Invalid Arn: 'Invalid ARN: {arn}'")
    refuse_deleting(await services.machines.get(machine_arn))
    if number is not None and await services.qualifiers.version(machine_arn, number) is None:
        raise _not_found()
    question, limit, after = f"ListStateMachineAliases {arn}", page_size(input), ""
    if "nextToken" in input:
        after = str(await services.page_tokens.read(question, input["nextToken"]))
    aliases = [
        alias
        for alias in await services.qualifiers.aliases(machine_arn)
        if alias.arn > after and (number is None or number in dict(alias.routing))
    ]
    listed: dict[str, Any] = {
        "stateMachineAliases": [
            {"stateMachineAliasArn": alias.arn, "creationDate": seconds(alias.created_ms)} for alias in aliases[:limit]
        ]
    }
    if len(aliases) > limit:
        listed["nextToken"] = await services.page_tokens.make(question, aliases[limit - 1].arn)
    return listed


def _routing(context: RequestContext, given: Sequence[dict[str, Any]]) -> tuple[str, Routing]:
    """The state machine and the versions a routing configuration names; the model has checked length and weights."""
    machines: set[str] = set()
    routing: Routing = []
    for item in given:
        machine_arn, qualifier = split_qualifier(own_arn(context, item["stateMachineVersionArn"], STATE_MACHINE))
        number = None if qualifier is None else version_number(qualifier)
        if number is None:
            raise _not_versions(given)
        machines.add(machine_arn)
        routing.append((number, item["weight"]))
    if len({item["stateMachineVersionArn"] for item in given}) < len(given):
        raise ApiError(
            "ValidationException",
            f"Routing configuration must contain distinct state machine version ARNs. Received: {_arns(given)}",
        )
    if len(machines) > 1:
        raise ApiError(
            "ValidationException",
            f"Routing configuration must contain versions of the same state machine. Received: {_arns(given)}",
        )
    weights = [weight for _, weight in routing]
    if sum(weights) != 100:
        raise ApiError(
            "ValidationException", f"Sum of routing configuration weights must equal 100. Received: {weights}"
        )
    return machines.pop(), routing


async def _check_targets(services: Services, machine_arn: str, routing: Routing) -> None:
    machine = await services.machines.find(machine_arn)
    if machine is None:
        raise _not_found()
    refuse_deleting(machine)
    for number, _ in routing:
        if await services.qualifiers.version(machine_arn, number) is None:
            raise _not_found()


def _alias_arn(context: RequestContext, input: dict[str, Any]) -> tuple[str, str]:
    """The alias's ARN and its state machine's."""
    arn = own_arn(context, input["stateMachineAliasArn"], STATE_MACHINE)
    machine_arn, qualifier = split_qualifier(arn)
    if qualifier is None or version_number(qualifier) is not None:
        raise ApiError("InvalidArn", f"Invalid Arn: 'Invalid ARN: {arn}'")
    return arn, machine_arn


def _arns(given: Sequence[dict[str, Any]]) -> str:
    return f"[{', '.join(item['stateMachineVersionArn'] for item in given)}]"


def _not_versions(given: Sequence[dict[str, Any]]) -> ApiError:
    return ApiError(
        "ValidationException",
        f"Routing configuration must contain state machine version ARNs. Received: {_arns(given)}",
    )


def _not_found() -> ApiError:
    return ApiError("ResourceNotFound", "Request references a resource that does not exist.")


OPERATIONS: Final[dict[str, Operation]] = {
    "CreateStateMachineAlias": create_state_machine_alias,
    "UpdateStateMachineAlias": update_state_machine_alias,
    "DeleteStateMachineAlias": delete_state_machine_alias,
    "DescribeStateMachineAlias": describe_state_machine_alias,
    "ListStateMachineAliases": list_state_machine_aliases,
}

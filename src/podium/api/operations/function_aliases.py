"""Aliases of functions: create, update, show, list, delete.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
"""

from typing import Any, Final

from msgspec import structs

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.functions import check_revision, find_latest, invalid, not_found, page, refuse_bound
from podium.api.services import Operation, Services
from podium.functions.aliases import FunctionAlias
from podium.functions.names import LATEST, FunctionName
from podium.functions.service import FunctionService


async def create_alias(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """CreateAlias."""
    service, record = await find_latest(services, context, input)
    refuse_bound(service, record)
    alias = FunctionAlias(
        arn=f"{record.arn}:{input['Name']}",
        name=input["Name"],
        version=input["FunctionVersion"],
        revision_id=services.new_id(),
        description=input.get("Description", ""),
        weights=_weights(input),
    )
    await _check(service, alias)
    if not await service.aliases.create(alias.arn, alias):
        raise ApiError("ResourceConflictException", f"Alias already exists: {alias.arn}", status=409)
    service.route(alias)
    return _show(alias)


async def update_alias(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """UpdateAlias: what isn't given stays."""
    service, before = await _find(services, context, input)
    check_revision(before.revision_id, input)
    changed = structs.replace(
        before,
        version=input.get("FunctionVersion", before.version),
        description=input.get("Description", before.description),
        weights=_weights(input) if "RoutingConfig" in input else before.weights,
        revision_id=services.new_id(),
    )
    await _check(service, changed)
    alias = await service.aliases.change(changed.arn, lambda found: changed if found == before else found)
    if alias is None:
        raise _alias_not_found(before.arn)
    if alias != changed:
        raise ApiError("ResourceConflictException", f"The alias {before.arn} is being changed", status=409)
    service.route(changed)
    return _show(changed)


async def get_alias(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """GetAlias."""
    _, alias = await _find(services, context, input)
    return _show(alias)


async def list_aliases(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListAliases, in order of name; with FunctionVersion, those that lead to it."""
    service, record = await find_latest(services, context, input)
    wanted = input.get("FunctionVersion")
    found = [
        (alias.name, alias)
        async for _, alias in service.aliases.all(f"{record.arn}:")
        if wanted is None or wanted in (alias.version, *alias.weights)
    ]
    return page(input, found, _show, "Aliases")


async def delete_alias(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DeleteAlias; no error if there is none."""
    service, record = await find_latest(services, context, input)
    await service.delete_alias(f"{record.arn}:{input['Name']}")
    return {}


async def _find(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> tuple[FunctionService, FunctionAlias]:
    service, record = await find_latest(services, context, input)
    arn = f"{record.arn}:{input['Name']}"
    alias = await service.aliases.find(arn)
    if alias is None:
        raise _alias_not_found(arn)
    return service, alias


async def _check(service: FunctionService, alias: FunctionAlias) -> None:
    """Refuse an alias that leads nowhere, or shares out what cannot be shared."""
    if alias.weights and LATEST in (alias.version, *alias.weights):
        raise invalid("$LATEST is not supported for an alias pointing to more than 1 version")
    if alias.version in alias.weights:
        raise invalid(f"Invalid function version {alias.version}. Function version {alias.version} is already included")
    for version in (alias.version, *alias.weights):
        if version != LATEST and await service.catalogue.version(alias.function_arn, version) is None:
            raise not_found(FunctionName(alias.function_arn, "", version))


def _weights(input: dict[str, Any]) -> dict[str, float]:
    weights: dict[str, float] = input.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    if len(weights) > 1:
        raise invalid("Number of items in AdditionalVersionWeights cannot be greater than 1")
    return weights


def _show(alias: FunctionAlias) -> dict[str, Any]:
    output = {
        "AliasArn": alias.arn,
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": alias.revision_id,
    }
    return output | ({"RoutingConfig": {"AdditionalVersionWeights": alias.weights}} if alias.weights else {})


def _alias_not_found(arn: str) -> ApiError:
    return ApiError("ResourceNotFoundException", f"Cannot find alias arn: {arn}", status=404)


OPERATIONS: Final[dict[str, Operation]] = {
    "CreateAlias": create_alias,
    "UpdateAlias": update_alias,
    "GetAlias": get_alias,
    "ListAliases": list_aliases,
    "DeleteAlias": delete_alias,
}

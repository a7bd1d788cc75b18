"""Functions: Lambda's create, read, update, delete; with the table of all of Lambda's operations served here.

Members this runtime has no use for (VpcConfig, TracingConfig, ...) are kept and shown again.
https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
"""

from typing import Any, Final

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.function_configuration import configuration, environment, settings
from podium.api.functions import (
    check_revision,
    code_of,
    find,
    find_latest,
    image_of,
    invalid,
    marker,
    next_revision,
    parse_name,
    read_marker,
    refuse_bound,
    service_of,
    update,
)
from podium.api.operations import (
    event_source_mappings,
    function_account,
    function_aliases,
    function_concurrency,
    function_event_configs,
    function_invocations,
    function_management,
    function_permissions,
    function_tags,
    function_urls,
    function_versions,
    layers,
)
from podium.api.operations.function_versions import publish
from podium.api.services import Operation, Services
from podium.functions.catalogue import FunctionExists, FunctionRecord
from podium.functions.lambda_runtime.commands import RuntimeMissing, check_runtime
from podium.functions.lambda_runtime.package import InvalidPackage
from podium.functions.names import LATEST, function_arn

_PAGE_MAX: Final = 50


async def create_function(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """CreateFunction, from a zip or from a container image."""
    service = service_of(services)
    named = parse_name(input["FunctionName"], context)
    given = input.get("Code", {})
    code, image_id = None, ""
    if input.get("PackageType", "Zip") == "Image":
        if any(input.get(member) for member in ("Handler", "Runtime", "Layers")):
            raise invalid(
                "Please don't provide Runtime or Handler or Layer when the intended function PackageType is Image."
            )
        image_id = await image_of(given)
    else:
        code = await code_of(services, context, given)
        if not input.get("Handler") or not input.get("Runtime"):
            message = "Runtime and Handler are mandatory parameters for functions created with deployment packages."
            raise invalid(message)
        _check_runtime(input["Runtime"])
    now_ms = services.clock()
    record = FunctionRecord(
        arn=named.arn,
        name=named.name,
        role=input["Role"],
        runtime=input.get("Runtime", ""),
        handler=input.get("Handler", ""),
        code_sha256=image_id,
        code_size=0,
        revision_id=services.new_id(),
        created_ms=now_ms,
        updated_ms=now_ms,
        timeout_seconds=input.get("Timeout", 3),
        memory_mb=input.get("MemorySize", 128),
        description=input.get("Description", ""),
        environment=environment(input),
        tags=input.get("Tags", {}),
        settings=settings(input),
        image_uri=given["ImageUri"] if image_id else "",
    )
    if await service.catalogue.find(named.arn) is not None:
        raise _exists(named.name)
    await layers.check(service, record.settings.get("Layers", ()))
    try:
        await service.create(record, code)
    except InvalidPackage as error:
        raise invalid(str(error)) from error
    except FunctionExists:
        raise _exists(named.name) from None
    if input.get("Publish"):
        return await configuration(service, await publish(services, service, record))
    return await configuration(service, record)


async def get_function(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """GetFunction. The code's location is not a URL anybody could fetch: code stays in this server."""
    service, record, named = await find(services, context, input)
    output: dict[str, Any] = {
        "Configuration": await configuration(service, record, named.qualified_arn),
        "Code": _code_shown(record),
    }
    function = await service.catalogue.find(record.arn)
    if function is not None and function.tags:
        output["Tags"] = function.tags
    if function is not None and function.reserved_concurrency is not None:
        output["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved_concurrency}
    return output


def _code_shown(record: FunctionRecord) -> dict[str, str]:
    if not record.image_uri:
        return {"RepositoryType": "S3", "Location": f"podium://{record.arn}/{record.code_sha256}"}
    repository = record.image_uri.partition("@")[0]
    resolved = f"{repository}@sha256:{record.code_sha256}"
    return {"RepositoryType": "ECR", "ImageUri": record.image_uri, "ResolvedImageUri": resolved}


async def get_function_configuration(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """GetFunctionConfiguration."""
    service, record, named = await find(services, context, input)
    return await configuration(service, record, named.qualified_arn)


async def list_functions(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListFunctions, in order of name; with FunctionVersion=ALL, each with its versions after it."""
    service = service_of(services)
    prefix = function_arn(context.region, context.account, "")
    limit = min(input.get("MaxItems", _PAGE_MAX), _PAGE_MAX)
    after = f"{prefix}{name}" if (name := read_marker(input)) else ""
    uploaded = await service.catalogue.list(prefix=prefix, after=after, limit=limit + 1)
    bound = [record for record in service.bound_functions(prefix) if record.arn > after]
    hidden = {record.arn for record in bound}
    # A handler of the file hides the uploaded function of its name, as it does for Invoke.
    found = sorted([*bound, *(each for each in uploaded if each.arn not in hidden)], key=lambda each: each.arn)
    shown = []
    for function in found[:limit]:
        versions = await service.catalogue.versions(function.arn) if input.get("FunctionVersion") == "ALL" else []
        shown += [await configuration(service, record) for record in (function, *versions)]
    output: dict[str, Any] = {"Functions": shown}
    if len(found) > limit:
        output["NextMarker"] = marker(found[limit - 1].name)
    return output


async def update_function_code(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """UpdateFunctionCode, from what the function is made of: a zip or an image."""
    service, record = await find_latest(services, context, input)
    check_revision(record.revision_id, input)
    kept = {**record.settings, **({"Architectures": a} if (a := input.get("Architectures")) else {})}
    changed = next_revision(services, record, settings=kept)
    code = None
    if record.image_uri:
        if not input.get("ImageUri"):
            raise invalid("Please provide ImageUri when updating a function with packageType Image.")
        changed.code_sha256, changed.image_uri = await image_of(input), input["ImageUri"]
    elif input.get("ImageUri"):
        raise invalid("Please don't provide ImageUri when updating a function with packageType Zip.")
    else:
        code = await code_of(services, context, input)
    if input.get("DryRun"):
        return await configuration(service, record)
    await update(service, record, changed, code)
    if input.get("Publish"):
        return await configuration(service, await publish(services, service, changed))
    return await configuration(service, changed)


async def update_function_configuration(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """UpdateFunctionConfiguration: what isn't given stays."""
    service, record = await find_latest(services, context, input)
    check_revision(record.revision_id, input)
    if "Runtime" in input:
        _check_runtime(input["Runtime"])
    await layers.check(service, input.get("Layers", ()))
    changed = next_revision(
        services,
        record,
        role=input.get("Role", record.role),
        runtime=input.get("Runtime", record.runtime),
        handler=input.get("Handler", record.handler),
        description=input.get("Description", record.description),
        timeout_seconds=input.get("Timeout", record.timeout_seconds),
        memory_mb=input.get("MemorySize", record.memory_mb),
        environment=environment(input) if "Environment" in input else record.environment,
        settings={**record.settings, **settings(input)},
    )
    await update(service, record, changed)
    return await configuration(service, changed)


async def delete_function(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DeleteFunction, or one version of it. Invocations that have been accepted are finished."""
    if input.get("Qualifier") == LATEST:
        raise invalid("$LATEST version cannot be deleted without deleting the function.")
    service, record, named = await find(services, context, input)
    refuse_bound(service, record)
    if named.qualifier is None:
        await service.delete(record)
    elif not named.qualifier.isdecimal():
        raise invalid("An alias is deleted by DeleteAlias; DeleteFunction takes a version as its qualifier.")
    else:
        await _delete_version(services, record)
    return {"StatusCode": 204}


async def _delete_version(services: Services, version: FunctionRecord) -> None:
    service = service_of(services)
    async for _, alias in service.aliases.all(f"{version.arn}:"):
        if version.version in (alias.version, *alias.weights):
            message = f"Version {version.version} is still referenced by the alias {alias.name}; it cannot be deleted."
            raise ApiError("ResourceConflictException", message, status=409)
    await service.delete_version(version)


def _check_runtime(runtime: str) -> None:
    try:
        check_runtime(runtime)
    except RuntimeMissing as missing:
        raise invalid(str(missing)) from None


def _exists(name: str) -> ApiError:
    return ApiError("ResourceConflictException", f"Function already exist: {name}", status=409)


OPERATIONS: Final[dict[str, Operation]] = {
    # First: it is looked for first.
    **function_invocations.OPERATIONS,
    "CreateFunction": create_function,
    "GetFunction": get_function,
    "GetFunctionConfiguration": get_function_configuration,
    "ListFunctions": list_functions,
    "UpdateFunctionCode": update_function_code,
    "UpdateFunctionConfiguration": update_function_configuration,
    "DeleteFunction": delete_function,
    **function_versions.OPERATIONS,
    **function_aliases.OPERATIONS,
    **function_concurrency.OPERATIONS,
    **function_event_configs.OPERATIONS,
    **function_permissions.OPERATIONS,
    **function_management.OPERATIONS,
    **function_tags.OPERATIONS,
    **function_urls.OPERATIONS,
    **function_account.OPERATIONS,
    **layers.OPERATIONS,
    **event_source_mappings.OPERATIONS,
}
"""Lambda's operations by name."""

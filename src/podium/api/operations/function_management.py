"""What deployment tools read of a function beside its configuration: code signing, runtime updates, recursion.

Podium neither checks signatures nor updates runtimes, nor does it stop functions that call themselves: what is set is
kept and shown, with Lambda's defaults where nothing is.
https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionCodeSigningConfig.html and its neighbours.
"""

from typing import Any, Final

import msgspec

from podium.api.context import RequestContext
from podium.api.functions import change, find, find_latest
from podium.api.services import Operation, Services
from podium.functions.catalogue import FunctionRecord

_SIGNING: Final = "CodeSigningConfigArn"
_RECURSION: Final = "RecursiveLoop"
_RUNTIME: Final[tuple[str, ...]] = ("UpdateRuntimeOn", "RuntimeVersionArn")


async def _keep(services: Services, context: RequestContext, input: dict[str, Any], kept: dict[str, Any]) -> None:
    """Keep members for a function; those that are None are forgotten."""
    service, record = await find_latest(services, context, input)

    def edit(found: FunctionRecord) -> FunctionRecord:
        managed = {name: value for name, value in (found.managed | kept).items() if value is not None}
        return msgspec.structs.replace(found, managed=managed)

    await change(service, record, edit)


async def put_code_signing(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """PutFunctionCodeSigningConfig."""
    await _keep(services, context, input, {_SIGNING: input[_SIGNING]})
    return await get_code_signing(services, context, input)


async def get_code_signing(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """GetFunctionCodeSigningConfig: without an ARN where there is none."""
    _, record = await find_latest(services, context, input)
    kept = {_SIGNING: record.managed[_SIGNING]} if _SIGNING in record.managed else {}
    return {**kept, "FunctionName": record.name}


async def delete_code_signing(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DeleteFunctionCodeSigningConfig."""
    await _keep(services, context, input, {_SIGNING: None})
    return {}


async def put_runtime_management(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """PutRuntimeManagementConfig, of the function itself."""
    await _keep(services, context, input, {name: input.get(name) for name in _RUNTIME})
    return await get_runtime_management(services, context, input)


async def get_runtime_management(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """GetRuntimeManagementConfig; updates come by themselves unless it was said otherwise."""
    _, record, named = await find(services, context, input)
    kept = {name: record.managed[name] for name in _RUNTIME if name in record.managed}
    return {"UpdateRuntimeOn": "Auto", **kept, "FunctionArn": named.qualified_arn}


async def put_recursion(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """PutFunctionRecursionConfig."""
    await _keep(services, context, input, {_RECURSION: input[_RECURSION]})
    return {_RECURSION: input[_RECURSION]}


async def get_recursion(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """GetFunctionRecursionConfig: loops are ended unless it was said otherwise."""
    _, record = await find_latest(services, context, input)
    return {_RECURSION: record.managed.get(_RECURSION, "Terminate")}


OPERATIONS: Final[dict[str, Operation]] = {
    "PutFunctionCodeSigningConfig": put_code_signing,
    "GetFunctionCodeSigningConfig": get_code_signing,
    "DeleteFunctionCodeSigningConfig": delete_code_signing,
    "PutRuntimeManagementConfig": put_runtime_management,
    "GetRuntimeManagementConfig": get_runtime_management,
    "PutFunctionRecursionConfig": put_recursion,
    "GetFunctionRecursionConfig": get_recursion,
}

"""Function URLs: create, update, show, list, delete. What answers at them is `podium.api.function_urls`.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
"""

from typing import Any, Final

from msgspec import structs

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.function_configuration import timestamp
from podium.api.functions import find, find_latest, invalid, page
from podium.api.services import Operation, Services
from podium.functions.service import FunctionService
from podium.functions.urls import FunctionUrl, url_id


async def create_function_url_config(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """CreateFunctionUrlConfig, of a function or an alias."""
    service, arn = await _invoked(services, context, input)
    now_ms = services.clock()
    mode = input.get("InvokeMode", "BUFFERED")
    url = FunctionUrl(arn, url_id(arn), input["AuthType"], now_ms, now_ms, input.get("Cors"), mode)
    if not await service.urls.create(url):
        message = (
            f"Failed to create function url config for [functionArn = {arn}]. Error message:  FunctionUrlConfig "
            "exists for this Lambda function"
        )
        raise ApiError("ResourceConflictException", message, status=409)
    return _show(services, url)


async def update_function_url_config(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """UpdateFunctionUrlConfig: what isn't given stays."""
    service, before = await _find(services, context, input)
    url = structs.replace(
        before,
        auth_type=input.get("AuthType", before.auth_type),
        cors=input.get("Cors", before.cors),
        invoke_mode=input.get("InvokeMode", before.invoke_mode),
        updated_ms=services.clock(),
    )
    await service.urls.put(url)
    return _show(services, url)


async def get_function_url_config(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """GetFunctionUrlConfig."""
    _, url = await _find(services, context, input)
    return _show(services, url)


async def delete_function_url_config(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """DeleteFunctionUrlConfig."""
    service, url = await _find(services, context, input)
    await service.urls.delete(url.function_arn)
    return {}


async def list_function_url_configs(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """ListFunctionUrlConfigs: of the function and its aliases."""
    service, record = await find_latest(services, context, input)
    found = [(url.function_arn, url) for url in await service.urls.of_function(record.arn)]
    return page(input, found, lambda url: _show(services, url), "FunctionUrlConfigs")


async def _invoked(services: Services, context: RequestContext, input: dict[str, Any]) -> tuple[FunctionService, str]:
    service, _, named = await find(services, context, input)
    if named.qualifier is not None and (named.qualifier.isdecimal() or named.qualifier.startswith("$")):
        raise invalid("A function URL belongs to the function or an alias, not to a version")
    return service, named.qualified_arn


async def _find(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> tuple[FunctionService, FunctionUrl]:
    service, arn = await _invoked(services, context, input)
    url = await service.urls.find(arn)
    if url is None:
        raise ApiError("ResourceNotFoundException", "The resource you requested does not exist.", status=404)
    return service, url


def _show(services: Services, url: FunctionUrl) -> dict[str, Any]:
    output = {
        "FunctionUrl": f"{services.endpoint()}/lambda-url/{url.id}/",
        "FunctionArn": url.function_arn,
        "AuthType": url.auth_type,
        "CreationTime": timestamp(url.created_ms),
        "LastModifiedTime": timestamp(url.updated_ms),
        "InvokeMode": url.invoke_mode,
    }
    return output | ({"Cors": url.cors} if url.cors is not None else {})


OPERATIONS: Final[dict[str, Operation]] = {
    "CreateFunctionUrlConfig": create_function_url_config,
    "UpdateFunctionUrlConfig": update_function_url_config,
    "GetFunctionUrlConfig": get_function_url_config,
    "DeleteFunctionUrlConfig": delete_function_url_config,
    "ListFunctionUrlConfigs": list_function_url_configs,
}

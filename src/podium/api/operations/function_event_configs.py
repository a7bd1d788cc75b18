"""How asynchronous invocations are retried and where their results go: put, update, show, list, delete.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
"""

from typing import Any, Final

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.functions import find, invalid, page
from podium.api.services import Operation, Services
from podium.functions.asynchronous import EventConfig, config_key
from podium.functions.service import FunctionService

_DESTINATIONS: Final = frozenset({"sqs", "sns", "lambda", "events"})


async def put_function_event_invoke_config(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """PutFunctionEventInvokeConfig: what isn't given is Lambda's default again."""
    service, key = await _key(services, context, input)
    return await _store(services, service, EventConfig(key, 0), input)


async def update_function_event_invoke_config(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """UpdateFunctionEventInvokeConfig: what isn't given stays."""
    service, key = await _key(services, context, input)
    return await _store(services, service, await _config(service, key), input)


async def get_function_event_invoke_config(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """GetFunctionEventInvokeConfig."""
    return _show(await _config(*await _key(services, context, input)))


async def delete_function_event_invoke_config(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """DeleteFunctionEventInvokeConfig."""
    service, key = await _key(services, context, input)
    await _config(service, key)
    await service.events.configs.delete(key)
    return {}


async def list_function_event_invoke_configs(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """ListFunctionEventInvokeConfigs: of the function and all its versions and aliases."""
    service, record, _ = await find(services, context, input)
    found = [entry async for entry in service.events.configs.all(f"{record.arn}:")]
    return page(input, found, _show, "FunctionEventInvokeConfigs")


async def _key(services: Services, context: RequestContext, input: dict[str, Any]) -> tuple[FunctionService, str]:
    service, record, named = await find(services, context, input)
    return service, config_key(record.arn, named.qualifier)


async def _config(service: FunctionService, key: str) -> EventConfig:
    config = await service.events.configs.find(key)
    if config is None:
        message = f"The function {key} doesn't have an EventInvokeConfig"
        raise ApiError("ResourceNotFoundException", message, status=404)
    return config


async def _store(
    services: Services, service: FunctionService, before: EventConfig, input: dict[str, Any]
) -> dict[str, Any]:
    destinations = input.get("DestinationConfig")
    success, failure = before.on_success, before.on_failure
    if destinations is not None:
        success = destinations.get("OnSuccess", {}).get("Destination")
        failure = destinations.get("OnFailure", {}).get("Destination")
    for target in (success, failure):
        if target and (target.count(":") < 5 or target.split(":")[2] not in _DESTINATIONS):
            raise invalid(f"The provided destination config DestinationConfig is not valid: {target}")
    config = EventConfig(
        before.function_arn,
        services.clock(),
        input.get("MaximumRetryAttempts", before.retries),
        input.get("MaximumEventAgeInSeconds", before.age_seconds),
        success or None,
        failure or None,
    )
    await service.events.configs.put(config.function_arn, config)
    return _show(config)


def _show(config: EventConfig) -> dict[str, Any]:
    targets = {"OnSuccess": config.on_success, "OnFailure": config.on_failure}
    output = {
        "LastModified": config.updated_ms / 1000,
        "FunctionArn": config.function_arn,
        "MaximumRetryAttempts": config.retries,
        "MaximumEventAgeInSeconds": config.age_seconds,
        "DestinationConfig": {
            name: {"Destination": target} if target is not None else {} for name, target in targets.items()
        },
    }
    return {name: value for name, value in output.items() if value is not None}


OPERATIONS: Final[dict[str, Operation]] = {
    "PutFunctionEventInvokeConfig": put_function_event_invoke_config,
    "UpdateFunctionEventInvokeConfig": update_function_event_invoke_config,
    "GetFunctionEventInvokeConfig": get_function_event_invoke_config,
    "DeleteFunctionEventInvokeConfig": delete_function_event_invoke_config,
    "ListFunctionEventInvokeConfigs": list_function_event_invoke_configs,
}

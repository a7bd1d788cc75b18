"""Reserved concurrency of functions: put, show, delete.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""

from typing import Any, Final

import msgspec

from podium.api.context import RequestContext
from podium.api.functions import change, find_latest, invalid, service_of
from podium.api.services import Operation, Services
from podium.functions.names import function_arn

CONCURRENT_EXECUTIONS: Final = 1000
"""Of an account, as Lambda's default quota has it."""
_UNRESERVED_MIN: Final = 100


async def put_function_concurrency(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """PutFunctionConcurrency. Zero lets nothing run."""
    service, record = await find_latest(services, context, input)
    wanted = input["ReservedConcurrentExecutions"]
    others = await reserved(services, context) - (record.reserved_concurrency or 0)
    if CONCURRENT_EXECUTIONS - others - wanted < _UNRESERVED_MIN:
        raise invalid(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
            f"below its minimum value of [{_UNRESERVED_MIN}]."
        )
    await change(service, record, lambda found: msgspec.structs.replace(found, reserved_concurrency=wanted))
    return {"ReservedConcurrentExecutions": wanted}


async def get_function_concurrency(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """GetFunctionConcurrency; nothing where nothing is reserved."""
    _, record = await find_latest(services, context, input)
    limit = record.reserved_concurrency
    return {} if limit is None else {"ReservedConcurrentExecutions": limit}


async def delete_function_concurrency(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """DeleteFunctionConcurrency."""
    service, record = await find_latest(services, context, input)
    await change(service, record, lambda found: msgspec.structs.replace(found, reserved_concurrency=None))
    return {}


async def reserved(services: Services, context: RequestContext) -> int:
    """What the functions of the caller's account have reserved together."""
    prefix = function_arn(context.region, context.account, "")
    found = await service_of(services).catalogue.list(prefix=prefix, limit=100_000)
    return sum(record.reserved_concurrency or 0 for record in found)


OPERATIONS: Final[dict[str, Operation]] = {
    "PutFunctionConcurrency": put_function_concurrency,
    "GetFunctionConcurrency": get_function_concurrency,
    "DeleteFunctionConcurrency": delete_function_concurrency,
}

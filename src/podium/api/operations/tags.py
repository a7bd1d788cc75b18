"""Tags of state machines: add, remove, list."""

from typing import Any, Final

from msgspec import structs

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.names import STATE_MACHINE, own_arn
from podium.api.services import Operation, Services
from podium.api.tags import tags_from


async def tag_resource(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """TagResource."""
    arn = own_arn(context, input["resourceArn"], STATE_MACHINE)
    added = input["tags"]
    if not await services.machines.change(
        arn, lambda record: structs.replace(record, tags=tags_from(record.tags, added))
    ):
        raise _not_found(arn)
    return {}


async def untag_resource(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """UntagResource. Keys that aren't there are no error."""
    arn = own_arn(context, input["resourceArn"], STATE_MACHINE)
    removed = frozenset(input["tagKeys"])
    if not await services.machines.change(
        arn,
        lambda record: structs.replace(
            record, tags={key: value for key, value in record.tags.items() if key not in removed}
        ),
    ):
        raise _not_found(arn)
    return {}


async def list_tags_for_resource(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListTagsForResource."""
    arn = own_arn(context, input["resourceArn"], STATE_MACHINE)
    machine = await services.machines.find(arn)
    if machine is None:
        raise _not_found(arn)
    return {"tags": [{"key": key, "value": value} for key, value in machine.record.tags.items()]}


def _not_found(arn: str) -> ApiError:
    return ApiError("ResourceNotFound", f"Resource not found: '{arn}'")


OPERATIONS: Final[dict[str, Operation]] = {
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTagsForResource": list_tags_for_resource,
}

"""Tags of state machines and activities: add, remove, list."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import structs

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.names import ACTIVITY, STATE_MACHINE, own_arn, parse_arn
from podium.api.services import Operation, Services
from podium.api.tags import tags_from


async def tag_resource(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """TagResource."""
    added = input["tags"]
    await _change(services, context, input, lambda tags: tags_from(tags, added))
    return {}


async def untag_resource(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """UntagResource. Keys that aren't there are no error."""
    removed = frozenset(input["tagKeys"])
    await _change(
        services,
        context,
        input,
        lambda tags: {key: value for key, value in tags.items() if key not in removed},
    )
    return {}


async def list_tags_for_resource(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListTagsForResource."""
    arn = own_arn(context, input["resourceArn"], STATE_MACHINE, ACTIVITY)
    tags: dict[str, str] | None = None
    if parse_arn(arn).kind == ACTIVITY:
        activity = await services.activities.find(arn)
        tags = None if activity is None else activity.tags
    else:
        machine = await services.machines.find(arn)
        tags = None if machine is None else machine.record.tags
    if tags is None:
        raise _not_found(arn)
    return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}


async def _change(
    services: Services, context: RequestContext, input: dict[str, Any], edit: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    arn = own_arn(context, input["resourceArn"], STATE_MACHINE, ACTIVITY)
    if parse_arn(arn).kind == ACTIVITY:
        changed = await services.activities.change(arn, lambda record: structs.replace(record, tags=edit(record.tags)))
    else:
        changed = await services.machines.change(arn, lambda record: structs.replace(record, tags=edit(record.tags)))
    if not changed:
        raise _not_found(arn)


def _not_found(arn: str) -> ApiError:
    return ApiError("ResourceNotFound", f"Resource not found: '{arn}'")


OPERATIONS: Final[dict[str, Operation]] = {
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTagsForResource": list_tags_for_resource,
}

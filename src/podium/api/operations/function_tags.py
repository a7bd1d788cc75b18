"""Tags of functions: add, remove, list. https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from podium.api.context import RequestContext
from podium.api.functions import change, find_latest, invalid, parse_name
from podium.api.services import Operation, Services

_TAGS_MAX: Final = 50


async def tag_resource(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """TagResource."""
    added = input["Tags"]
    await _change(services, context, input, lambda tags: tags | added)
    return {}


async def untag_resource(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """UntagResource. Keys that aren't there are no error."""
    removed = frozenset(input["TagKeys"])
    await _change(services, context, input, lambda tags: {key: tags[key] for key in tags if key not in removed})
    return {}


async def list_tags(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListTags."""
    _, record = await find_latest(services, context, _named(context, input))
    return {"Tags": record.tags}


async def _change(
    services: Services, context: RequestContext, input: dict[str, Any], edit: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    service, record = await find_latest(services, context, _named(context, input))
    if len(edit(record.tags)) > _TAGS_MAX:
        raise invalid(f"The number of tags exceeds the maximum of {_TAGS_MAX}.")
    await change(service, record, lambda found: msgspec.structs.replace(found, tags=edit(found.tags)))


def _named(context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    resource = input["Resource"]
    if parse_name(resource, context).qualifier is not None:
        raise invalid("Tags on function aliases and versions are not supported. Please specify a function ARN.")
    return {"FunctionName": resource}


OPERATIONS: Final[dict[str, Operation]] = {
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTags": list_tags,
}

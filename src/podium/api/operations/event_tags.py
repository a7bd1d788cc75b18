"""Tags of rules and event buses.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TagResource.html and its neighbours.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from podium.api.context import RequestContext
from podium.api.operations.event_buses import bus_of, known_bus, tags_given
from podium.api.operations.event_rules import change_rule, no_rule
from podium.api.services import Operation, Services
from podium.events.records import BUS, DEFAULT_BUS, BusRecord, unpack_bus

Tags = dict[str, str]


async def tag_resource(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """TagResource."""
    added = tags_given(input["Tags"])
    await _retag(services, context, input["ResourceARN"], lambda tags: tags | added)
    return {}


async def untag_resource(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """UntagResource."""
    unwanted = set(input["TagKeys"])
    await _retag(
        services,
        context,
        input["ResourceARN"],
        lambda tags: {key: value for key, value in tags.items() if key not in unwanted},
    )
    return {}


async def list_tags_for_resource(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListTagsForResource."""
    tags = await _retag(services, context, input["ResourceARN"], None)
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


async def _retag(services: Services, context: RequestContext, arn: str, change: Callable[[Tags], Tags] | None) -> Tags:
    """The tags of a rule or a bus after the change, None for none.

    Raises:
        ApiError: ResourceNotFoundException.
    """
    if ":event-bus/" in arn:
        return await _retag_bus(services, await known_bus(services, context, arn), change)
    prefix, _, rest = arn.partition(":rule/")
    bus_name, _, name = rest.rpartition("/")
    bus = f"{prefix}:event-bus/{bus_name or DEFAULT_BUS}"
    if change is not None:
        retag = change
        await change_rule(services, bus, name, lambda rule: msgspec.structs.replace(rule, tags=retag(rule.tags)))
    rule = bus_of(services).rule(bus, arn)
    if rule is None:
        raise no_rule(name, bus_name or DEFAULT_BUS)
    return rule.tags


async def _retag_bus(services: Services, arn: str, change: Callable[[Tags], Tags] | None) -> Tags:
    found = await services.store.get(BUS, arn)
    # The default bus is there without a record; its first tag makes one.
    bus = BusRecord(arn, DEFAULT_BUS, 0) if found is None else unpack_bus(found.data)
    if change is None:
        return bus.tags
    changed = msgspec.structs.replace(bus, tags=change(bus.tags))
    version = 0 if found is None else found.version
    await services.store.put(BUS, arn, msgspec.msgpack.encode(changed), expected_version=version)
    return changed.tags


OPERATIONS: Final[dict[str, Operation]] = {
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTagsForResource": list_tags_for_resource,
}

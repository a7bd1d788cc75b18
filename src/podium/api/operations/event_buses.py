"""Event buses, their tags, and events put on them.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html and its neighbours.
"""

from typing import Any, Final

import msgspec

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.pages import seconds
from podium.api.services import Operation, Services
from podium.core import jsontext
from podium.events.bus import EventBus
from podium.events.deliveries import TooManyDeliveries
from podium.events.patterns import InvalidPattern, compile_pattern
from podium.events.records import BUS, DEFAULT_BUS, BusRecord, bus_arn, unpack_bus
from podium.events.times import iso_seconds
from podium.integrations.aws.event_entries import entry_fault

ENTRY_MAX_BYTES: Final = 1024 * 1024
"""Of one PutEvents request:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size"""


def own_bus(context: RequestContext, name: str | None) -> str:
    """The ARN of the caller's bus by name or ARN; the default one without either."""
    if name is not None and name.startswith("arn:"):
        return name
    return bus_arn(context.region, context.account, name or DEFAULT_BUS)


async def known_bus(services: Services, context: RequestContext, name: str | None) -> str:
    """The ARN of a bus that is there.

    Raises:
        ApiError: ResourceNotFoundException.
    """
    arn = own_bus(context, name)
    if not arn.endswith(f":event-bus/{DEFAULT_BUS}") and await services.store.get(BUS, arn) is None:
        raise ApiError("ResourceNotFoundException", f"Event bus {arn.rpartition('/')[2]} does not exist.")
    return arn


def bus_of(services: Services) -> EventBus:
    """The server's event bus."""
    if services.events is None:
        raise ApiError("UnknownOperationException", "")
    return services.events


async def put_events(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """PutEvents. Each entry is accepted, durably, or refused on its own."""
    entries = input["Entries"]
    if sum(_size(entry) for entry in entries) > ENTRY_MAX_BYTES:
        raise ApiError("ValidationException", "Total size of the entries in the request is over the limit.")
    results = [await _put(services, context, entry) for entry in entries]
    return {"FailedEntryCount": sum("ErrorCode" in result for result in results), "Entries": results}


async def _put(services: Services, context: RequestContext, entry: dict[str, Any]) -> dict[str, Any]:
    fault = entry_fault(entry)
    if fault is not None:
        return fault
    bus = bus_of(services)
    event = bus.event(
        context.region,
        context.account,
        source=entry["Source"],
        detail_type=entry["DetailType"],
        resources=entry.get("Resources", []),
        detail=jsontext.decode(entry["Detail"]),
    )
    if "Time" in entry:
        event["time"] = iso_seconds(round(float(entry["Time"]) * 1_000))
    # As on AWS, an event for a bus that isn't there is accepted and matches nothing.
    try:
        await bus.publish(own_bus(context, entry.get("EventBusName")), event)
    except TooManyDeliveries:
        # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html: to be tried again.
        return {"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"}
    return {"EventId": event["id"]}


def _size(entry: dict[str, Any]) -> int:
    texts = [entry.get(name, "") for name in ("Source", "DetailType", "Detail")] + entry.get("Resources", [])
    return sum(len(text.encode("utf-8", "replace")) for text in texts) + (14 if "Time" in entry else 0)


async def try_event_pattern(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """TestEventPattern."""
    try:
        matches = compile_pattern(input["EventPattern"])
    except InvalidPattern as error:
        raise invalid_pattern(error) from None
    try:
        event = jsontext.decode(input["Event"])
    except jsontext.InvalidJson:
        event = None
    if not isinstance(event, dict):
        raise ApiError("ValidationException", "Parameter Event is not valid.")
    return {"Result": matches(event)}


def invalid_pattern(error: InvalidPattern) -> ApiError:
    """What a pattern that is none comes to."""
    return ApiError("InvalidEventPatternException", f"Event pattern is not valid. Reason: {error}")


async def create_event_bus(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """CreateEventBus."""
    name = input["Name"]
    arn = own_bus(context, name)
    if name == DEFAULT_BUS or await services.store.get(BUS, arn) is not None:
        raise ApiError("ResourceAlreadyExistsException", f"Event bus {name} already exists.")
    tags = tags_given(input.get("Tags", []))
    record = BusRecord(arn, name, services.clock(), input.get("Description"), tags)
    await services.store.put(BUS, arn, msgspec.msgpack.encode(record), expected_version=0)
    return {"EventBusArn": arn}


async def delete_event_bus(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DeleteEventBus. Deleting what isn't there succeeds."""
    arn = own_bus(context, input["Name"])
    if arn.endswith(f":event-bus/{DEFAULT_BUS}"):
        raise ApiError("ValidationException", "Cannot delete event bus default.")
    if bus_of(services).rules(arn):
        raise ApiError("ValidationException", "Event bus can't be deleted since it has rules.")
    await services.store.delete(BUS, arn)
    return {}


async def describe_event_bus(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DescribeEventBus; of the default bus without a name."""
    arn = await known_bus(services, context, input.get("Name"))
    found = await services.store.get(BUS, arn)
    return _described(BusRecord(arn, DEFAULT_BUS, 0) if found is None else unpack_bus(found.data))


async def list_event_buses(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListEventBuses, the default one among them."""
    prefix, limit = input.get("NamePrefix", ""), input.get("Limit", 100)
    records = await services.store.list(BUS, prefix=own_bus(context, "x")[:-1])
    made = [bus for bus in (unpack_bus(record.data) for record in records) if bus.name != DEFAULT_BUS]
    buses = [BusRecord(own_bus(context, None), DEFAULT_BUS, 0), *made]
    named = sorted((bus for bus in buses if bus.name.startswith(prefix)), key=lambda bus: bus.name)
    page, token = page_of(named, input.get("NextToken"), limit, lambda bus: bus.name)
    return {"EventBuses": [_described(bus) for bus in page], **token}


def tags_given(given: list[dict[str, str]]) -> dict[str, str]:
    """Tags as a request lists them, as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in given}


def page_of(items: list[Any], token: str | None, limit: int, key: Any) -> tuple[list[Any], dict[str, str]]:
    """A page of sorted items and, where more follow, the NextToken: the key of the page's last item."""
    rest = [item for item in items if token is None or key(item) > token]
    page = rest[:limit]
    return page, {"NextToken": key(page[-1])} if len(rest) > limit else {}


def _described(bus: BusRecord) -> dict[str, Any]:
    told = {"Name": bus.name, "Arn": bus.arn}
    if bus.description is not None:
        told["Description"] = bus.description
    return {**told, **({"CreationTime": seconds(bus.created_ms)} if bus.created_ms else {})}


OPERATIONS: Final[dict[str, Operation]] = {
    "PutEvents": put_events,
    "TestEventPattern": try_event_pattern,
    "CreateEventBus": create_event_bus,
    "DeleteEventBus": delete_event_bus,
    "DescribeEventBus": describe_event_bus,
    "ListEventBuses": list_event_buses,
}

"""Event source mappings, from SQS queues to functions: create, show, list, update, delete.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from typing import Any, Final

from msgspec import structs

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.functions import find, invalid, page, parse_name
from podium.api.services import Operation, Services
from podium.functions.event_sources import EventSourceMapping, EventSources

_BATCH_WITHOUT_WINDOW_MAX: Final = 10


async def create_event_source_mapping(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """CreateEventSourceMapping."""
    sources = _sources(services)
    source = input.get("EventSourceArn", "")
    if source.split(":")[2:3] != ["sqs"]:
        raise invalid(f"Podium reads SQS queues; the event source {source or 'that is not given'} is none")
    function_arn, qualifier = await _function(services, context, input["FunctionName"])
    async for _, other in sources.mappings.all():
        if (other.source_arn, other.function_arn, other.qualifier) == (source, function_arn, qualifier):
            message = (
                f'An event source mapping with SQS arn (" {source} ") and function (" {function_arn} ") already '
                f"exists. Please update or delete the existing mapping with UUID {other.id}"
            )
            raise ApiError("ResourceConflictException", message, status=409)
    blank = EventSourceMapping(services.new_id(), source, function_arn, qualifier, services.clock())
    mapping = _changed(sources, blank, input)
    await sources.mappings.put(mapping.id, mapping)
    sources.apply(mapping)
    return _show(mapping, "Creating" if mapping.enabled else "Disabled", context)


async def get_event_source_mapping(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """GetEventSourceMapping."""
    return _show(await _find(_sources(services), input), None, context)


async def list_event_source_mappings(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """ListEventSourceMappings, of a queue or a function where given."""
    wanted = None
    if "FunctionName" in input:
        named = parse_name(input["FunctionName"], context)
        wanted = (named.arn, named.qualifier)
    source = input.get("EventSourceArn")
    found = [
        (id, mapping)
        async for id, mapping in _sources(services).mappings.all()
        if source in (None, mapping.source_arn) and wanted in (None, (mapping.function_arn, mapping.qualifier))
    ]
    return page(input, found, lambda mapping: _show(mapping, None, context), "EventSourceMappings")


async def update_event_source_mapping(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """UpdateEventSourceMapping: what isn't given stays."""
    sources = _sources(services)
    before = await _find(sources, input)
    if "FunctionName" in input:
        function_arn, qualifier = await _function(services, context, input["FunctionName"])
        before = structs.replace(before, function_arn=function_arn, qualifier=qualifier)
    mapping = _changed(sources, structs.replace(before, updated_ms=services.clock()), input)
    await sources.mappings.put(mapping.id, mapping)
    sources.apply(mapping)
    return _show(mapping, None, context)


async def delete_event_source_mapping(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """DeleteEventSourceMapping. Batches under way are finished."""
    sources = _sources(services)
    mapping = await _find(sources, input)
    await sources.mappings.delete(mapping.id)
    sources.stop(mapping.id)
    return _show(mapping, "Deleting", context)


def _sources(services: Services) -> EventSources:
    if services.event_sources is None:
        raise ApiError("ServiceException", "This server reads no queues", status=500)
    return services.event_sources


async def _find(sources: EventSources, input: dict[str, Any]) -> EventSourceMapping:
    mapping = await sources.mappings.find(input["UUID"])
    if mapping is None:
        raise ApiError("ResourceNotFoundException", "The resource you requested does not exist.", status=404)
    return mapping


async def _function(services: Services, context: RequestContext, text: str) -> tuple[str, str | None]:
    named = parse_name(text, context)
    if not services.functions.knows(named.arn, named.qualifier):
        await find(services, context, {"FunctionName": text})
    return named.arn, named.qualifier


def _changed(sources: EventSources, mapping: EventSourceMapping, input: dict[str, Any]) -> EventSourceMapping:
    """A mapping with the request's members.

    Raises:
        ApiError: InvalidParameterValueException.
    """
    filters = mapping.filters
    if "FilterCriteria" in input:
        filters = [each["Pattern"] for each in input["FilterCriteria"].get("Filters", []) if "Pattern" in each]
        for text in filters:
            try:
                sources.compile_filter(text)
            except Exception as error:
                raise invalid(f"Invalid filter pattern definition. {error}") from None
    reports = mapping.reports_failures
    if "FunctionResponseTypes" in input:
        reports = "ReportBatchItemFailures" in input["FunctionResponseTypes"]
    changed = structs.replace(
        mapping,
        enabled=input.get("Enabled", mapping.enabled),
        batch_size=input.get("BatchSize", mapping.batch_size),
        window_seconds=input.get("MaximumBatchingWindowInSeconds", mapping.window_seconds),
        filters=filters,
        reports_failures=reports,
        concurrency=input.get("ScalingConfig", {}).get("MaximumConcurrency", mapping.concurrency),
    )
    if changed.batch_size > _BATCH_WITHOUT_WINDOW_MAX and not changed.window_seconds:
        raise invalid("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
    return changed


def _show(mapping: EventSourceMapping, state: str | None, context: RequestContext) -> dict[str, Any]:
    qualifier = f":{mapping.qualifier}" if mapping.qualifier else ""
    region, account = mapping.function_arn.split(":")[3:5]
    output: dict[str, Any] = {
        "UUID": mapping.id,
        "EventSourceMappingArn": f"arn:aws:lambda:{region}:{account}:event-source-mapping:{mapping.id}",
        "EventSourceArn": mapping.source_arn,
        "FunctionArn": mapping.function_arn + qualifier,
        "BatchSize": mapping.batch_size,
        "MaximumBatchingWindowInSeconds": mapping.window_seconds,
        "FunctionResponseTypes": ["ReportBatchItemFailures"] if mapping.reports_failures else [],
        "LastModified": mapping.updated_ms / 1000,
        "State": state or ("Enabled" if mapping.enabled else "Disabled"),
        "StateTransitionReason": "USER_INITIATED",
    }
    if mapping.filters:
        output["FilterCriteria"] = {"Filters": [{"Pattern": text} for text in mapping.filters]}
    if mapping.concurrency is not None:
        output["ScalingConfig"] = {"MaximumConcurrency": mapping.concurrency}
    return output


OPERATIONS: Final[dict[str, Operation]] = {
    "CreateEventSourceMapping": create_event_source_mapping,
    "GetEventSourceMapping": get_event_source_mapping,
    "ListEventSourceMappings": list_event_source_mappings,
    "UpdateEventSourceMapping": update_event_source_mapping,
    "DeleteEventSourceMapping": delete_event_source_mapping,
}

"""Versions of functions: publish, list. A version keeps code and configuration as they were when it was published.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
"""

from typing import Any, Final

import msgspec

from podium.api.context import RequestContext
from podium.api.function_configuration import configuration, shown_sha256
from podium.api.functions import check_revision, find_latest, in_progress, invalid, marker, read_marker, refuse_bound
from podium.api.services import Operation, Services
from podium.functions.catalogue import FunctionChanged, FunctionRecord
from podium.functions.service import FunctionService

_PAGE_MAX: Final = 50
_NOT_CONTENT: Final = frozenset(
    {
        "version",
        "versions_published",
        "revision_id",
        "created_ms",
        "updated_ms",
        "tags",
        "reserved_concurrency",
        "managed",
    }
)


async def publish_version(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """PublishVersion. A function that is as it was at its last version gets no new one."""
    service, record = await find_latest(services, context, input)
    check_revision(record.revision_id, input)
    current = shown_sha256(record)
    if input.get("CodeSha256") not in (None, "", current):
        raise invalid(
            f"CodeSHA256 ({input['CodeSha256']}) is different from current CodeSHA256 in $LATEST ({current}). "
            "Please try again with the CodeSHA256 in $LATEST."
        )
    return await configuration(service, await publish(services, service, record, input.get("Description")))


async def publish(
    services: Services, service: FunctionService, record: FunctionRecord, description: str | None = None
) -> FunctionRecord:
    """The version of a function as it is now: a new one, or the last one if nothing has changed since.

    Raises:
        ApiError: ResourceConflictException.
    """
    refuse_bound(service, record)
    last = await service.catalogue.version(record.arn, str(record.versions_published))
    if last is not None and _content(last) == _content(record):
        return last
    version = msgspec.structs.replace(
        record,
        version=str(record.versions_published + 1),
        revision_id=services.new_id(),
        description=record.description if description is None else description,
    )
    try:
        await service.publish(record, version)
    except FunctionChanged:
        raise in_progress(record.arn) from None
    return version


async def list_versions_by_function(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """ListVersionsByFunction: `$LATEST`, then versions by number."""
    service, record = await find_latest(services, context, input)
    records = [record, *await service.catalogue.versions(record.arn)]
    if number := read_marker(input):
        records = [each for each in records[1:] if int(each.version) > int(number)]
    limit = min(input.get("MaxItems", _PAGE_MAX), _PAGE_MAX)
    shown = [await configuration(service, each, f"{each.arn}:{each.version}") for each in records[:limit]]
    output: dict[str, Any] = {"Versions": shown}
    if len(records) > limit:
        last = records[limit - 1].version
        output["NextMarker"] = marker(last if last.isdecimal() else "0")
    return output


def _content(record: FunctionRecord) -> dict[str, Any]:
    """What makes a version different from another; the description alone doesn't."""
    ignored = {*_NOT_CONTENT, "description"}
    return {name: value for name, value in msgspec.structs.asdict(record).items() if name not in ignored}


OPERATIONS: Final[dict[str, Operation]] = {
    "PublishVersion": publish_version,
    "ListVersionsByFunction": list_versions_by_function,
}

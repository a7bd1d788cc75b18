"""Schedules and their groups, by EventBridge Scheduler's API.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html and its neighbours.
"""

from typing import Any, Final

from msgspec import structs

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.services import Operation, Services
from podium.core import jsontext
from podium.events.scheduler import DEFAULT_GROUP, ScheduleGroup, Scheduler, ScheduleRecord
from podium.events.schedules import InvalidSchedule
from podium.events.targets import UnknownTarget, call_for

_PAGE_MAX: Final = 100


async def create_schedule(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """CreateSchedule."""
    scheduler = _scheduler(services)
    record = await _record(services, context, input, services.clock())
    try:
        created = await scheduler.create(record)
    except InvalidSchedule as error:
        raise _invalid(str(error)) from None
    if not created:
        raise ApiError("ConflictException", f"Schedule {record.name} already exists.", status=409)
    return {"ScheduleArn": record.arn}


async def update_schedule(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """UpdateSchedule: replaces all of it; what isn't given is the default again."""
    before = await _find(services, context, input)
    record = await _record(services, context, input, before.made_ms)
    try:
        await _scheduler(services).update(record)
    except InvalidSchedule as error:
        raise _invalid(str(error)) from None
    return {"ScheduleArn": record.arn}


async def get_schedule(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """GetSchedule."""
    record = await _find(services, context, input)
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": record.window_minutes}
    output = {
        "Arn": record.arn,
        "Name": record.name,
        "GroupName": record.group,
        "ScheduleExpression": record.expression,
        "ScheduleExpressionTimezone": record.time_zone,
        "StartDate": None if record.start_ms is None else record.start_ms / 1000,
        "EndDate": None if record.end_ms is None else record.end_ms / 1000,
        "Description": record.description,
        "State": _state(record),
        "CreationDate": record.made_ms / 1000,
        "LastModificationDate": record.updated_ms / 1000,
        "KmsKeyArn": record.kms_key_arn,
        "Target": record.target,
        "FlexibleTimeWindow": window if record.window_minutes else {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE" if record.delete_when_done else "NONE",
    }
    return {name: value for name, value in output.items() if value is not None}


async def list_schedules(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListSchedules, by group and name."""
    group = input.get("GroupName")
    prefix = _arn(context, "schedule", f"{group}/{input.get('NamePrefix', '')}" if group else "")
    if group:
        await _check_group(services, context, group)
    found = [
        record
        async for _, record in _scheduler(services).schedules.all(prefix)
        if record.name.startswith(input.get("NamePrefix", "")) and input.get("State") in (None, _state(record))
    ]
    return _page(input, "Schedules", [(record.arn, _summary(record)) for record in found])


async def delete_schedule(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DeleteSchedule."""
    record = await _find(services, context, input)
    await _scheduler(services).remove(record.arn)
    return {}


async def create_schedule_group(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """CreateScheduleGroup."""
    arn = _arn(context, "schedule-group", input["Name"])
    tags = {tag["Key"]: tag["Value"] for tag in input.get("Tags", [])}
    group = ScheduleGroup(arn=arn, name=input["Name"], made_ms=services.clock(), tags=tags)
    if input["Name"] == DEFAULT_GROUP or not await _scheduler(services).groups.create(arn, group):
        raise ApiError("ConflictException", f"Schedule group {input['Name']} already exists.", status=409)
    return {"ScheduleGroupArn": arn}


async def get_schedule_group(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """GetScheduleGroup."""
    return _show_group(await _check_group(services, context, input["Name"]))


async def list_schedule_groups(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListScheduleGroups, by name; the default group is always there."""
    prefix = _arn(context, "schedule-group", "")
    groups = [group async for _, group in _scheduler(services).groups.all(prefix)]
    groups.append(await _check_group(services, context, DEFAULT_GROUP))
    wanted = [group for group in groups if group.name.startswith(input.get("NamePrefix", ""))]
    return _page(
        input, "ScheduleGroups", [(each.arn, _show_group(each)) for each in sorted(wanted, key=lambda g: g.arn)]
    )


async def delete_schedule_group(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DeleteScheduleGroup, with its schedules."""
    group = await _check_group(services, context, input["Name"])
    if group.name == DEFAULT_GROUP:
        raise _invalid("The default schedule group cannot be deleted.")
    scheduler = _scheduler(services)
    async for arn, _ in scheduler.schedules.all(_arn(context, "schedule", f"{group.name}/")):
        await scheduler.remove(arn)
    await scheduler.groups.delete(group.arn)
    return {}


async def tag_resource(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """TagResource, of a group."""
    added = {tag["Key"]: tag["Value"] for tag in input["Tags"]}
    await _retag(services, input["ResourceArn"], added, frozenset())
    return {}


async def untag_resource(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """UntagResource, of a group."""
    await _retag(services, input["ResourceArn"], {}, frozenset(input["TagKeys"]))
    return {}


async def list_tags_for_resource(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListTagsForResource, of a group."""
    group = await _retag(services, input["ResourceArn"], {}, frozenset())
    return {"Tags": [{"Key": key, "Value": value} for key, value in group.tags.items()]}


async def _retag(services: Services, arn: str, added: dict[str, str], removed: frozenset[str]) -> ScheduleGroup:
    changed = await _scheduler(services).groups.change(
        arn,
        lambda group: structs.replace(
            group, tags={key: value for key, value in (group.tags | added).items() if key not in removed}
        ),
    )
    if changed is None:
        raise ApiError("ResourceNotFoundException", f"Resource {arn} does not exist.", status=404)
    return changed


async def _record(services: Services, context: RequestContext, input: dict[str, Any], made_ms: int) -> ScheduleRecord:
    """The schedule a request describes.

    Raises:
        ApiError: ValidationException, ResourceNotFoundException for its group.
    """
    group = input.get("GroupName", DEFAULT_GROUP)
    await _check_group(services, context, group)
    window = input["FlexibleTimeWindow"]
    flexible = window["Mode"] == "FLEXIBLE"
    if flexible and "MaximumWindowInMinutes" not in window:
        raise _invalid("MaximumWindowInMinutes must be provided when the flexible time window is FLEXIBLE.")
    target = input["Target"]
    _check_target(target)
    start, end = input.get("StartDate"), input.get("EndDate")
    if start is not None and end is not None and end <= start:
        raise _invalid("The EndDate you specify must come after the StartDate.")
    return ScheduleRecord(
        arn=_arn(context, "schedule", f"{group}/{input['Name']}"),
        name=input["Name"],
        group=group,
        expression=input["ScheduleExpression"],
        target=target,
        made_ms=made_ms,
        updated_ms=services.clock(),
        time_zone=input.get("ScheduleExpressionTimezone") or "UTC",
        enabled=input.get("State", "ENABLED") == "ENABLED",
        start_ms=None if start is None else int(start * 1000),
        end_ms=None if end is None else int(end * 1000),
        window_minutes=window["MaximumWindowInMinutes"] if flexible else 0,
        description=input.get("Description"),
        delete_when_done=input.get("ActionAfterCompletion") == "DELETE",
        kms_key_arn=input.get("KmsKeyArn"),
    )


def _check_target(target: dict[str, Any]) -> None:
    text = target.get("Input", "{}")
    try:
        jsontext.decode(text)
    except jsontext.InvalidJson:
        if target["Arn"].split(":")[2:3] not in (["sqs"], ["sns"]):
            raise _invalid(f"Invalid RequestJson provided. Reason The Input of {target['Arn']} must be JSON.") from None
    else:
        try:
            call_for(target, text, "check")
        except UnknownTarget as error:
            raise _invalid(str(error)) from None


async def _find(services: Services, context: RequestContext, input: dict[str, Any]) -> ScheduleRecord:
    group = input.get("GroupName", DEFAULT_GROUP)
    record = await _scheduler(services).schedules.find(_arn(context, "schedule", f"{group}/{input['Name']}"))
    if record is None:
        raise ApiError("ResourceNotFoundException", f"Schedule {input['Name']} does not exist.", status=404)
    return record


async def _check_group(services: Services, context: RequestContext, name: str) -> ScheduleGroup:
    arn = _arn(context, "schedule-group", name)
    if name == DEFAULT_GROUP:
        return ScheduleGroup(arn=arn, name=name, made_ms=0)
    group = await _scheduler(services).groups.find(arn)
    if group is None:
        raise ApiError("ResourceNotFoundException", f"Schedule group {name} does not exist.", status=404)
    return group


def _scheduler(services: Services) -> Scheduler:
    if services.scheduler is None:
        raise ApiError("InternalServerException", "This server keeps no schedules", status=500)
    return services.scheduler


def _arn(context: RequestContext, kind: str, rest: str) -> str:
    return f"arn:aws:scheduler:{context.region}:{context.account}:{kind}/{rest}"


def _state(record: ScheduleRecord) -> str:
    return "ENABLED" if record.enabled else "DISABLED"


def _summary(record: ScheduleRecord) -> dict[str, Any]:
    return {
        "Arn": record.arn,
        "Name": record.name,
        "GroupName": record.group,
        "State": _state(record),
        "CreationDate": record.made_ms / 1000,
        "LastModificationDate": record.updated_ms / 1000,
        "Target": {"Arn": record.target["Arn"]},
    }


def _show_group(group: ScheduleGroup) -> dict[str, Any]:
    made = group.made_ms / 1000
    return {"Arn": group.arn, "Name": group.name, "State": "ACTIVE", "CreationDate": made, "LastModificationDate": made}


def _page(input: dict[str, Any], member: str, items: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """One page of a listing by ARN; the token is the last ARN of the page before."""
    after, limit = input.get("NextToken", ""), input.get("MaxResults", _PAGE_MAX)
    following = [item for item in items if item[0] > after]
    output: dict[str, Any] = {member: [shown for _, shown in following[:limit]]}
    if len(following) > limit:
        output["NextToken"] = following[limit - 1][0]
    return output


def _invalid(message: str) -> ApiError:
    return ApiError("ValidationException", message)


OPERATIONS: Final[dict[str, Operation]] = {
    "CreateSchedule": create_schedule,
    "UpdateSchedule": update_schedule,
    "GetSchedule": get_schedule,
    "ListSchedules": list_schedules,
    "DeleteSchedule": delete_schedule,
    "CreateScheduleGroup": create_schedule_group,
    "GetScheduleGroup": get_schedule_group,
    "ListScheduleGroups": list_schedule_groups,
    "DeleteScheduleGroup": delete_schedule_group,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTagsForResource": list_tags_for_resource,
}

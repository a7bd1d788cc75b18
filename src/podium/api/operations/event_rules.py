"""Rules of event buses and their targets.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html and its neighbours.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.operations.event_buses import bus_of, invalid_pattern, known_bus, page_of, tags_given
from podium.api.services import Operation, Services
from podium.events.inputs import InvalidInput, check_input
from podium.events.patterns import InvalidPattern
from podium.events.records import DEFAULT_BUS, RuleRecord, Target, rule_arn
from podium.events.schedules import InvalidSchedule
from podium.events.targets import UnknownTarget, call_for

TARGETS_MAX: Final = 5
"""Per rule; AWS's quota."""
_PAGE_SIZE: Final = 100


async def put_rule(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """PutRule: creates a rule or changes all of it but its targets."""
    pattern, schedule = input.get("EventPattern"), input.get("ScheduleExpression")
    if not pattern and not schedule:
        raise ApiError("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.")
    bus = await known_bus(services, context, input.get("EventBusName"))
    if schedule and not bus.endswith(f"/{DEFAULT_BUS}"):
        raise ApiError("ValidationException", "ScheduleExpression is supported only on the default event bus.")
    arn = rule_arn(bus, input["Name"])
    tags = tags_given(input.get("Tags", []))

    def put(before: RuleRecord | None) -> RuleRecord:
        return RuleRecord(
            arn=arn,
            name=input["Name"],
            bus_arn=bus,
            made_ms=services.clock() if before is None or before.schedule != schedule else before.made_ms,
            pattern=pattern or None,
            schedule=schedule or None,
            enabled=input.get("State", "ENABLED") != "DISABLED",
            description=input.get("Description"),
            role_arn=input.get("RoleArn"),
            targets=[] if before is None else before.targets,
            tags=(before.tags if before is not None else {}) or tags,
        )

    await _keep(services, bus, arn, put)
    return {"RuleArn": arn}


async def change_rule(services: Services, bus: str, name: str, change: Callable[[RuleRecord], RuleRecord]) -> None:
    """Store what `change` makes of a rule, and have the bus obey it. What it raises is raised.

    Raises:
        ApiError: ResourceNotFoundException.
    """

    def edit(before: RuleRecord | None) -> RuleRecord:
        if before is None:
            raise no_rule(name, bus.rpartition("/")[2])
        return change(before)

    await _keep(services, bus, rule_arn(bus, name), edit)


async def _keep(services: Services, bus: str, arn: str, edit: Callable[[RuleRecord | None], RuleRecord]) -> None:
    """Store a rule and have the bus obey it.

    Raises:
        ApiError: InvalidEventPatternException, ValidationException for its schedule.
    """
    try:
        await bus_of(services).put_rule(bus, arn, edit)
    except InvalidPattern as error:
        raise invalid_pattern(error) from None
    except InvalidSchedule:
        raise ApiError("ValidationException", "Parameter ScheduleExpression is not valid.") from None


async def delete_rule(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DeleteRule. Deleting what isn't there succeeds."""
    bus = await known_bus(services, context, input.get("EventBusName"))
    await bus_of(services).remove_rule(bus, rule_arn(bus, input["Name"]), _check_removable)
    return {}


def _check_removable(record: RuleRecord) -> None:
    if record.targets:
        raise ApiError("ValidationException", "Rule can't be deleted since it has targets.")


async def describe_rule(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DescribeRule."""
    record = await _rule(services, context, input["Name"], input.get("EventBusName"))
    return {**_described(record), "CreatedBy": record.arn.split(":")[4]}


async def list_rules(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListRules of a bus, by name."""
    bus = await known_bus(services, context, input.get("EventBusName"))
    prefix = input.get("NamePrefix", "")
    named = [rule for rule in bus_of(services).rules(bus) if rule.name.startswith(prefix)]
    page, token = page_of(named, input.get("NextToken"), input.get("Limit", _PAGE_SIZE), lambda rule: rule.name)
    return {"Rules": [_described(rule) for rule in page], **token}


async def enable_rule(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """EnableRule."""
    return await _switch(services, context, input, enabled=True)


async def disable_rule(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DisableRule."""
    return await _switch(services, context, input, enabled=False)


async def _switch(
    services: Services, context: RequestContext, input: dict[str, Any], *, enabled: bool
) -> dict[str, Any]:
    bus = await known_bus(services, context, input.get("EventBusName"))
    await change_rule(services, bus, input["Name"], lambda rule: msgspec.structs.replace(rule, enabled=enabled))
    return {}


async def put_targets(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """PutTargets: adds targets, or changes those with the same ids."""
    bus = await known_bus(services, context, input.get("EventBusName"))

    def added(rule: RuleRecord) -> RuleRecord:
        for target in input["Targets"]:
            _check(services, target)
        targets = {target["Id"]: target for target in [*rule.targets, *input["Targets"]]}
        if len(targets) > TARGETS_MAX:
            raise ApiError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
        return msgspec.structs.replace(rule, targets=list(targets.values()))

    await change_rule(services, bus, input["Rule"], added)
    return {"FailedEntryCount": 0, "FailedEntries": []}


def _check(services: Services, target: Target) -> None:
    try:
        check_input(target)
        call_for(target, "{}", "check", bus_of(services).api_destinations.destination)
    except (InvalidInput, UnknownTarget) as error:
        raise ApiError("ValidationException", str(error)) from None


async def remove_targets(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """RemoveTargets; ids that aren't there are told."""
    bus = await known_bus(services, context, input.get("EventBusName"))
    unwanted, missing = set(input["Ids"]), set(input["Ids"])

    def removed(rule: RuleRecord) -> RuleRecord:
        missing.difference_update(target["Id"] for target in rule.targets)
        left = [target for target in rule.targets if target["Id"] not in unwanted]
        return msgspec.structs.replace(rule, targets=left)

    await change_rule(services, bus, input["Rule"], removed)
    failed = [
        {"TargetId": id, "ErrorCode": "ResourceNotFoundException", "ErrorMessage": f"Target {id} does not exist."}
        for id in sorted(missing)
    ]
    return {"FailedEntryCount": len(failed), "FailedEntries": failed}


async def list_targets_by_rule(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListTargetsByRule, by id."""
    record = await _rule(services, context, input["Rule"], input.get("EventBusName"))
    ordered = sorted(record.targets, key=lambda target: str(target["Id"]))
    page, token = page_of(ordered, input.get("NextToken"), input.get("Limit", _PAGE_SIZE), lambda one: one["Id"])
    return {"Targets": page, **token}


async def list_rule_names_by_target(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """ListRuleNamesByTarget: the rules of a bus that have a target with this ARN."""
    bus = await known_bus(services, context, input.get("EventBusName"))
    arn = input["TargetArn"]
    names = [rule.name for rule in bus_of(services).rules(bus) if any(one["Arn"] == arn for one in rule.targets)]
    page, token = page_of(names, input.get("NextToken"), input.get("Limit", _PAGE_SIZE), str)
    return {"RuleNames": page, **token}


def no_rule(name: str, bus_name: str) -> ApiError:
    """What asking for a rule that isn't there comes to."""
    return ApiError("ResourceNotFoundException", f"Rule {name} does not exist on EventBus {bus_name}.")


async def _rule(services: Services, context: RequestContext, name: str, bus_name: str | None) -> RuleRecord:
    bus = await known_bus(services, context, bus_name)
    record = bus_of(services).rule(bus, rule_arn(bus, name))
    if record is None:
        raise no_rule(name, bus.rpartition("/")[2])
    return record


def _described(record: RuleRecord) -> dict[str, Any]:
    told = {
        "Name": record.name,
        "Arn": record.arn,
        "EventPattern": record.pattern,
        "State": "ENABLED" if record.enabled else "DISABLED",
        "Description": record.description,
        "ScheduleExpression": record.schedule,
        "RoleArn": record.role_arn,
        "EventBusName": record.bus_arn.rpartition("/")[2],
    }
    return {name: value for name, value in told.items() if value is not None}


OPERATIONS: Final[dict[str, Operation]] = {
    "PutRule": put_rule,
    "DeleteRule": delete_rule,
    "DescribeRule": describe_rule,
    "ListRules": list_rules,
    "EnableRule": enable_rule,
    "DisableRule": disable_rule,
    "PutTargets": put_targets,
    "RemoveTargets": remove_targets,
    "ListTargetsByRule": list_targets_by_rule,
    "ListRuleNamesByTarget": list_rule_names_by_target,
}

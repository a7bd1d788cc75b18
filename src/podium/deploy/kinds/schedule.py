"""AWS::Scheduler::Schedule.

Schedules have no tags: their description ends with whose they are.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Final

from botocore.utils import parse_to_aware_datetime

from podium.deploy.differences import Difference, differences
from podium.deploy.errors import TemplateError
from podium.deploy.inventory import DEFAULT_GROUP
from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted, unsettled_differences
from podium.deploy.kinds.tagging import check_owner
from podium.deploy.names import marked_description, own_tags, physical_name, retained, split_description
from podium.deploy.properties import check_known, converted, required

_GONE: Final = "ResourceNotFoundException"
_NAME_LONGEST: Final = 64
_DATES: Final = ("StartDate", "EndDate")
_SET_BY_US: Final = ("ClientToken", "ActionAfterCompletion")
_COMPARED: Final = (
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "State",
    "FlexibleTimeWindow",
    "KmsKeyArn",
    "Target",
)
_DEFAULTS: Final = {"ScheduleExpressionTimezone": "UTC", "State": "ENABLED"}


class ScheduleKind:
    """Schedules: created, replaced whole, deleted."""

    type: ClassVar[str] = "AWS::Scheduler::Schedule"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The schedule against the one of its group and name."""
        properties, place = wanted.properties, wanted.place
        input = self._input(properties, place)
        group = input.setdefault("GroupName", DEFAULT_GROUP)
        name = input.setdefault("Name", physical_name(self._context.stack, wanted.resource.logical_id, _NAME_LONGEST))
        arn = self._server.arn("scheduler", f"schedule/{group}/{name}")
        attributes = {REF: name, "Arn": arn}
        tags = own_tags(self._context.stack, wanted.resource)
        there = self._server.call("scheduler", "get_schedule", missing=_GONE, GroupName=group, Name=name)
        if there is None:
            perform = partial(self._put, "create_schedule", input, tags, attributes)
            return Comparison("create", arn, attributes, perform)
        check_owner(self._context, there, arn, wanted, self._context.inventory.schedules)
        found = [
            *differences(_told(there, split_description(there.get("Description", ""))[0]), _told(input, None)),
            *_owner_differences(self._context.inventory.schedules[arn], tags),
            *unsettled_differences(wanted, {"Target": "Target"}),
        ]
        perform = partial(self._put, "update_schedule", input, tags, attributes)
        return Comparison("change" if found else "none", arn, attributes, perform, found)

    def owned(self) -> Iterator[Owned]:
        """The stack's schedules."""
        for arn, tags in self._context.inventory.schedules.items():
            group, _, name = arn.partition(":schedule/")[2].partition("/")
            where = {"GroupName": group, "Name": name}
            yield Owned(
                tags.get("podium:logical-id", ""),
                self.type,
                arn,
                retained(tags),
                partial(self._server.call, "scheduler", "delete_schedule", missing=_GONE, **where),
                partial(self._release, where),
            )

    def _input(self, properties: dict[str, Any], place: str) -> dict[str, Any]:
        """CreateSchedule's input, as far as the template says."""
        shape = self._server.model("scheduler", "CreateSchedule").input_shape
        known = [name for name in shape.members if name not in _SET_BY_US]
        check_known(properties, known, place)
        for name in ("ScheduleExpression", "Target", "FlexibleTimeWindow"):
            required(properties, name, place)
        input: dict[str, Any] = converted(
            {name: value for name, value in properties.items() if name not in _DATES}, shape, place
        )
        for name in _DATES:
            if name in properties:
                input[name] = _moment(properties[name], f"{place}/{name}")
        return input

    def _put(self, operation: str, input: dict[str, Any], tags: dict[str, str], attributes: Attributes) -> Attributes:
        description = marked_description(input.get("Description", ""), tags)
        self._server.call("scheduler", operation, **{**input, "Description": description})
        return attributes

    def _release(self, where: dict[str, str]) -> None:
        there = self._server.call("scheduler", "get_schedule", missing=_GONE, **where)
        if there is not None:
            shape = self._server.model("scheduler", "UpdateSchedule").input_shape
            input = {name: value for name, value in there.items() if name in shape.members}
            description = split_description(there.get("Description", ""))[0]
            self._server.call("scheduler", "update_schedule", **{**input, "Description": description})


def _moment(value: Any, place: str) -> datetime:
    try:
        moment: datetime = parse_to_aware_datetime(value)
    except (ValueError, TypeError):
        raise TemplateError(place, "must be a date and time, such as 2026-01-31T08:00:00Z.") from None
    return moment


def _told(schedule: dict[str, Any], description: str | None) -> dict[str, Any]:
    """A schedule as it is compared."""
    told = {name: schedule.get(name, _DEFAULTS.get(name)) for name in _COMPARED}
    told["Description"] = schedule.get("Description", "") if description is None else description
    told |= {name: schedule[name].isoformat() for name in _DATES if name in schedule}
    return {name: value for name, value in told.items() if value}


def _owner_differences(had: dict[str, str], wanted: dict[str, str]) -> list[Difference]:
    return list(differences(had, wanted, "Description"))

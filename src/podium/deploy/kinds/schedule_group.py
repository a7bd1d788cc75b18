"""AWS::Scheduler::ScheduleGroup.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedulegroup.html
"""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar, Final

from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted
from podium.deploy.kinds.tagging import check_owner, release_keys, retag, tag_differences
from podium.deploy.names import own_tags, physical_name, retained
from podium.deploy.properties import check_known, tags_of

_GONE: Final = "ResourceNotFoundException"
_NAME_LONGEST: Final = 64


class ScheduleGroupKind:
    """Groups of schedules: created, deleted with the schedules in them; only their tags change."""

    type: ClassVar[str] = "AWS::Scheduler::ScheduleGroup"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The group against the one of its name."""
        properties, place = wanted.properties, wanted.place
        check_known(properties, ("Name", "Tags"), place)
        named = properties.get("Name")
        name = str(named or physical_name(self._context.stack, wanted.resource.logical_id, _NAME_LONGEST))
        arn = self._server.arn("scheduler", f"schedule-group/{name}")
        attributes = {REF: name, "Arn": arn, "State": "ACTIVE"}
        tags = tags_of(properties, place) | own_tags(self._context.stack, wanted.resource)
        there = self._server.call("scheduler", "get_schedule_group", missing=_GONE, Name=name)
        if there is None:
            return Comparison("create", arn, attributes, partial(self._create, name, tags, attributes))
        check_owner(self._context, there, arn, wanted, self._context.inventory.schedule_groups)
        found = tag_differences(self._context.inventory.schedule_groups[arn], tags)
        perform = partial(self._retag, arn, tags, attributes)
        return Comparison("change" if found else "none", arn, attributes, perform, found)

    def owned(self) -> Iterator[Owned]:
        """The stack's groups."""
        for arn, tags in self._context.inventory.schedule_groups.items():
            name = arn.rpartition("/")[2]
            yield Owned(
                tags.get("podium:logical-id", ""),
                self.type,
                arn,
                retained(tags),
                partial(self._server.call, "scheduler", "delete_schedule_group", missing=_GONE, Name=name),
                partial(self._context.inventory.untag_group, arn, release_keys(tags)),
            )

    def _create(self, name: str, tags: dict[str, str], attributes: Attributes) -> Attributes:
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        self._server.call("scheduler", "create_schedule_group", Name=name, Tags=pairs)
        return attributes

    def _retag(self, arn: str, tags: dict[str, str], attributes: Attributes) -> Attributes:
        inventory = self._context.inventory
        retag(arn, inventory.schedule_groups[arn], tags, inventory.tag_group, inventory.untag_group)
        return attributes

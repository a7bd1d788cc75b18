"""AWS::Events::EventBus.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final

from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted
from podium.deploy.kinds.tagging import check_owner, release_keys, retag, tag_differences
from podium.deploy.names import own_tags, retained
from podium.deploy.properties import check_known, required, tags_of

_GONE: Final = "ResourceNotFoundException"


class EventBusKind:
    """Event buses: created and deleted; only their tags change."""

    type: ClassVar[str] = "AWS::Events::EventBus"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The bus against the one of its name."""
        properties, place = wanted.properties, wanted.place
        check_known(properties, ("Name", "Description", "Tags"), place)
        name = str(required(properties, "Name", place))
        arn = self._server.arn("events", f"event-bus/{name}")
        attributes = {REF: name, "Arn": arn, "Name": name}
        tags = tags_of(properties, place) | own_tags(self._context.stack, wanted.resource)
        there = self._server.call("events", "describe_event_bus", missing=_GONE, Name=name)
        if there is None:
            input = {"Name": name}
            if "Description" in properties:
                input["Description"] = str(properties["Description"])
            return Comparison("create", arn, attributes, partial(self._create, input, tags, attributes))
        check_owner(self._context, there, arn, wanted, self._context.inventory.buses)
        found = tag_differences(self._context.inventory.buses[arn], tags)
        perform = partial(self._retag, arn, tags, attributes)
        return Comparison("change" if found else "none", arn, attributes, perform, found)

    def owned(self) -> Iterator[Owned]:
        """The stack's buses."""
        for arn, tags in self._context.inventory.buses.items():
            name = arn.rpartition("/")[2]
            yield Owned(
                tags.get("podium:logical-id", ""),
                self.type,
                arn,
                retained(tags),
                partial(self._server.call, "events", "delete_event_bus", missing=_GONE, Name=name),
                partial(self._context.inventory.untag_events, arn, release_keys(tags)),
            )

    def _create(self, input: dict[str, Any], tags: dict[str, str], attributes: Attributes) -> Attributes:
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        self._server.call("events", "create_event_bus", Tags=pairs, **input)
        return attributes

    def _retag(self, arn: str, tags: dict[str, str], attributes: Attributes) -> Attributes:
        inventory = self._context.inventory
        retag(arn, inventory.buses[arn], tags, inventory.tag_events, inventory.untag_events)
        return attributes

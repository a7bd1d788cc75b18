"""AWS::Lambda::EventSourceMapping of queues; other sources are left to AWS.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final

from podium.deploy.differences import Difference, differences
from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted, unsettled_differences
from podium.deploy.kinds.function_names import GONE, function_arn
from podium.deploy.kinds.function_parts import owned_parts
from podium.deploy.kinds.tagging import check_parent
from podium.deploy.names import EVENT_SOURCE_TAG, part_value, parts
from podium.deploy.properties import check_known, converted, required
from podium.deploy.server import Unsupported

_DEFAULTS: Final[dict[str, Any]] = {
    "BatchSize": 10,
    "MaximumBatchingWindowInSeconds": 0,
    "FilterCriteria": {},
    "FunctionResponseTypes": [],
    "ScalingConfig": {},
}
_NEW: Final = frozenset({REF, "Id"})
_FIXED: Final = frozenset({"EventSourceArn", "Tags", "StartingPosition", "StartingPositionTimestamp"})
"""What no update takes, or what is nothing to a queue."""


class EventSourceMappingKind:
    """Queues that functions read: made, changed, deleted. The function's tags tell which are the stack's."""

    type: ClassVar[str] = "AWS::Lambda::EventSourceMapping"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The mapping against the one this resource has made."""
        properties, place = wanted.properties, wanted.place
        shape = self._server.model("lambda", "CreateEventSourceMapping").input_shape
        check_known(properties, shape.members, place)
        source = str(required(properties, "EventSourceArn", place))
        if "EventSourceArn" not in wanted.unsettled and ":sqs:" not in source:
            raise Unsupported("CreateEventSourceMapping of anything but a queue")
        function = function_arn(self._server, required(properties, "FunctionName", place))
        check_parent(self._context, function, f"{place}/FunctionName")
        given = {name: value for name, value in properties.items() if name not in _FIXED}
        input = {**_DEFAULTS, "Enabled": True, **converted(given, shape, place)}
        made = parts(self._context.inventory.functions.get(function, {}), EVENT_SOURCE_TAG)
        mine = [uuid for uuid, (logical_id, _) in made.items() if logical_id == wanted.resource.logical_id]
        there = self._server.call("lambda", "get_event_source_mapping", missing=GONE, UUID=mine[-1]) if mine else None
        if there is None:
            perform = partial(self._create, wanted, function, {"EventSourceArn": source, **input})
            return Comparison("create", f"{function} < {source}", {REF: "", "Id": ""}, perform, unsettled=_NEW)
        uuid = there["UUID"]
        found = [
            *differences(there["EventSourceArn"], source, "EventSourceArn"),
            *_differences(there, input),
            *unsettled_differences(wanted, {name: name for name in properties}),
        ]
        perform = partial(self._change, wanted, function, uuid, source, there["EventSourceArn"], input)
        return Comparison("change" if found else "none", uuid, {REF: uuid, "Id": uuid}, perform, found)

    def owned(self) -> Iterator[Owned]:
        """The mappings the stack has made."""
        return owned_parts(self._context, self.type, EVENT_SOURCE_TAG, lambda _, uuid: uuid, self._delete)

    def _create(self, wanted: Wanted, function: str, input: dict[str, Any]) -> Attributes:
        uuid = self._server.call("lambda", "create_event_source_mapping", **input)["UUID"]
        self._context.inventory.tag_function(function, {f"{EVENT_SOURCE_TAG}{uuid}": part_value(wanted.resource)})
        return {REF: uuid, "Id": uuid}

    def _change(
        self, wanted: Wanted, function: str, uuid: str, source: str, was: str, input: dict[str, Any]
    ) -> Attributes:
        if source != was:
            self._delete(function, uuid)
            self._context.inventory.untag_function(function, [f"{EVENT_SOURCE_TAG}{uuid}"])
            return self._create(wanted, function, {"EventSourceArn": source, **input})
        self._server.call("lambda", "update_event_source_mapping", UUID=uuid, **input)
        return {REF: uuid, "Id": uuid}

    def _delete(self, function: str, uuid: str) -> None:
        self._server.call("lambda", "delete_event_source_mapping", missing=GONE, UUID=uuid)


def _differences(there: dict[str, Any], input: dict[str, Any]) -> Iterator[Difference]:
    before: dict[str, Any] = {name: there.get(name, default) for name, default in _DEFAULTS.items()}
    after = {name: input[name] for name in _DEFAULTS}
    before["Enabled"], after["Enabled"] = there["State"] in ("Creating", "Enabling", "Enabled"), input["Enabled"]
    yield from differences(before, after)

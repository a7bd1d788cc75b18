"""AWS::Lambda::EventInvokeConfig: retries and destinations of asynchronous invocations.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final

from podium.deploy.differences import differences
from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted, unsettled_differences
from podium.deploy.kinds.function_names import GONE, function_arn, qualified
from podium.deploy.kinds.function_parts import owned_parts
from podium.deploy.kinds.tagging import check_own_part, check_parent
from podium.deploy.names import EVENT_INVOKE_TAG, part_value
from podium.deploy.properties import check_known, converted, required

_LATEST: Final = "$LATEST"
_SETTINGS: Final = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")


class FunctionEventInvokeKind:
    """Settings of asynchronous invocations: put whole, deleted. The function's tags tell which are the stack's."""

    type: ClassVar[str] = "AWS::Lambda::EventInvokeConfig"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The configuration against the one there is."""
        properties, place = wanted.properties, wanted.place
        check_known(properties, ("FunctionName", "Qualifier", *_SETTINGS), place)
        function = function_arn(self._server, required(properties, "FunctionName", place))
        check_parent(self._context, function, f"{place}/FunctionName")
        # Tags take no dollar sign.
        qualifier = str(required(properties, "Qualifier", place)).replace(_LATEST, "")
        arn, where = qualified(function, qualifier)
        shape = self._server.model("lambda", "PutFunctionEventInvokeConfig").input_shape
        input = converted({name: properties[name] for name in _SETTINGS if name in properties}, shape, place)
        there = self._server.call("lambda", "get_function_event_invoke_config", missing=GONE, **where)
        perform = partial(self._put, wanted, function, qualifier, input)
        if there is None:
            return Comparison("create", _id(arn), {REF: arn}, perform)
        check_own_part(self._context, wanted, function, EVENT_INVOKE_TAG, qualifier, f"the event settings of {arn}")
        found = [
            *differences(_told(there), _told(input)),
            *unsettled_differences(wanted, {name: name for name in _SETTINGS}),
        ]
        return Comparison("change" if found else "none", _id(arn), {REF: arn}, perform, found)

    def owned(self) -> Iterator[Owned]:
        """The configurations the stack has made."""
        return owned_parts(
            self._context,
            self.type,
            EVENT_INVOKE_TAG,
            lambda arn, qualifier: _id(qualified(arn, qualifier)[0]),
            self._delete,
        )

    def _put(self, wanted: Wanted, function: str, qualifier: str, input: dict[str, Any]) -> Attributes:
        arn, where = qualified(function, qualifier)
        self._server.call("lambda", "put_function_event_invoke_config", **where, **input)
        self._context.inventory.tag_function(function, {f"{EVENT_INVOKE_TAG}{qualifier}": part_value(wanted.resource)})
        return {REF: arn}

    def _delete(self, function: str, qualifier: str) -> None:
        _, where = qualified(function, qualifier)
        self._server.call("lambda", "delete_function_event_invoke_config", missing=GONE, **where)


def _id(arn: str) -> str:
    """What tells it from the function it belongs to."""
    return f"{arn}/event-invoke"


def _told(config: dict[str, Any]) -> dict[str, Any]:
    """A configuration as it is compared: a destination that isn't given may be described as an empty one."""
    told = {name: config[name] for name in _SETTINGS if name in config}
    destinations = {name: value for name, value in told.pop("DestinationConfig", {}).items() if value}
    return told | ({"DestinationConfig": destinations} if destinations else {})

"""AWS::Lambda::Url.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final

from podium.deploy.differences import differences
from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted, unsettled_differences
from podium.deploy.kinds.function_names import GONE, function_arn, qualified
from podium.deploy.kinds.function_parts import owned_parts
from podium.deploy.kinds.tagging import check_own_part, check_parent
from podium.deploy.names import URL_TAG, part_value
from podium.deploy.properties import check_known, converted, required

_DEFAULTS: Final[dict[str, Any]] = {"InvokeMode": "BUFFERED", "Cors": {}}
_KNOWN: Final = ("TargetFunctionArn", "Qualifier", "AuthType", "Cors", "InvokeMode")


class FunctionUrlKind:
    """URLs of functions and aliases: created, changed, deleted. The function's tags tell which are the stack's."""

    type: ClassVar[str] = "AWS::Lambda::Url"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The URL against the one there is."""
        properties, place = wanted.properties, wanted.place
        check_known(properties, _KNOWN, place)
        function = function_arn(self._server, required(properties, "TargetFunctionArn", place))
        check_parent(self._context, function, f"{place}/TargetFunctionArn")
        required(properties, "AuthType", place)
        qualifier = str(properties.get("Qualifier", ""))
        arn, where = qualified(function, qualifier)
        shape = self._server.model("lambda", "CreateFunctionUrlConfig").input_shape
        given = {name: properties[name] for name in ("AuthType", "Cors", "InvokeMode") if name in properties}
        input = {**_DEFAULTS, **converted(given, shape, place)}
        there = self._server.call("lambda", "get_function_url_config", missing=GONE, **where)
        perform = partial(self._put, wanted, function, qualifier, input, there is not None)
        if there is None:
            unknown = frozenset({"FunctionUrl"})
            return Comparison("create", _id(arn), {**_attributes(arn), "FunctionUrl": ""}, perform, unsettled=unknown)
        check_own_part(self._context, wanted, function, URL_TAG, qualifier, f"the URL of {arn}")
        before = {name: there.get(name, default) for name, default in {**_DEFAULTS, "AuthType": None}.items()}
        found = [*differences(before, input), *unsettled_differences(wanted, {name: name for name in given})]
        attributes = {**_attributes(arn), "FunctionUrl": there["FunctionUrl"]}
        return Comparison("change" if found else "none", _id(arn), attributes, perform, found)

    def owned(self) -> Iterator[Owned]:
        """The URLs the stack has made."""
        return owned_parts(
            self._context, self.type, URL_TAG, lambda arn, qualifier: _id(qualified(arn, qualifier)[0]), self._delete
        )

    def _put(self, wanted: Wanted, function: str, qualifier: str, input: dict[str, Any], there: bool) -> Attributes:
        arn, where = qualified(function, qualifier)
        operation = "update_function_url_config" if there else "create_function_url_config"
        made = self._server.call("lambda", operation, **where, **input)
        self._context.inventory.tag_function(function, {f"{URL_TAG}{qualifier}": part_value(wanted.resource)})
        return {**_attributes(arn), "FunctionUrl": made["FunctionUrl"]}

    def _delete(self, function: str, qualifier: str) -> None:
        _, where = qualified(function, qualifier)
        self._server.call("lambda", "delete_function_url_config", missing=GONE, **where)


def _id(arn: str) -> str:
    """What tells it from the function it belongs to."""
    return f"{arn}/url"


def _attributes(arn: str) -> Attributes:
    return {REF: arn, "FunctionArn": arn}

"""AWS::Lambda::Alias.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-alias.html
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final

from podium.deploy.differences import differences
from podium.deploy.errors import TemplateError
from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted, unsettled_differences
from podium.deploy.kinds.function_names import GONE, function_arn
from podium.deploy.kinds.function_parts import owned_parts
from podium.deploy.kinds.tagging import check_parent
from podium.deploy.names import ALIAS_TAG, part_value, parts
from podium.deploy.properties import check_known, required

_KNOWN: Final = (
    "FunctionName",
    "Name",
    "FunctionVersion",
    "Description",
    "RoutingConfig",
    "ProvisionedConcurrencyConfig",
)


class FunctionAliasKind:
    """Aliases of functions: created, pointed elsewhere, deleted. The function's tags tell which resource made which."""

    type: ClassVar[str] = "AWS::Lambda::Alias"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The alias against the one of its name."""
        properties, place = wanted.properties, wanted.place
        check_known(properties, _KNOWN, place)
        function = function_arn(self._server, required(properties, "FunctionName", place))
        check_parent(self._context, function, f"{place}/FunctionName")
        name = str(required(properties, "Name", place))
        arn = f"{function}:{name}"
        input = {
            "FunctionVersion": str(required(properties, "FunctionVersion", place)),
            "Description": str(properties.get("Description", "")),
            "RoutingConfig": {"AdditionalVersionWeights": _weights(properties.get("RoutingConfig"), place)},
        }
        notes = ("ProvisionedConcurrencyConfig is left to AWS",) if "ProvisionedConcurrencyConfig" in properties else ()
        there = self._server.call(
            "lambda", "get_alias", missing="ResourceNotFoundException", FunctionName=function, Name=name
        )
        perform = partial(self._put, wanted, function, name, input, there is not None)
        if there is None:
            return Comparison("create", arn, {REF: arn}, perform, notes=notes)
        if name not in parts(self._context.inventory.functions.get(function, {}), ALIAS_TAG):
            raise TemplateError(
                wanted.resource.place, f"{arn} exists already and is not of this stack; name it otherwise."
            )
        before = {
            "FunctionVersion": there["FunctionVersion"],
            "Description": there.get("Description", ""),
            "RoutingConfig": {
                "AdditionalVersionWeights": there.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
            },
        }
        found = [*differences(before, input), *unsettled_differences(wanted, {key: key for key in input})]
        return Comparison("change" if found else "none", arn, {REF: arn}, perform, found, notes=notes)

    def owned(self) -> Iterator[Owned]:
        """The aliases the stack has made."""
        return owned_parts(self._context, self.type, ALIAS_TAG, lambda arn, name: f"{arn}:{name}", self._delete)

    def _put(self, wanted: Wanted, function: str, name: str, input: dict[str, Any], there: bool) -> Attributes:
        operation = "update_alias" if there else "create_alias"
        made = self._server.call("lambda", operation, FunctionName=function, Name=name, **input)
        self._context.inventory.tag_function(function, {f"{ALIAS_TAG}{name}": part_value(wanted.resource)})
        return {REF: made["AliasArn"]}

    def _delete(self, function: str, name: str) -> None:
        self._server.call("lambda", "delete_alias", missing=GONE, FunctionName=function, Name=name)


def _weights(routing: Any, place: str) -> dict[str, float]:
    """CloudFormation's list of versions and weights as the API's mapping."""
    if routing is None:
        return {}
    try:
        return {
            str(item["FunctionVersion"]): float(item["FunctionWeight"]) for item in routing["AdditionalVersionWeights"]
        }
    except (KeyError, TypeError, ValueError):
        raise TemplateError(
            f"{place}/RoutingConfig", "AdditionalVersionWeights is a list of FunctionVersion and FunctionWeight."
        ) from None

"""AWS::Lambda::Version. A version is published once; SAM gives it another logical id when the code changes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html
"""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar, Final

from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted
from podium.deploy.kinds.function_names import GONE, function_arn, probe
from podium.deploy.kinds.function_parts import owned_parts
from podium.deploy.kinds.tagging import check_parent
from podium.deploy.names import VERSION_TAG, part_value, parts
from podium.deploy.properties import check_known, required

_KNOWN: Final = ("FunctionName", "Description", "CodeSha256", "ProvisionedConcurrencyConfig", "RuntimePolicy")


class FunctionVersionKind:
    """Versions of functions: published and deleted. The function's tags tell which resource made which."""

    type: ClassVar[str] = "AWS::Lambda::Version"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """Whether this resource has published its version."""
        properties, place = wanted.properties, wanted.place
        check_known(properties, _KNOWN, place)
        arn = function_arn(self._server, required(properties, "FunctionName", place))
        check_parent(self._context, arn, f"{place}/FunctionName")
        tags = self._context.inventory.functions.get(arn, {})
        made = [
            n for n, (logical_id, _) in parts(tags, VERSION_TAG).items() if logical_id == wanted.resource.logical_id
        ]
        if made:
            attributes = _attributes(arn, made[-1])
            return Comparison("none", f"{arn}:{made[-1]}", attributes, lambda: attributes)
        probe(self._server, "list_versions_by_function", arn)
        foreseen = str(max((int(number) for number in parts(tags, VERSION_TAG)), default=0) + 1)
        return Comparison(
            "create",
            f"{arn}:{foreseen}",
            _attributes(arn, foreseen),
            partial(self._publish, wanted, arn, str(properties.get("Description", ""))),
            unsettled=frozenset({REF, "Version"}),
        )

    def owned(self) -> Iterator[Owned]:
        """The versions the stack has published."""
        return owned_parts(self._context, self.type, VERSION_TAG, lambda arn, number: f"{arn}:{number}", self._delete)

    def _publish(self, wanted: Wanted, arn: str, description: str) -> Attributes:
        made = self._server.call("lambda", "publish_version", FunctionName=arn, Description=description)
        number = made["Version"]
        self._context.inventory.tag_function(arn, {f"{VERSION_TAG}{number}": part_value(wanted.resource)})
        return _attributes(arn, number)

    def _delete(self, function: str, number: str) -> None:
        self._server.call("lambda", "delete_function", missing=GONE, FunctionName=function, Qualifier=number)


def _attributes(arn: str, number: str) -> Attributes:
    return {REF: f"{arn}:{number}", "Version": number, "FunctionArn": f"{arn}:{number}"}

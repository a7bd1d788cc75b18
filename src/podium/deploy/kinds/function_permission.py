"""AWS::Lambda::Permission: a statement of a function's resource policy.

The statement's id is STACK_LOGICALID. Stack names have no underscore, so a policy tells which statements are whose.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html
"""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final

from podium.deploy.differences import Difference, differences
from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted
from podium.deploy.kinds.function_names import function_arn
from podium.deploy.names import ALIAS_TAG, VERSION_TAG, parts
from podium.deploy.properties import check_known, converted, required

_LONGEST: Final = 100


class FunctionPermissionKind:
    """Permissions: added, replaced, removed."""

    type: ClassVar[str] = "AWS::Lambda::Permission"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The statement against the one in the policy."""
        properties, place = wanted.properties, wanted.place
        members = self._server.model("lambda", "AddPermission").input_shape.members
        check_known(properties, members, place)
        input = {key: converted(value, members[key], f"{place}/{key}") for key, value in properties.items()}
        function = function_arn(self._server, required(properties, "FunctionName", place))
        qualifier = input["FunctionName"].removeprefix(function).strip(":") if ":" in input["FunctionName"] else ""
        required(properties, "Action", place)
        required(properties, "Principal", place)
        statement = f"{self._context.stack}_{wanted.resource.logical_id}"[:_LONGEST]
        target = _target(function, qualifier)
        input = {**input, **target, "StatementId": statement}
        there = self._statements(**target).get(statement)
        physical_id = _physical_id(function, qualifier, statement)
        perform = partial(self._put, input, target, statement, there is not None)
        if there is None:
            return Comparison("create", physical_id, {REF: statement}, perform)
        found = list(_differences(there, input))
        return Comparison("change" if found else "none", physical_id, {REF: statement}, perform, found)

    def owned(self) -> Iterator[Owned]:
        """The stack's statements in the policies of its functions, their versions and their aliases."""
        prefix = f"{self._context.stack}_"
        for function, tags in self._context.inventory.functions.items():
            for qualifier in ("", *parts(tags, VERSION_TAG), *parts(tags, ALIAS_TAG)):
                target = _target(function, qualifier)
                for statement in self._statements(**target):
                    if statement.startswith(prefix):
                        remove = partial(self._remove, target, statement)
                        physical_id = _physical_id(function, qualifier, statement)
                        logical_id = statement.removeprefix(prefix)
                        yield Owned(logical_id, self.type, physical_id, False, remove, lambda: None)

    def _statements(self, **target: str) -> dict[str, dict[str, Any]]:
        found = self._server.call("lambda", "get_policy", missing="ResourceNotFoundException", **target)
        policy = json.loads(found["Policy"]) if found else {"Statement": []}
        return {statement["Sid"]: statement for statement in policy["Statement"]}

    def _put(self, input: dict[str, Any], target: dict[str, str], statement: str, there: bool) -> Attributes:
        if there:
            self._remove(target, statement)
        self._server.call("lambda", "add_permission", **input)
        return {REF: statement}

    def _remove(self, target: dict[str, str], statement: str) -> None:
        self._server.call(
            "lambda", "remove_permission", missing="ResourceNotFoundException", StatementId=statement, **target
        )


def _target(function: str, qualifier: str) -> dict[str, str]:
    return {"FunctionName": function, **({"Qualifier": qualifier} if qualifier else {})}


def _physical_id(function: str, qualifier: str, statement: str) -> str:
    return f"{function}/{qualifier or '$LATEST'}/{statement}"


def _differences(there: dict[str, Any], input: dict[str, Any]) -> Iterator[Difference]:
    """How a statement changes; what a policy makes of the input is compared where it shows it plainly."""
    principal = there.get("Principal")
    shown = next(iter(principal.values())) if isinstance(principal, dict) else principal
    condition = there.get("Condition", {})
    before = {
        "Action": there.get("Action"),
        "Principal": shown,
        "SourceArn": next((c["AWS:SourceArn"] for c in condition.values() if "AWS:SourceArn" in c), None),
    }
    after = {"Action": input["Action"], "Principal": input["Principal"], "SourceArn": input.get("SourceArn")}
    return differences(before, after)

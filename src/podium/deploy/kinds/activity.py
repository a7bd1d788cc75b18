"""AWS::StepFunctions::Activity.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-activity.html
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar

from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted
from podium.deploy.kinds.tagging import check_owner, release_keys, retag, tag_differences
from podium.deploy.names import own_tags, retained
from podium.deploy.properties import check_known, converted, required, tags_of


class ActivityKind:
    """Activities: created and deleted; only their tags change."""

    type: ClassVar[str] = "AWS::StepFunctions::Activity"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The activity against the one of its name."""
        properties, place = wanted.properties, wanted.place
        check_known(properties, ("Name", "Tags", "EncryptionConfiguration"), place)
        name = str(required(properties, "Name", place))
        arn = self._server.arn("states", f"activity:{name}")
        attributes = {REF: arn, "Arn": arn, "Name": name}
        tags = tags_of(properties, place) | own_tags(self._context.stack, wanted.resource)
        there = self._server.call("stepfunctions", "describe_activity", missing="ActivityDoesNotExist", activityArn=arn)
        if there is None:
            input: dict[str, Any] = {"name": name}
            if "EncryptionConfiguration" in properties:
                shape = self._server.model("stepfunctions", "CreateActivity").input_shape
                member = shape.members["encryptionConfiguration"]
                given = properties["EncryptionConfiguration"]
                input["encryptionConfiguration"] = converted(given, member, f"{place}/EncryptionConfiguration")
            return Comparison("create", arn, attributes, partial(self._create, input, tags))
        check_owner(self._context, there, arn, wanted, self._context.inventory.activities)
        found = tag_differences(self._context.inventory.activities[arn], tags)
        perform = partial(self._retag, arn, tags, attributes)
        return Comparison("change" if found else "none", arn, attributes, perform, found)

    def owned(self) -> Iterator[Owned]:
        """The stack's activities."""
        for arn, tags in self._context.inventory.activities.items():
            yield Owned(
                tags.get("podium:logical-id", ""),
                self.type,
                arn,
                retained(tags),
                partial(self._server.call, "stepfunctions", "delete_activity", activityArn=arn),
                partial(self._context.inventory.untag_states, arn, release_keys(tags)),
            )

    def _create(self, input: dict[str, Any], tags: dict[str, str]) -> Attributes:
        pairs = [{"key": key, "value": value} for key, value in tags.items()]
        arn = self._server.call("stepfunctions", "create_activity", tags=pairs, **input)["activityArn"]
        return {REF: arn, "Arn": arn, "Name": input["name"]}

    def _retag(self, arn: str, tags: dict[str, str], attributes: Attributes) -> Attributes:
        inventory = self._context.inventory
        retag(arn, inventory.activities[arn], tags, inventory.tag_states, inventory.untag_states)
        return attributes

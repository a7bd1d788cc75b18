"""AWS::StepFunctions::StateMachineVersion.

A version is made once and never changed. It is replaced when its description or the revision it names is another.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachineversion.html
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final

from podium.deploy.differences import Difference, shown
from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted
from podium.deploy.kinds.state_machine import INITIAL
from podium.deploy.kinds.tagging import check_parent
from podium.deploy.names import VERSION_TAG, part_value, parts
from podium.deploy.properties import check_known, required

_KNOWN: Final = ("StateMachineArn", "StateMachineRevisionId", "Description")


class StateMachineVersionKind:
    """Versions: published, replaced, deleted. The machine's tags tell which resource made which."""

    type: ClassVar[str] = "AWS::StepFunctions::StateMachineVersion"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The version this resource made, if it has, against what it should be of."""
        properties, place = wanted.properties, wanted.place
        check_known(properties, _KNOWN, place)
        machine = str(required(properties, "StateMachineArn", place))
        check_parent(self._context, machine, f"{place}/StateMachineArn")
        revision = properties.get("StateMachineRevisionId")
        input: dict[str, Any] = {"stateMachineArn": machine}
        if revision:
            input["revisionId"] = str(revision)
        if "Description" in properties:
            input["description"] = str(properties["Description"])
        publish = partial(self._publish, wanted, input)
        number = self._number(machine, wanted)
        arn = f"{machine}:{number}"
        foreseen = f"{machine}:{number + 1}"
        there = (
            self._server.call(
                "stepfunctions", "describe_state_machine", missing="StateMachineDoesNotExist", stateMachineArn=arn
            )
            if number
            else None
        )
        if there is None:
            return Comparison("create", foreseen, _attributes(foreseen), publish, unsettled=frozenset({REF, "Arn"}))
        found = []
        if "StateMachineRevisionId" in wanted.unsettled:
            found.append(Difference("StateMachineRevisionId", None, "(known once it is deployed)"))
        elif revision and revision != there.get("revisionId", INITIAL):
            found.append(Difference("StateMachineRevisionId", there.get("revisionId", INITIAL), str(revision)))
        if input.get("description", "") != there.get("description", ""):
            found.append(
                Difference("Description", shown(there.get("description", "")), shown(input.get("description", "")))
            )
        if not found:
            return Comparison("none", arn, _attributes(arn), lambda: _attributes(arn))
        return Comparison(
            "change", foreseen, _attributes(foreseen), publish, found, frozenset({REF, "Arn"}), notes=("a new version",)
        )

    def owned(self) -> Iterator[Owned]:
        """The versions the stack has published."""
        for machine, tags in self._context.inventory.machines.items():
            for number, (logical_id, retain) in parts(tags, VERSION_TAG).items():
                arn = f"{machine}:{number}"
                release = partial(self._context.inventory.untag_states, machine, [f"{VERSION_TAG}{number}"])
                yield Owned(logical_id, self.type, arn, retain, partial(self._remove, arn, release), release)

    def _number(self, machine: str, wanted: Wanted) -> int:
        """The newest version this resource has made; 0 if it has made none."""
        tags = self._context.inventory.machines.get(machine, {})
        made = [
            n for n, (logical_id, _) in parts(tags, VERSION_TAG).items() if logical_id == wanted.resource.logical_id
        ]
        return max(map(int, made), default=0)

    def _publish(self, wanted: Wanted, input: dict[str, Any]) -> Attributes:
        made = self._server.call("stepfunctions", "publish_state_machine_version", **input)
        arn = made["stateMachineVersionArn"]
        machine, _, number = arn.rpartition(":")
        self._context.inventory.tag_states(machine, {f"{VERSION_TAG}{number}": part_value(wanted.resource)})
        return _attributes(arn)

    def _remove(self, arn: str, release: Any) -> None:
        self._server.call("stepfunctions", "delete_state_machine_version", stateMachineVersionArn=arn)
        release()


def _attributes(arn: str) -> Attributes:
    return {REF: arn, "Arn": arn}

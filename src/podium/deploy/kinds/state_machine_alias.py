"""AWS::StepFunctions::StateMachineAlias.

With a DeploymentPreference, CloudFormation shifts the traffic step by step while alarms are watched; here the alias
points to the new version at once.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachinealias.html
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final

from podium.deploy.differences import differences
from podium.deploy.errors import TemplateError
from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted, unsettled_differences
from podium.deploy.kinds.tagging import check_parent
from podium.deploy.names import ALIAS_TAG, part_value, parts, physical_name
from podium.deploy.properties import check_known, converted

_NAME_LONGEST: Final = 80
_KNOWN: Final = ("Name", "Description", "RoutingConfiguration", "DeploymentPreference")


class StateMachineAliasKind:
    """Aliases: created, pointed elsewhere, deleted. The machine's tags tell which resource made which."""

    type: ClassVar[str] = "AWS::StepFunctions::StateMachineAlias"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The alias against the one of its name."""
        properties, place = wanted.properties, wanted.place
        check_known(properties, _KNOWN, place)
        routing, notes = self._routing(wanted)
        machine = routing[0]["stateMachineVersionArn"].rpartition(":")[0]
        check_parent(self._context, machine, place)
        named = properties.get("Name")
        name = str(named or physical_name(self._context.stack, wanted.resource.logical_id, _NAME_LONGEST))
        arn = f"{machine}:{name}"
        description = str(properties.get("Description", ""))
        there = self._server.call(
            "stepfunctions", "describe_state_machine_alias", missing="ResourceNotFound", stateMachineAliasArn=arn
        )
        input = {"description": description, "routingConfiguration": routing}
        perform = partial(self._put, wanted, arn, name, input, there is not None)
        if there is None:
            return Comparison("create", arn, _attributes(arn), perform, notes=notes)
        tagged = parts(self._context.inventory.machines.get(machine, {}), ALIAS_TAG).get(name)
        if tagged is None:
            raise TemplateError(
                wanted.resource.place, f"{arn} exists already and is not of this stack; name it otherwise."
            )
        before = {"Description": there.get("description", ""), "Routing": _weights(there["routingConfiguration"])}
        found = [
            *differences(before, {"Description": description, "Routing": _weights(routing)}),
            *unsettled_differences(wanted, {name: name for name in ("RoutingConfiguration", "DeploymentPreference")}),
        ]
        retagged = tagged != (wanted.resource.logical_id, wanted.resource.retain)
        action = "change" if found or retagged else "none"
        return Comparison(action, arn, _attributes(arn), perform, found, notes=notes)  # type: ignore[arg-type]

    def owned(self) -> Iterator[Owned]:
        """The aliases the stack has made."""
        for machine, tags in self._context.inventory.machines.items():
            for name, (logical_id, retain) in parts(tags, ALIAS_TAG).items():
                arn = f"{machine}:{name}"
                release = partial(self._context.inventory.untag_states, machine, [f"{ALIAS_TAG}{name}"])
                yield Owned(logical_id, self.type, arn, retain, partial(self._remove, arn, release), release)

    def _routing(self, wanted: Wanted) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
        """Which versions the alias points to, with their weights; and what to say about it."""
        properties, place = wanted.properties, wanted.place
        preference = properties.get("DeploymentPreference")
        if preference is not None:
            version = preference.get("StateMachineVersionArn") if isinstance(preference, dict) else None
            if not isinstance(version, str):
                raise TemplateError(f"{place}/DeploymentPreference", "StateMachineVersionArn is missing.")
            gradual = preference.get("Type", "ALL_AT_ONCE") != "ALL_AT_ONCE"
            notes = (f"{preference['Type']} is left to AWS: all traffic shifts at once",) if gradual else ()
            return [{"stateMachineVersionArn": version, "weight": 100}], notes
        shape = self._server.model("stepfunctions", "CreateStateMachineAlias").input_shape
        given = properties.get("RoutingConfiguration")
        if not given:
            raise TemplateError(place, "one of RoutingConfiguration and DeploymentPreference must be there.")
        member = shape.members["routingConfiguration"]
        return converted(given, member, f"{place}/RoutingConfiguration"), ()

    def _put(self, wanted: Wanted, arn: str, name: str, input: dict[str, Any], there: bool) -> Attributes:
        if there:
            self._server.call("stepfunctions", "update_state_machine_alias", stateMachineAliasArn=arn, **input)
        else:
            arn = self._server.call("stepfunctions", "create_state_machine_alias", name=name, **input)[
                "stateMachineAliasArn"
            ]
        machine = arn.rpartition(":")[0]
        self._context.inventory.tag_states(machine, {f"{ALIAS_TAG}{name}": part_value(wanted.resource)})
        return _attributes(arn)

    def _remove(self, arn: str, release: Any) -> None:
        self._server.call(
            "stepfunctions", "delete_state_machine_alias", missing="ResourceNotFound", stateMachineAliasArn=arn
        )
        release()


def _weights(routing: list[dict[str, Any]]) -> dict[str, int]:
    """The versions' weights by number, for people to read."""
    return {item["stateMachineVersionArn"].rpartition(":")[2]: item["weight"] for item in routing}


def _attributes(arn: str) -> Attributes:
    return {REF: arn, "Arn": arn}

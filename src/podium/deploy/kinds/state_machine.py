"""AWS::StepFunctions::StateMachine.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, ClassVar, Final

from podium.deploy.definition import PLACES, definition_text
from podium.deploy.differences import Difference, definition_differences, differences, shown
from podium.deploy.errors import TemplateError
from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted, unsettled_differences
from podium.deploy.kinds.tagging import check_owner, release_keys, retag, tag_differences
from podium.deploy.names import own_tags, physical_name, retained
from podium.deploy.properties import check_known, converted, required, tags_of
from podium.deploy.server import Unsupported

_NAME_LONGEST: Final = 80
_DIAGNOSTICS_MAX: Final = 100
_SETTINGS: Final = {
    "LoggingConfiguration": "loggingConfiguration",
    "TracingConfiguration": "tracingConfiguration",
    "EncryptionConfiguration": "encryptionConfiguration",
}
_DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "loggingConfiguration": {"level": "OFF", "includeExecutionData": False, "destinations": []},
    "tracingConfiguration": {"enabled": False},
    "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
}
_KNOWN: Final = (
    *PLACES,
    *_SETTINGS,
    "DefinitionSubstitutions",
    "RoleArn",
    "StateMachineName",
    "StateMachineType",
    "Tags",
)
REVISION: Final = "StateMachineRevisionId"
INITIAL: Final = "INITIAL"
"""The revision id of a state machine that was never updated, which descriptions leave out."""


class StateMachineKind:
    """State machines: created, updated to what differs in meaning, deleted."""

    type: ClassVar[str] = "AWS::StepFunctions::StateMachine"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The machine against the description the server has."""
        properties, place = wanted.properties, wanted.place
        check_known(properties, _KNOWN, place)
        type_ = str(properties.get("StateMachineType", "STANDARD"))
        named = properties.get("StateMachineName")
        logical_id = wanted.resource.logical_id
        name = str(named or physical_name(self._context.stack, logical_id, _NAME_LONGEST, type_))
        arn = self._server.arn("states", f"stateMachine:{name}")
        self._context.inventory.foreseen.add(arn)
        input = self._input(wanted)
        tags = tags_of(properties, place) | own_tags(self._context.stack, wanted.resource)
        problems = partial(self._problems, wanted, input["definition"], type_)
        there = self._server.call(
            "stepfunctions", "describe_state_machine", missing="StateMachineDoesNotExist", stateMachineArn=arn
        )
        if there is None:
            create = partial(self._create, {"name": name, "type": type_, **input}, tags)
            attributes = _attributes(arn, name, INITIAL)
            return Comparison("create", arn, attributes, create, problems=problems)
        check_owner(self._context, there, arn, wanted, self._context.inventory.machines)
        if there["type"] != type_:
            raise TemplateError(
                f"{place}/StateMachineType",
                f"{name} is {there['type']} and can't become {type_}; change StateMachineName too, or leave it out.",
            )
        found = [*_differences(there, input), *_unsettled(wanted)]
        had = self._context.inventory.machines[arn]
        revision_changes = bool(found)
        found += tag_differences(had, tags)
        attributes = _attributes(arn, name, there.get("revisionId", INITIAL))
        perform = partial(self._change, arn, name, input if revision_changes else None, tags)
        return Comparison(
            "change" if found else "none",
            arn,
            attributes,
            perform if found else lambda: attributes,
            found,
            frozenset({REVISION}) if revision_changes else frozenset(),
            problems if revision_changes else list,
        )

    def owned(self) -> Iterator[Owned]:
        """The stack's state machines."""
        for arn, tags in self._context.inventory.machines.items():
            yield Owned(
                tags.get("podium:logical-id", ""),
                self.type,
                arn,
                retained(tags),
                partial(self._server.call, "stepfunctions", "delete_state_machine", stateMachineArn=arn),
                partial(self._context.inventory.untag_states, arn, release_keys(tags)),
            )

    def _input(self, wanted: Wanted) -> dict[str, Any]:
        """What CreateStateMachine and UpdateStateMachine both take."""
        shapes = self._server.model("stepfunctions", "CreateStateMachine").input_shape.members
        properties, place = wanted.properties, wanted.place
        input: dict[str, Any] = {
            "definition": definition_text(properties, self._context.assets, place),
            "roleArn": str(required(properties, "RoleArn", place)),
        }
        for name, member in _SETTINGS.items():
            given = converted(properties.get(name, {}), shapes[member], f"{place}/{name}")
            input[member] = {**_DEFAULTS[member], **given}
        return input

    def _problems(self, wanted: Wanted, definition: str, type_: str) -> list[str]:
        """The validator's errors, one a line."""
        try:
            said = self._server.call(
                "stepfunctions",
                "validate_state_machine_definition",
                definition=definition,
                type=type_,
                severity="ERROR",
                maxResults=_DIAGNOSTICS_MAX,
            )
        except Unsupported:
            return []
        if said["result"] == "OK":
            return []
        return [
            f"{wanted.resource.logical_id}: {found.get('location') or '/'}: {found['message']} [{found['code']}]"
            for found in said["diagnostics"]
        ]

    def _create(self, input: dict[str, Any], tags: dict[str, str]) -> Attributes:
        pairs = [{"key": key, "value": value} for key, value in tags.items()]
        made = self._server.call("stepfunctions", "create_state_machine", tags=pairs, **input)
        arn = made["stateMachineArn"]
        self._context.inventory.machines[arn] = dict(tags)
        return _attributes(arn, input["name"], INITIAL)

    def _change(self, arn: str, name: str, input: dict[str, Any] | None, tags: dict[str, str]) -> Attributes:
        if input is not None:
            self._server.call("stepfunctions", "update_state_machine", stateMachineArn=arn, **input)
        inventory = self._context.inventory
        retag(arn, inventory.machines[arn], tags, inventory.tag_states, inventory.untag_states)
        now = self._server.call("stepfunctions", "describe_state_machine", stateMachineArn=arn)
        return _attributes(arn, name, now.get("revisionId", INITIAL))


def _attributes(arn: str, name: str, revision: str) -> Attributes:
    return {REF: arn, "Arn": arn, "Name": name, REVISION: revision}


def _differences(there: Mapping[str, Any], input: Mapping[str, Any]) -> list[Difference]:
    found = [
        Difference(f"definition {difference.place}", difference.before, difference.after)
        for difference in definition_differences(there["definition"], input["definition"])
    ]
    if there["roleArn"] != input["roleArn"]:
        found.append(Difference("RoleArn", shown(there["roleArn"]), shown(input["roleArn"])))
    for name, member in _SETTINGS.items():
        before = {**_DEFAULTS[member], **there.get(member, {})}
        found += differences(before, input[member], name)
    return found


def _unsettled(wanted: Wanted) -> list[Difference]:
    names = dict.fromkeys((*PLACES, "DefinitionSubstitutions"), "definition")
    return unsettled_differences(wanted, names | {"RoleArn": "RoleArn"} | {name: name for name in _SETTINGS})

"""AWS::Events::Rule: a rule of an event bus with its targets.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
"""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final

from podium.deploy.differences import differences
from podium.deploy.errors import TemplateError
from podium.deploy.kinds.contract import REF, Attributes, Comparison, Context, Owned, Wanted, unsettled_differences
from podium.deploy.kinds.tagging import check_owner, release_keys, tag_changes, tag_differences
from podium.deploy.names import own_tags, physical_name, retained
from podium.deploy.properties import check_known, converted, tags_of

_GONE: Final = "ResourceNotFoundException"
_DEFAULT_BUS: Final = "default"
_NAME_LONGEST: Final = 64
_PLAIN: Final[tuple[str, ...]] = ("Description", "RoleArn", "ScheduleExpression")
_KNOWN: Final = ("Name", "EventBusName", "EventPattern", "State", "Targets", "Tags", *_PLAIN)


class EventRuleKind:
    """Rules: created, changed with their targets, deleted."""

    type: ClassVar[str] = "AWS::Events::Rule"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._server = context.server

    def compare(self, wanted: Wanted) -> Comparison:
        """The rule and its targets against those of its name."""
        properties, place = wanted.properties, wanted.place
        check_known(properties, _KNOWN, place)
        bus = str(properties.get("EventBusName") or _DEFAULT_BUS).rpartition("/")[2]
        named = properties.get("Name")
        name = str(named or physical_name(self._context.stack, wanted.resource.logical_id, _NAME_LONGEST))
        where = {"Name": name, "EventBusName": bus}
        arn = self._server.arn("events", f"rule/{name}" if bus == _DEFAULT_BUS else f"rule/{bus}/{name}")
        attributes = {REF: name if bus == _DEFAULT_BUS else f"{bus}|{name}", "Arn": arn}
        rule = self._rule(properties, place)
        targets = self._targets(properties, place)
        tags = tags_of(properties, place) | own_tags(self._context.stack, wanted.resource)
        there = self._server.call("events", "describe_rule", missing=_GONE, **where)
        if there is None:
            perform = partial(self._put, where, arn, rule, targets, [], tags, attributes)
            return Comparison("create", arn, attributes, perform)
        check_owner(self._context, there, arn, wanted, self._context.inventory.rules)
        before = self._targets_there(where)
        found = [
            *differences(_told(there, before), _told(rule, targets)),
            *tag_differences(self._context.inventory.rules[arn], tags),
            *unsettled_differences(wanted, {name: name for name in ("Targets", "EventPattern")}),
        ]
        gone = [id for id in before if id not in targets]
        perform = partial(self._put, where, arn, rule, targets, gone, tags, attributes)
        return Comparison("change" if found else "none", arn, attributes, perform, found)

    def owned(self) -> Iterator[Owned]:
        """The stack's rules."""
        for arn, tags in self._context.inventory.rules.items():
            yield Owned(
                tags.get("podium:logical-id", ""),
                self.type,
                arn,
                retained(tags),
                partial(self._remove, _where(arn)),
                partial(self._context.inventory.untag_events, arn, release_keys(tags)),
            )

    def _rule(self, properties: dict[str, Any], place: str) -> dict[str, Any]:
        """PutRule's input but for the name."""
        if not properties.get("EventPattern") and not properties.get("ScheduleExpression"):
            raise TemplateError(place, "one of EventPattern and ScheduleExpression must be there.")
        rule: dict[str, Any] = {name: str(properties[name]) for name in _PLAIN if name in properties}
        rule["State"] = str(properties.get("State", "ENABLED"))
        pattern = properties.get("EventPattern")
        if pattern:
            rule["EventPattern"] = pattern if isinstance(pattern, str) else json.dumps(pattern)
        return rule

    def _targets(self, properties: dict[str, Any], place: str) -> dict[str, dict[str, Any]]:
        """The targets by id."""
        shape = self._server.model("events", "PutTargets").input_shape.members["Targets"]
        given = converted(properties.get("Targets", []), shape, f"{place}/Targets")
        for index, target in enumerate(given):
            for member in ("Id", "Arn"):
                if member not in target:
                    raise TemplateError(f"{place}/Targets[{index}]", f"the property {member} is missing.")
        return {target["Id"]: target for target in given}

    def _targets_there(self, where: dict[str, str]) -> dict[str, dict[str, Any]]:
        on_bus = {"Rule": where["Name"], "EventBusName": where["EventBusName"]}
        return {one["Id"]: one for one in self._server.listed("events", "list_targets_by_rule", "Targets", **on_bus)}

    def _put(
        self,
        where: dict[str, str],
        arn: str,
        rule: dict[str, Any],
        targets: dict[str, dict[str, Any]],
        gone: list[str],
        tags: dict[str, str],
        attributes: Attributes,
    ) -> Attributes:
        had = self._context.inventory.rules.get(arn, {})
        added, removed = tag_changes(had, tags)
        on_bus = {"Rule": where["Name"], "EventBusName": where["EventBusName"]}
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        self._server.call("events", "put_rule", **{**where, **rule, **({} if had else {"Tags": pairs})})
        if had and added:
            self._context.inventory.tag_events(arn, added)
        if removed:
            self._context.inventory.untag_events(arn, removed)
        self._context.inventory.rules[arn] = tags
        if targets:
            answer = self._server.call("events", "put_targets", **on_bus, Targets=list(targets.values()))
            _check_entries(answer, arn)
        if gone:
            self._server.call("events", "remove_targets", **on_bus, Ids=gone)
        return attributes

    def _remove(self, where: dict[str, str]) -> None:
        on_bus = {"Rule": where["Name"], "EventBusName": where["EventBusName"]}
        found = self._server.call("events", "list_targets_by_rule", missing=_GONE, **on_bus)
        if found and found["Targets"]:
            self._server.call("events", "remove_targets", **on_bus, Ids=[one["Id"] for one in found["Targets"]])
        self._server.call("events", "delete_rule", missing=_GONE, **where)


def _check_entries(answer: dict[str, Any], arn: str) -> None:
    for entry in answer.get("FailedEntries", []):
        raise TemplateError(arn, f"target {entry.get('TargetId')}: {entry.get('ErrorMessage')}")


def _told(rule: dict[str, Any], targets: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A rule as it is compared: an event pattern by what it says."""
    told: dict[str, Any] = {name: rule[name] for name in (*_PLAIN, "State") if name in rule}
    if rule.get("EventPattern"):
        try:
            told["EventPattern"] = json.loads(rule["EventPattern"])
        except ValueError:
            told["EventPattern"] = rule["EventPattern"]
    return {**told, "Targets": targets}


def _where(arn: str) -> dict[str, str]:
    """The rule's name and bus, from its ARN."""
    *bus, name = arn.partition(":rule/")[2].split("/")
    return {"Name": name, "EventBusName": bus[0] if bus else _DEFAULT_BUS}

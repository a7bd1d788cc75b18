"""One stack's deployment: what it would do, and doing it.

A stack has no record of its own: what it made is known by the tags on it. So a deployment compares each resource of
the template with what the server has, and what the stack has with the template.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from podium.deploy.assets import Assets
from podium.deploy.errors import DeployError, Interrupted, TemplateError
from podium.deploy.intrinsics import NO_VALUE, Evaluator
from podium.deploy.inventory import Inventory
from podium.deploy.kinds import kinds_for
from podium.deploy.kinds.contract import REF, Comparison, Context, Owned, Wanted
from podium.deploy.order import ordered
from podium.deploy.parameters import Parameters
from podium.deploy.plan import Change, Options, Output, Plan, changed, removed, skipped
from podium.deploy.sam import is_sam, translated
from podium.deploy.server import Server, Unsupported
from podium.deploy.sources import StackSource
from podium.deploy.template import Resource, section, template_from
from podium.deploy.values import ResourceValues

_UNLISTED: Final = frozenset({"AWS::CDK::Metadata"})
"""Left to AWS and not worth a line: it tells AWS which constructs an app uses."""


class StackDeployment:
    """Deploys one stack.

    Raises from every method:
        TemplateError: the template is wrong; nothing was changed.
        Refused, Unreachable: the server; nothing was changed.
        Interrupted: from `apply`; what was done before stands, and deploying again goes on from there.
    """

    def __init__(
        self, server: Server, source: StackSource, options: Options, exports: Mapping[str, Any] | None = None
    ) -> None:
        self._options = options
        document = source.document
        parameters = Parameters(section(document, "Parameters"), options.parameters)
        if is_sam(document):
            document = translated(document, parameters.given(), server.region, source.assets)
        self._template = template_from(document)
        inventory = Inventory(server, options.stack)
        self._kinds = kinds_for(Context(server, options.stack, source.assets, inventory))
        pseudo = _pseudo_parameters(server, options.stack)
        self._evaluator = Evaluator(self._template, pseudo, parameters, self._value, exports or {})
        self._resources = {
            logical_id: resource
            for logical_id, resource in self._template.resources.items()
            if resource.condition is None or self._evaluator.holds(resource.condition, resource.place)
        }
        for logical_id in options.skip - set(self._template.resources):
            raise TemplateError("--skip", f"there is no resource {logical_id} in the template.")
        evaluate = self._evaluator.evaluate
        self._values = ResourceValues(server, options.stack, self._resources, options.attributes, evaluate)
        self._order = ordered(self._resources)

    def plan(self) -> Plan:
        """What deploying would do; changes nothing."""
        changes, problems, warnings, live = [], [], [], set()
        for resource in self._order:
            if self._is_left(resource):
                continue
            try:
                comparison = self._compare(resource)
            except Unsupported as error:
                changes.append(skipped(resource, f"the server has no {error.operation}"))
                continue
            warnings += self._warnings(resource)
            self._values.learn(resource.logical_id, comparison.attributes, comparison.unsettled)
            live.add(comparison.physical_id)
            changes.append(changed(resource, comparison))
            problems += comparison.problems()
        removals = self._removals(live, changes)
        changes += [removed(owned, keep=owned.retain or self._options.keep) for owned in removals]
        changes += [
            self._left(resource)
            for resource in self._order
            if self._is_left(resource) and resource.type not in _UNLISTED
        ]
        self.outputs()
        return Plan(changes, problems, warnings, [] if self._options.keep else removals)

    def apply(self, plan: Plan, report: Callable[[Change], None]) -> None:
        """Do what the plan says; each change is reported when it is done."""
        live: set[str] = set()
        done: list[str] = []

        def told(change: Change) -> None:
            done.append(change.logical_id)
            report(change)

        unsupported = {change.logical_id for change in plan.changes if change.action == "skipped"}
        steps = [one for one in self._order if not self._is_left(one) and one.logical_id not in unsupported]
        for number, resource in enumerate(steps):
            try:
                self._step(resource, live, told)
            except DeployError as error:
                following = [one.logical_id for one in steps[number + 1 :]]
                following += [owned.logical_id for owned in plan.removals]
                raise Interrupted(error, resource.logical_id, done, following) from None
        remove(plan.removals, live, report, tuple(done))

    def _step(self, resource: Resource, live: set[str], report: Callable[[Change], None]) -> None:
        """Deploy one resource."""
        try:
            comparison = self._compare(resource)
            attributes = comparison.perform()
        except Unsupported as error:
            report(skipped(resource, f"the server has no {error.operation}"))
            return
        self._values.learn(resource.logical_id, attributes)
        live |= {comparison.physical_id, attributes[REF]}
        if comparison.action != "none":
            report(changed(resource, comparison))

    def outputs(self) -> list[Output]:
        """The template's outputs, as far as they are known now."""
        found = []
        for name, written in self._template.outputs.items():
            place = f"Outputs/{name}"
            if not isinstance(written, dict) or "Value" not in written:
                raise TemplateError(place, "an output is a mapping with a Value.")
            if "Condition" in written and not self._evaluator.holds(written["Condition"], place):
                continue
            self._values.made_up.clear()
            value = self._evaluator.evaluate(written["Value"], f"{place}/Value")
            known = value is not NO_VALUE and not self._values.made_up
            export = written.get("Export", {}).get("Name")
            name_exported = None if export is None else self._evaluator.evaluate(export, f"{place}/Export/Name")
            description = str(written.get("Description", ""))
            found.append(Output(name, value if known else None, description, name_exported))
        return found

    def _value(self, logical_id: str, attribute: str | None, place: str) -> Any:
        return self._values.value(logical_id, attribute, place)

    def _compare(self, resource: Resource) -> Comparison:
        """What there is against the resource with its properties evaluated by what is known now."""
        values, evaluated, unsettled = self._values, {}, set()
        values.made_up.clear()
        for name, written in resource.properties.items():
            values.unsettled_used = False
            value = self._evaluator.evaluate(written, f"{resource.place}/Properties/{name}")
            if value is not NO_VALUE:
                evaluated[name] = value
            if values.unsettled_used:
                unsettled.add(name)
        return self._kinds[resource.type].compare(Wanted(resource, evaluated, frozenset(unsettled)))

    def _is_left(self, resource: Resource) -> bool:
        return resource.type not in self._kinds or resource.logical_id in self._options.skip

    def _left(self, resource: Resource) -> Change:
        if resource.logical_id in self._options.skip:
            return skipped(resource, "as told")
        return Change("left", resource.logical_id, resource.type)

    def _removals(self, live: set[str], changes: list[Change]) -> list[Owned]:
        """What the stack made and the template no longer has, in the order of removal."""
        untouched = {change.logical_id for change in changes if change.action == "skipped"} | self._options.skip
        found = []
        for kind in self._kinds.values():
            try:
                owned = list(kind.owned())
            except Unsupported:
                continue
            found += [item for item in owned if item.physical_id not in live and item.logical_id not in untouched]
        return found

    def _warnings(self, resource: Resource) -> list[str]:
        return [
            f"{resource.logical_id} uses {shown}, which only AWS can know; {value!r} stands for it. "
            f"Give it with --attribute {shown}=VALUE."
            for shown, value in self._values.made_up.items()
        ]


def stack_removals(server: Server, stack: str) -> list[Owned]:
    """Everything a stack has made, in the order of removal."""
    found: list[Owned] = []
    for kind in kinds_for(Context(server, stack, Assets(Path()), Inventory(server, stack))).values():
        try:
            found += kind.owned()
        except Unsupported:
            continue
    return found


def remove(
    removals: list[Owned], live: set[str], report: Callable[[Change], None], before: tuple[str, ...] = ()
) -> None:
    """Remove what a stack has made, but for what is to be retained or is in use after all.

    `before` are the logical ids of what was done until then.

    Raises:
        Interrupted: the server refused a step; what was removed before is gone.
    """
    done = list(before)
    for number, owned in enumerate(removals):
        if owned.physical_id in live:
            continue
        try:
            _give_up(owned)
        except DeployError as error:
            left = [one.logical_id for one in removals[number + 1 :] if one.physical_id not in live]
            raise Interrupted(error, owned.logical_id, done, left) from None
        done.append(owned.logical_id)
        report(removed(owned, keep=owned.retain))


def _give_up(owned: Owned) -> None:
    try:
        (owned.release if owned.retain else owned.remove)()
    except Unsupported as error:
        raise DeployError(f"{owned.physical_id} can't be removed: the server has no {error.operation}.") from None


def _pseudo_parameters(server: Server, stack: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html"""
    return {
        "AWS::AccountId": server.account,
        "AWS::NotificationARNs": [],
        "AWS::Partition": "aws",
        "AWS::Region": server.region,
        "AWS::StackId": server.arn("cloudformation", f"stack/{stack}/podium"),
        "AWS::StackName": stack,
        "AWS::URLSuffix": "amazonaws.com",
    }

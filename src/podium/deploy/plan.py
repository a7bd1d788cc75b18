"""What a deployment would do, resource by resource; and what a person may say about it beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from podium.deploy.differences import Difference
from podium.deploy.kinds.contract import Comparison, Owned
from podium.deploy.template import Resource

Action = Literal["create", "change", "unchanged", "remove", "keep", "left", "skipped"]
"""`keep`: it left the template and stays. `left`: AWS's to make. `skipped`: the server can't, or was told not to."""


@dataclass(frozen=True)
class Options:
    """What a person may say about a deployment."""

    stack: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Values of resources left to AWS: `LogicalId` or `LogicalId.Attribute` -> value."""
    skip: frozenset[str] = frozenset()
    """Logical ids left to AWS."""
    keep: bool = False
    """Whether what left the template stays."""


@dataclass(frozen=True)
class Change:
    """What happens, or happened, to one resource."""

    action: Action
    logical_id: str
    type: str
    physical_id: str = ""
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def acts(self) -> bool:
        return self.action in ("create", "change", "remove")


@dataclass(frozen=True)
class Plan:
    """What a deployment would do. With `problems`, nothing may be done."""

    changes: list[Change]
    problems: list[str]
    warnings: list[str]
    removals: list[Owned]

    @property
    def acts(self) -> bool:
        """Whether there is anything to do."""
        return any(change.acts for change in self.changes) or bool(self.removals)


@dataclass(frozen=True)
class Output:
    """One of the template's outputs. The value is None where only AWS can know it."""

    name: str
    value: Any
    description: str
    export: str | None


def removed(owned: Owned, *, keep: bool) -> Change:
    """What the stack made and the template no longer has."""
    notes = ("DeletionPolicy: it stays, no longer the stack's",) if owned.retain else ()
    return Change("keep" if keep else "remove", owned.logical_id, owned.type, owned.physical_id, notes=notes)


def changed(resource: Resource, comparison: Comparison) -> Change:
    """What a comparison found."""
    action: Action = "unchanged" if comparison.action == "none" else comparison.action
    return Change(
        action,
        resource.logical_id,
        resource.type,
        comparison.physical_id,
        tuple(comparison.differences),
        comparison.notes,
    )


def skipped(resource: Resource, why: str) -> Change:
    """A resource that isn't made, and why."""
    return Change("skipped", resource.logical_id, resource.type, notes=(why,))

"""What a kind of resource must be able to do: compare what is wanted with what there is, make it so, remove it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from podium.deploy.assets import Assets
from podium.deploy.differences import Difference
from podium.deploy.inventory import Inventory
from podium.deploy.server import Server
from podium.deploy.template import Resource

REF = ""
"""The attribute that `Ref` gives."""
Attributes = dict[str, Any]
"""What Ref and Fn::GetAtt give, by attribute."""


@dataclass(frozen=True)
class Context:
    """What every kind works with."""

    server: Server
    stack: str
    assets: Assets
    inventory: Inventory


@dataclass(frozen=True)
class Wanted:
    """A resource with its properties evaluated. `unsettled` are those that name what isn't known before it's made."""

    resource: Resource
    properties: dict[str, Any]
    unsettled: frozenset[str] = frozenset()

    @property
    def place(self) -> str:
        return f"{self.resource.place}/Properties"


@dataclass(frozen=True)
class Comparison:
    """What deploying a resource would do.

    `perform` does it and returns the attributes as they then are; `attributes` are those foreseen, of which
    `unsettled` are only known afterwards. `problems` says why it can't be done, one line each.
    """

    action: Literal["create", "change", "none"]
    physical_id: str
    attributes: Attributes
    perform: Callable[[], Attributes]
    differences: list[Difference] = field(default_factory=list)
    unsettled: frozenset[str] = frozenset()
    problems: Callable[[], list[str]] = list
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Owned:
    """Something on the server that the stack made."""

    logical_id: str
    type: str
    physical_id: str
    retain: bool
    remove: Callable[[], None]
    """Deletes it; what is gone already is no error."""
    release: Callable[[], None]
    """Leaves it, no longer the stack's."""


class Kind(Protocol):
    """One resource type.

    Raises from any method:
        TemplateError: the properties are wrong.
        Refused, Unreachable, Unsupported: the server.
    """

    type: ClassVar[str]

    def __init__(self, context: Context) -> None: ...

    def compare(self, wanted: Wanted) -> Comparison:
        """What there is against what is wanted; changes nothing."""
        ...

    def owned(self) -> Iterable[Owned]:
        """What the stack has made of this type."""
        ...


def unsettled_differences(wanted: Wanted, names: Mapping[str, str]) -> list[Difference]:
    """A difference for each property of `names` (property -> place shown) whose value is not known yet."""
    return [
        Difference(place, None, "(known once it is deployed)")
        for name, place in names.items()
        if name in wanted.unsettled
    ]

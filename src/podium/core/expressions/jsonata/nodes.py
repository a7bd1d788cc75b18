"""The syntax tree: one node class for the parser's output and for the processed tree the compiler reads."""

from dataclasses import dataclass, field
from typing import Any

from podium.core.expressions.jsonata.signature import Signature

#: Stands for "this kind of node has no such child", so that those that have it need no test for None.
_ABSENT: Any = None


@dataclass(slots=True, eq=False)
class Slot:
    """Where a `%` finds its parent: the name the ancestor is bound to, and how many steps up are still to go."""

    label: str
    level: int
    index: int


@dataclass(slots=True, eq=False)
class Stage:
    """A predicate (`filter`) or a position binding (`index`) on a step."""

    kind: str
    position: int
    expression: "Node" = _ABSENT
    name: str = ""


@dataclass(slots=True, eq=False)
class SortTerm:
    """One key of an order-by."""

    descending: bool
    expression: "Node"


@dataclass(slots=True, eq=False)
class Node:
    """A node; which fields it has follows from its `type`."""

    type: str
    value: Any = None
    position: int = 0
    #: The parser's symbol: which binding power and which rules apply.
    id: str = ""
    lhs: "Node" = _ABSENT
    rhs: "Node" = _ABSENT
    expression: "Node" = _ABSENT
    expressions: list["Node"] = field(default_factory=list)
    #: Members of an object constructor or of a group-by.
    pairs: list[tuple["Node", "Node"]] = field(default_factory=list)
    terms: list[SortTerm] = field(default_factory=list)
    #: function, partial, lambda
    procedure: "Node" = _ABSENT
    arguments: list["Node"] = field(default_factory=list)
    body: "Node" = _ABSENT
    signature: Signature | None = None
    tail_call: bool = False
    #: condition
    condition: "Node" = _ABSENT
    then: "Node" = _ABSENT
    otherwise: "Node | None" = None
    #: transform
    pattern: "Node" = _ABSENT
    update: "Node" = _ABSENT
    delete: "Node | None" = None
    #: path and its steps
    steps: list["Node"] = field(default_factory=list)
    stages: list[Stage] | None = None
    predicate: list[Stage] | None = None
    group: "Node | None" = None
    keep_array: bool = False
    keep_singleton_array: bool = False
    cons_array: bool = False
    tuple: bool = False
    focus: str | None = None
    index: str | None = None
    ancestor: Slot | None = None
    slot: Slot = _ABSENT
    seeking_parent: list[Slot] | None = None

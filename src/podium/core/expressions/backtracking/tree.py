"""The tree of a pattern, and how wide what it matches can be."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

Accepts = Callable[[str], bool]
"""Whether a character belongs to a class."""

ENDLESS: Final = 1 << 30
"""How often `*` may repeat, and how wide what it matches may be."""


class Character(Struct, frozen=True, eq=False):
    """One character of a class; a literal is a class of one."""

    accepts: Accepts


class Sequence(Struct, frozen=True, eq=False):
    """One after the other."""

    parts: "tuple[Node, ...]"


class Choice(Struct, frozen=True, eq=False):
    """The first that leads to a match."""

    options: "tuple[Node, ...]"


class Group(Struct, frozen=True, eq=False):
    """A part whose text is kept."""

    body: "Node"
    number: int


class Repeat(Struct, frozen=True, eq=False):
    """A part several times; the groups in it, `first_group` to before `end_group`, begin anew each time."""

    body: "Node"
    minimum: int
    maximum: int
    greedy: bool
    first_group: int
    end_group: int


class Anchor(Struct, frozen=True, eq=False):
    """A place: `^`, `$`, `b` or `B`; in `lines` mode the first two are every line's."""

    kind: str
    lines: bool


class Reference(Struct, frozen=True, eq=False):
    """The text of a group again; a group that took no part is the empty text."""

    number: int
    ignore_case: bool


class Look(Struct, frozen=True, eq=False):
    """What comes next (`ahead`) or came before, without taking it."""

    body: "Node"
    ahead: bool
    wanted: bool


Node = Character | Sequence | Choice | Group | Repeat | Anchor | Reference | Look


def width(node: Node) -> tuple[int, int]:
    """The least and the greatest number of characters a node can match; the latter at most ENDLESS."""
    match node:
        case Character():
            return 1, 1
        case Sequence(parts):
            widths = [width(part) for part in parts]
            return sum(low for low, _ in widths), min(sum(high for _, high in widths), ENDLESS)
        case Choice(options):
            widths = [width(option) for option in options]
            return min(low for low, _ in widths), max(high for _, high in widths)
        case Group(body):
            return width(body)
        case Repeat(body, minimum, maximum):
            low, high = width(body)
            return min(low * minimum, ENDLESS), min(high * maximum, ENDLESS)
        case Reference():
            return 0, ENDLESS
        case Anchor() | Look():
            return 0, 0

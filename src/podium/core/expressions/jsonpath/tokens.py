"""What a parsed path consists of, and how Jayway writes it back in its messages."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct


class Child(Struct, frozen=True):
    """`.name`, `['name']`, `['a','b']`: properties of an object."""

    names: tuple[str, ...]
    quote: str = "'"


class Index(Struct, frozen=True):
    """`[0]`, `[-1]`, `[0,2]`: items of an array."""

    indices: tuple[int, ...]


class Slice(Struct, frozen=True):
    """`[1:3]`, `[1:]`, `[:3]`; at least one end is given. A step is accepted by the parser and has no effect."""

    start: int | None
    stop: int | None


class Wildcard(Struct, frozen=True):
    """`*`, `[*]`: every item of an array, every value of an object."""


class Descendants(Struct, frozen=True):
    """`..`: the next token, at every depth."""


class Filter(Struct, frozen=True):
    """`[?(...)]`: the items of an array, or the object itself, that satisfy a condition."""

    condition: "Condition"


class Call(Struct, frozen=True):
    """`.name(...)`: a function of the value so far. A parameter is a path or a JSON text."""

    name: str
    parameters: tuple["ParsedPath | str", ...] = ()


Token = Child | Index | Slice | Wildcard | Descendants | Filter | Call


class ParsedPath(Struct, frozen=True):
    """A path's tokens after its root, `$` (the document) or `@` (the item a filter looks at)."""

    root: str
    tokens: tuple[Token, ...]


class Comparison(Struct, frozen=True):
    """`left operator right`; an operand is a `ParsedPath` or a literal value (see operators)."""

    operator: str
    left: Any
    right: Any


class Existence(Struct, frozen=True):
    """`@.name` or `!@.name` on its own."""

    path: ParsedPath
    expected: bool


class Logical(Struct, frozen=True):
    """`&&` and `||` over two or more conditions, `!` over one."""

    operator: str
    conditions: tuple["Condition", ...]


Condition = Comparison | Existence | Logical


def is_definite(token: Token, last: bool) -> bool:
    """Whether the token leads to at most one value. Several names are merged into one object when they come last."""
    match token:
        case Child(names):
            return last or len(names) == 1
        case Index(indices):
            return len(indices) == 1
        case Call():
            return True
    return False


def fragment(token: Token) -> str:
    """The token as Jayway writes it in messages."""
    match token:
        case Child(names, quote):
            escaped = (name.replace("\\", "\\\\").replace("'", "\\'") for name in names)
            return "[" + ",".join(f"{quote}{name}{quote}" for name in escaped) + "]"
        case Index(indices):
            return "[" + ",".join(map(str, indices)) + "]"
        case Slice(start, stop):
            return f"[{'' if start is None else start}:{'' if stop is None else stop}]"
        case Wildcard():
            return "[*]"
        case Descendants():
            return ".."
        case Filter():
            return "[?]"
        case Call(name, parameters):
            return f".{name}(...)" if parameters else f".{name}()"


def fragments(tokens: Sequence[Token]) -> str:
    """All the tokens' fragments, joined."""
    return "".join(map(fragment, tokens))

"""The text `States.Name(argument, ...)` to a tree: the grammar of intrinsic function calls and nothing else.

Source: the Amazon States Language's "Intrinsic Functions" and the Step Functions Developer Guide. Arguments are
string literals in single quotes (escapes: backslash before a quote, backslash or brace), numbers, true, false, null,
paths, variable references and nested calls.
"""

import re
from typing import Any, Final

from msgspec import Struct

from podium.core import jsontext
from podium.core.expressions.errors import InvalidExpression

DEPTH_LIMIT: Final = 10

_NAME: Final = re.compile(r"States\.([A-Za-z0-9_]+)\s*\(")
_STRING: Final = re.compile(r"'((?:[^'\\]|\\[\\'{}])*)'")
_ESCAPE: Final = re.compile(r"\\([\\'{}])")
_SCALAR: Final = re.compile(r"true|false|null|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_SPACE: Final = re.compile(r"\s*")
_PATH_PIECE: Final = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[(\[]|[)\]]|,|[^'"()\[\],]+""", re.DOTALL)


class Literal(Struct, frozen=True):
    """A constant argument. `raw` is a string literal's text with its escapes still in it."""

    value: Any
    raw: str | None = None


class PathArgument(Struct, frozen=True):
    """A path or variable reference, as written."""

    text: str


class Call(Struct, frozen=True):
    """A function call; `name` is without `States.`."""

    name: str
    arguments: "tuple[Argument, ...]"


Argument = Literal | PathArgument | Call


def parse(text: str) -> Call:
    """The call a text stands for. White space may follow it, but not precede it.

    Raises:
        InvalidExpression: the text isn't one call, or calls nest deeper than DEPTH_LIMIT.
    """
    call, end = _call(text, 0, 1)
    if end != len(text):
        raise InvalidExpression(f"unexpected '{text[end:]}' after the function call")
    return call


def _call(text: str, start: int, depth: int) -> tuple[Call, int]:
    name = _NAME.match(text, start)
    if name is None:
        raise InvalidExpression(f"expected a function call, such as States.Format(...), at position {start}")
    if depth > DEPTH_LIMIT:
        raise InvalidExpression(f"intrinsic functions are nested deeper than {DEPTH_LIMIT}")
    arguments: list[Argument] = []
    at = _skip(text, name.end())
    if text[at : at + 1] == ")":
        return Call(name[1], ()), _skip(text, at + 1)
    while True:
        argument, at = _argument(text, at, depth)
        arguments.append(argument)
        at = _skip(text, at)
        closing = text[at : at + 1]
        if closing not in (",", ")") or not closing:
            raise InvalidExpression(f"expected ',' or ')' at position {at}")
        at = _skip(text, at + 1)
        if closing == ")":
            return Call(name[1], tuple(arguments)), at


def _argument(text: str, at: int, depth: int) -> tuple[Argument, int]:
    if text.startswith("$", at):
        end = _path_end(text, at)
        return PathArgument(text[at:end].rstrip()), end
    if text.startswith("States.", at):
        return _call(text, at, depth + 1)
    if string := _STRING.match(text, at):
        return Literal(_ESCAPE.sub(r"\1", string[1]), string[1]), string.end()
    if scalar := _SCALAR.match(text, at):
        try:
            return Literal(jsontext.decode(scalar[0])), scalar.end()
        except jsontext.InvalidJson:
            raise InvalidExpression(f"'{scalar[0]}' is not a number") from None
    raise InvalidExpression(
        f"expected a string in single quotes, a number, true, false, null, a path or a function call at position {at}"
    )


def _path_end(text: str, start: int) -> int:
    """Where the path ends: at the comma or parenthesis that is in no bracket, parenthesis or quote of the path."""
    open_brackets = 0
    at = start
    while piece := _PATH_PIECE.match(text, at):
        if piece[0] in "([":
            open_brackets += 1
        elif piece[0] in ")]":
            if open_brackets == 0:
                break
            open_brackets -= 1
        elif piece[0] == "," and open_brackets == 0:
            break
        at = piece.end()
    return at


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at

"""`$string` and `&`: a value as JSON text, with numbers rounded to 15 digits and functions left empty."""

from collections.abc import Callable, Iterator
from itertools import repeat
from json.encoder import encode_basestring
from math import isfinite
from typing import Any, Final

from podium.core.expressions.jsonata.budget import Run
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.numbers import number_text
from podium.core.expressions.jsonata.values import ARRAY_CLASSES, UNDEFINED, Function, OuterWrapper, is_number

#: What writing a number costs that isn't whole: it is rounded first.
_FRACTION_STEPS: Final = 24


def to_text(value: Any, run: Run) -> str:
    """The string a value is cast to; undefined is the caller's to treat.

    Raises:
        JsonataError: D3001, a number is infinite or none; D1001, one inside the value is infinite.
    """
    cls = value.__class__
    if cls is str:
        return str(value)
    if cls is int:
        return number_text(value)
    if cls is float:
        if not isfinite(value):
            raise JsonataError("D3001", value=value)
        run.spend(_FRACTION_STEPS)
        return number_text(value)
    if isinstance(value, Function):
        return ""
    return to_json(value, run)


def to_json(value: Any, run: Run, indent: bool = False) -> str:
    """JSON text as JSON.stringify writes it, indented by two when asked."""
    if value.__class__ is OuterWrapper:
        value = value[0]
    parts: list[str] = []
    _write(value, parts.append, run, "\n" if indent else "")
    size = sum(map(len, parts))
    run.allocate_text(size)
    return "".join(parts)


def _write(value: Any, emit: Callable[[str], None], run: Run, newline: str) -> None:
    """Emit the text piece by piece. A loop, not a recursion: values may nest as deep as memory allows."""
    opened = _open(value, run, newline)
    if opened is None:
        emit(_scalar(value, run))
        return
    outer: list[_Level] = []
    level = opened
    colon = ": " if newline else ":"
    while True:
        for key, member in level.members:
            if key is not None and member is UNDEFINED:
                continue
            emit(level.separator)
            level.separator = level.next_separator
            if key is not None:
                emit(_quote(key))
                emit(colon)
            opened = _open(member, run, level.inner)
            if opened is not None:
                outer.append(level)
                level = opened
                break
            emit(_scalar(member, run))
        else:
            emit(level.closing)
            if not outer:
                return
            level = outer.pop()


class _Level:
    """An object or array that is being written."""

    __slots__ = ("closing", "inner", "members", "next_separator", "separator")

    def __init__(self, members: Iterator[tuple[str | None, Any]], brackets: str, newline: str) -> None:
        self.members = members
        self.inner = newline + "  " if newline else ""
        self.separator = brackets[0] + self.inner
        self.next_separator = "," + self.inner
        self.closing = newline + brackets[1]


def _open(value: Any, run: Run, newline: str) -> _Level | None:
    """The level of an object or array; None for anything else."""
    cls = value.__class__
    if cls is dict:
        members: Iterator[tuple[str | None, Any]] = iter(value.items())
        brackets = "{}"
    elif cls in ARRAY_CLASSES:
        members = zip(repeat(None), value, strict=False)
        brackets = "[]"
    else:
        return None
    run.spend(10 + 5 * len(value))
    run.allocate(100 * len(value) + 300)
    level = _Level(members, brackets, newline)
    if not value:
        level.closing = brackets
    return level


def _scalar(value: Any, run: Run) -> str:
    cls = value.__class__
    if cls is str:
        run.allocate(len(value))
        return _quote(value)
    if cls is int or cls is float:
        run.spend(_FRACTION_STEPS if cls is float else 2)
        return number_text(value) if is_number(value) else "null"
    if cls is bool:
        return "true" if value else "false"
    return "null" if value is None or value is UNDEFINED else '""'


def _quote(text: str) -> str:
    quoted = encode_basestring(text)
    if text.isascii():
        return quoted
    # JSON.stringify escapes halves of surrogate pairs that stand alone.
    return "".join([f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in quoted])

"""`$string` and `&`: a value as JSON text, with numbers rounded to 15 digits and functions left empty."""

from json.encoder import encode_basestring
from math import isfinite
from typing import Any

from podium.core.expressions.jsonata.budget import Run
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.numbers import number_text
from podium.core.expressions.jsonata.values import ARRAY_CLASSES, UNDEFINED, Function, OuterWrapper, is_number


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


def _write(value: Any, emit: Any, run: Run, newline: str) -> None:
    cls = value.__class__
    if cls is str:
        run.allocate(len(value) + 50)
        emit(_quote(value))
    elif cls is int or cls is float:
        emit(number_text(value) if is_number(value) else "null")
    elif value is None:
        emit("null")
    elif cls is bool:
        emit("true" if value else "false")
    elif cls is dict:
        _write_object(value, emit, run, newline)
    elif cls in ARRAY_CLASSES:
        _write_array(value, emit, run, newline)
    elif value is UNDEFINED:
        emit("null")
    else:
        emit('""')


def _write_object(value: dict[str, Any], emit: Any, run: Run, newline: str) -> None:
    run.spend(2 + 3 * len(value))
    run.allocate(100 * len(value))
    if not value:
        emit("{}")
        return
    inner = newline + "  " if newline else ""
    separator = "{" + inner
    colon = ": " if newline else ":"
    for key, member in value.items():
        if member is UNDEFINED:
            continue
        emit(separator)
        emit(_quote(key))
        emit(colon)
        _write(member, emit, run, inner)
        separator = "," + inner
    emit(newline + "}")


def _write_array(value: list[Any], emit: Any, run: Run, newline: str) -> None:
    run.spend(2 + 3 * len(value))
    run.allocate(70 * len(value))
    if not value:
        emit("[]")
        return
    inner = newline + "  " if newline else ""
    separator = "[" + inner
    for item in value:
        emit(separator)
        _write(item, emit, run, inner)
        separator = "," + inner
    emit(newline + "]")


def _quote(text: str) -> str:
    quoted = encode_basestring(text)
    if text.isascii():
        return quoted
    # JSON.stringify escapes halves of surrogate pairs that stand alone.
    return "".join([f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in quoted])

"""Event patterns: which events a rule, or a filter of an event source, lets through. Pure.

Patterns compile once to closures. All of EventBridge's operators:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

import ipaddress
from collections.abc import Callable
from typing import Any, Final

from podium.core import jsontext

Matches = Callable[[Any], bool]
_Test = Callable[[Any], bool]
"""Of one value in the event; `_MISSING` where the field isn't there."""

_MISSING: Final = object()
_NESTING_MAX: Final = 32
_COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    "=": lambda left, right: left == right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


class InvalidPattern(Exception):
    """The pattern cannot be used; the text says why."""


def compile_pattern(text: str) -> Matches:
    """A test for events (JSON values) from a pattern's JSON text.

    Raises:
        InvalidPattern: see there.
    """
    try:
        pattern = jsontext.decode(text)
    except jsontext.InvalidJson:
        raise InvalidPattern("Pattern is not valid JSON") from None
    if not isinstance(pattern, dict) or not pattern:
        raise InvalidPattern("Pattern must be a JSON object with at least one field")
    return _object(pattern, 1)


def _object(pattern: dict[str, Any], depth: int) -> Matches:
    """All fields match; the alternatives of `$or` are objects of their own."""
    if depth > _NESTING_MAX:
        raise InvalidPattern(f"Pattern is nested deeper than {_NESTING_MAX} levels")
    if not pattern:
        raise InvalidPattern("Empty objects are not allowed")
    tests: list[Matches] = []
    for name, wanted in pattern.items():
        if name == "$or" and isinstance(wanted, list):
            tests.append(_alternatives(wanted, depth))
        elif isinstance(wanted, dict):
            tests.append(_nested(name, _object(wanted, depth + 1)))
        elif isinstance(wanted, list):
            tests.append(_field(name, wanted))
        else:
            raise InvalidPattern(f'"{name}" must be an object or an array')
    return lambda event: all(test(event) for test in tests)


def _alternatives(wanted: list[Any], depth: int) -> Matches:
    if len(wanted) < 2 or not all(isinstance(option, dict) for option in wanted):
        raise InvalidPattern("$or must be an array of at least two objects")
    options = [_object(option, depth + 1) for option in wanted]
    return lambda event: any(option(event) for option in options)


def _nested(name: str, inner: Matches) -> Matches:
    def matches(event: Any) -> bool:
        value = event.get(name, _MISSING) if isinstance(event, dict) else _MISSING
        if isinstance(value, list):
            # An array of objects: one of them has to match.
            return any(inner(item) for item in value)
        return inner({} if value is _MISSING else value)

    return matches


def _field(name: str, wanted: list[Any]) -> Matches:
    if not wanted:
        raise InvalidPattern(f'"{name}" must not be an empty array')
    tests = [_test(name, each) for each in wanted]

    def matches(event: Any) -> bool:
        value = event.get(name, _MISSING) if isinstance(event, dict) else _MISSING
        # Of an array, one element has to match; an empty one has none.
        values = value if isinstance(value, list) and value else [_MISSING if value == [] else value]
        return any(test(each) for each in values for test in tests)

    return matches


def _test(name: str, wanted: Any) -> _Test:
    if isinstance(wanted, list):
        raise InvalidPattern(f'"{name}": arrays in arrays are not allowed')
    if not isinstance(wanted, dict):
        return lambda value: _same(value, wanted)
    if len(wanted) != 1:
        raise InvalidPattern(f'"{name}": a match expression has exactly one operator')
    ((operator, operand),) = wanted.items()
    make = _OPERATORS.get(operator)
    if make is None:
        raise InvalidPattern(f"Unrecognized match type {operator}")
    return make(operand)


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool) or value is None or wanted is None:
        return value is wanted
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return value == wanted
    return isinstance(value, str) and isinstance(wanted, str) and value == wanted


def _text_test(operator: str, operand: Any, test: Callable[[str, str], bool]) -> _Test:
    """A test of strings, on its own or with {"equals-ignore-case": text} for its operand."""
    ignoring = isinstance(operand, dict) and list(operand) == ["equals-ignore-case"]
    text = operand["equals-ignore-case"] if ignoring else operand
    if not isinstance(text, str):
        raise InvalidPattern(f"{operator} match pattern must be a string")
    if ignoring:
        folded = text.casefold()
        return lambda value: isinstance(value, str) and test(value.casefold(), folded)
    return lambda value: isinstance(value, str) and test(value, text)


def _prefix(operand: Any) -> _Test:
    return _text_test("prefix", operand, str.startswith)


def _suffix(operand: Any) -> _Test:
    return _text_test("suffix", operand, str.endswith)


def _ignoring_case(operand: Any) -> _Test:
    if not isinstance(operand, str):
        raise InvalidPattern("equals-ignore-case match pattern must be a string")
    folded = operand.casefold()
    return lambda value: isinstance(value, str) and value.casefold() == folded


def _wildcard(operand: Any) -> _Test:
    if not isinstance(operand, str):
        raise InvalidPattern("wildcard match pattern must be a string")
    parts: list[str] = [""]
    position = 0
    while position < len(operand):
        character = operand[position]
        if character == "\\":
            position += 1
            if operand[position : position + 1] not in ("*", "\\"):
                raise InvalidPattern("Invalid escape character in wildcard pattern")
            parts[-1] += operand[position]
        elif character == "*":
            if position and operand[position - 1] == "*" and operand[position - 2 : position - 1] != "\\":
                raise InvalidPattern("Consecutive wildcard characters are not allowed")
            parts.append("")
        else:
            parts[-1] += character
        position += 1
    return lambda value: isinstance(value, str) and _fits(value, parts)


def _fits(value: str, parts: list[str]) -> bool:
    """Whether a text is the parts with anything between them, found from left to right in linear time."""
    if len(parts) == 1:
        return value == parts[0]
    first, *middle, last = parts
    if len(value) < len(first) + len(last) or not value.startswith(first) or not value.endswith(last):
        return False
    position, end = len(first), len(value) - len(last)
    for part in middle:
        found = value.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


def _exists(operand: Any) -> _Test:
    if not isinstance(operand, bool):
        raise InvalidPattern("exists match pattern must be either true or false.")
    return lambda value: (value is not _MISSING) is operand


def _numeric(operand: Any) -> _Test:
    if not isinstance(operand, list) or len(operand) not in (2, 4):
        raise InvalidPattern("numeric match pattern must have one or two comparisons")
    bounds = []
    for operator, number in zip(operand[::2], operand[1::2], strict=True):
        if operator not in _COMPARISONS or isinstance(number, bool) or not isinstance(number, int | float):
            raise InvalidPattern(f"numeric match pattern has an unknown comparison: {operator}")
        bounds.append((_COMPARISONS[operator], number))
    return lambda value: (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and all(compare(value, number) for compare, number in bounds)
    )


def _cidr(operand: Any) -> _Test:
    try:
        network = ipaddress.ip_network(str(operand), strict=False)
    except ValueError:
        raise InvalidPattern(f"Malformed CIDR: {operand}") from None

    def matches(value: Any) -> bool:
        try:
            return isinstance(value, str) and ipaddress.ip_address(value) in network
        except ValueError:
            return False

    return matches


def _anything_but(operand: Any) -> _Test:
    """A field that is there and is none of these: values, or one text operator with one text or several."""
    if isinstance(operand, dict):
        if len(operand) != 1 or next(iter(operand)) not in _TEXT_OPERATORS:
            raise InvalidPattern("anything-but takes prefix, suffix, equals-ignore-case or wildcard")
        ((operator, inner),) = operand.items()
        tests = [_OPERATORS[operator](each) for each in (inner if isinstance(inner, list) else [inner])]
    else:
        wanted = operand if isinstance(operand, list) else [operand]
        if not wanted or not all(isinstance(each, str | int | float | None) for each in wanted):
            raise InvalidPattern("anything-but takes strings and numbers")
        tests = [_test("anything-but", each) for each in wanted]
    return lambda value: value is not _MISSING and not any(test(value) for test in tests)


_TEXT_OPERATORS: Final = frozenset({"prefix", "suffix", "equals-ignore-case", "wildcard"})
_OPERATORS: Final[dict[str, Callable[[Any], _Test]]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _ignoring_case,
    "wildcard": _wildcard,
    "exists": _exists,
    "numeric": _numeric,
    "cidr": _cidr,
    "anything-but": _anything_but,
}

"""Equality and order of values as Jayway has them.

Numbers compare as decimals of what they look like, also with strings; arrays and objects compare strictly (1 is not
1.0), and only with the one on the left read from the document.
"""

from decimal import Decimal
from typing import Any, Final

from podium.core.expressions.jsonpath.java import as_decimal, decimal_text, parse_decimal, utf16_less
from podium.core.expressions.jsonpath.operands import JsonText, is_json, is_number

_NATIVE_NUMBERS: Final = frozenset((int, float))


def compare(left: int | float | Decimal, right: int | float | Decimal) -> int:
    """Negative, zero or positive as left is less than, equal to or greater than right."""
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        left, right = as_decimal(left), as_decimal(right)
    return (left > right) - (left < right)


def strictly_equal(left: Any, right: Any) -> bool:
    """Java's equality of two JSON values: 1 and 1.0 differ, true and 1 differ."""
    pairs = [(left, right)]
    while pairs:
        left, right = pairs.pop()
        if type(left) is not type(right):
            return False
        if isinstance(left, dict):
            if left.keys() != right.keys():
                return False
            pairs.extend((left[name], right[name]) for name in left)
        elif isinstance(left, list):
            if len(left) != len(right):
                return False
            pairs.extend(zip(left, right, strict=True))
        elif left != right:
            return False
    return True


def equals(left: Any, right: Any) -> bool:
    """`left == right`."""
    if type(left) is str and type(right) is str:
        return left == right
    if is_number(left):
        if is_number(right):
            return compare(left, right) == 0
        number = parse_decimal(right) if isinstance(right, str) else None
        return number is not None and compare(left, number) == 0
    if isinstance(left, str):
        return is_number(right) and left == decimal_text(right)
    if isinstance(left, (list, dict)):
        if isinstance(right, JsonText):
            return strictly_equal(left, right.value())
        return isinstance(right, (list, dict)) and strictly_equal(left, right)
    if left is None or isinstance(left, bool):
        return left is right
    # Jayway compares the text of a literal on the left with the value on the right: never equal.
    return False


def _kind(value: Any) -> type:
    if is_number(value):
        return int
    return list if is_json(value) else type(value)


def same_kind_equals(left: Any, right: Any) -> bool:
    """`left === right`."""
    return _kind(left) is _kind(right) and equals(left, right)


def _order(left: Any, right: Any) -> int | None:
    """Negative, zero or positive as left sorts before, with or after right; None if they have no order."""
    if is_number(left):
        if is_number(right):
            return compare(left, right)
        left = decimal_text(left)
    elif not isinstance(left, str):
        return None
    if not isinstance(right, str):
        if not is_number(right):
            return None
        right = decimal_text(right)
    return -1 if utf16_less(left, right) else 0 if left == right else 1


def less(left: Any, right: Any) -> bool:
    """`left < right`; false without an order."""
    if type(left) in _NATIVE_NUMBERS and type(right) in _NATIVE_NUMBERS:
        return bool(left < right)
    order = _order(left, right)
    return order is not None and order < 0


def less_or_equal(left: Any, right: Any) -> bool:
    """`left <= right`; false without an order."""
    if type(left) in _NATIVE_NUMBERS and type(right) in _NATIVE_NUMBERS:
        return bool(left <= right)
    order = _order(left, right)
    return order is not None and order <= 0


def greater(left: Any, right: Any) -> bool:
    """`left > right`; false without an order."""
    if type(left) in _NATIVE_NUMBERS and type(right) in _NATIVE_NUMBERS:
        return bool(left > right)
    order = _order(left, right)
    return order is not None and order > 0


def greater_or_equal(left: Any, right: Any) -> bool:
    """`left >= right`; false without an order."""
    if type(left) in _NATIVE_NUMBERS and type(right) in _NATIVE_NUMBERS:
        return bool(left >= right)
    order = _order(left, right)
    return order is not None and order >= 0

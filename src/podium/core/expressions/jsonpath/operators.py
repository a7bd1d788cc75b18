"""Jayway's relational operators on the values a filter compares.

A value is what JSON gives (None, bool, int, float, str, list, dict), a `Decimal` literal, a `JsonText` or `Pattern`
literal, or `UNDEFINED` for a path that leads nowhere. Numbers compare as decimals of what they look like, also with
strings; arrays and objects compare strictly (1 is not 1.0), and only with the one on the left read from the document.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Protocol

from podium.core.expressions.errors import InvalidExpression
from podium.core.expressions.jsonpath import lenient_json
from podium.core.expressions.jsonpath.errors import EvaluationFailed, EvaluationRejected
from podium.core.expressions.jsonpath.java import as_decimal, decimal_text, parse_decimal, unescape, utf16_less
from podium.core.expressions.jsonpath.patterns import Pattern


class Account(Protocol):
    """The evaluation an operator works for."""

    def members(self, value: Any) -> list[Any] | None:
        """`members`, kept: an array may be compared with every item a filter tests."""

    def charge(self, values: int) -> None:
        """Counts work, a unit being a value looked at; raises EvaluationFailed when it is too much."""


class _Undefined:
    """What a path that leads nowhere stands for; it equals nothing, not even itself."""


UNDEFINED: Final = _Undefined()
_NUMBERS = (int, float, Decimal)
_NATIVE_NUMBERS = frozenset((int, float))


class JsonText:
    """An array or object written in the filter."""

    __slots__ = ("_members", "_value", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._value = lenient_json.parse(text)
        except (lenient_json.Unreadable, InvalidExpression):
            self._value = UNDEFINED
        self._members: list[Any] | None = None

    def value(self) -> Any:
        """The array or object.

        Raises:
            EvaluationFailed: the text is not JSON, which Jayway notices no earlier.
        """
        if self._value is UNDEFINED:
            raise EvaluationFailed(f"Cannot parse {self.text}")
        return self._value

    def __len__(self) -> int:
        return len(self._value) if isinstance(self._value, (list, dict)) else 0

    def members(self) -> list[Any] | None:
        """`members` of the value, worked out once."""
        if self._members is None:
            self._members = members(self.value())
        return self._members


def _is_number(value: Any) -> bool:
    return isinstance(value, _NUMBERS) and value is not True and value is not False


def _is_json(value: Any) -> bool:
    return isinstance(value, (list, dict, JsonText))


def _compare(left: int | float | Decimal, right: int | float | Decimal) -> int:
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
    if _is_number(left):
        if _is_number(right):
            return _compare(left, right) == 0
        number = parse_decimal(right) if isinstance(right, str) else None
        return number is not None and _compare(left, number) == 0
    if isinstance(left, str):
        return _is_number(right) and left == decimal_text(right)
    if isinstance(left, (list, dict)):
        if isinstance(right, JsonText):
            return strictly_equal(left, right.value())
        return isinstance(right, (list, dict)) and strictly_equal(left, right)
    if left is None or isinstance(left, bool):
        return left is right
    # Jayway compares the text of a literal on the left with the value on the right: never equal.
    return False


def _kind(value: Any) -> type:
    if _is_number(value):
        return int
    return list if _is_json(value) else type(value)


def _same_kind_equals(left: Any, right: Any) -> bool:
    return _kind(left) is _kind(right) and equals(left, right)


def _order(left: Any, right: Any) -> int | None:
    """Negative, zero or positive as left sorts before, with or after right; None if they have no order."""
    if _is_number(left):
        if _is_number(right):
            return _compare(left, right)
        left = decimal_text(left)
    elif not isinstance(left, str):
        return None
    if not isinstance(right, str):
        if not _is_number(right):
            return None
        right = decimal_text(right)
    return -1 if utf16_less(left, right) else 0 if left == right else 1


def _less(left: Any, right: Any) -> bool:
    if type(left) in _NATIVE_NUMBERS and type(right) in _NATIVE_NUMBERS:
        return bool(left < right)
    order = _order(left, right)
    return order is not None and order < 0


def _less_or_equal(left: Any, right: Any) -> bool:
    if type(left) in _NATIVE_NUMBERS and type(right) in _NATIVE_NUMBERS:
        return bool(left <= right)
    order = _order(left, right)
    return order is not None and order <= 0


def _greater(left: Any, right: Any) -> bool:
    if type(left) in _NATIVE_NUMBERS and type(right) in _NATIVE_NUMBERS:
        return bool(left > right)
    order = _order(left, right)
    return order is not None and order > 0


def _greater_or_equal(left: Any, right: Any) -> bool:
    if type(left) in _NATIVE_NUMBERS and type(right) in _NATIVE_NUMBERS:
        return bool(left >= right)
    order = _order(left, right)
    return order is not None and order >= 0


def _is_json_text(text: str) -> bool:
    trimmed = text.strip()
    if trimmed[:1] + trimmed[-1:] not in ("[]", "{}") or len(trimmed) < 2:
        return False
    try:
        lenient_json.parse(trimmed)
    except (lenient_json.Unreadable, InvalidExpression):
        return False
    return True


def _member(item: Any) -> Any:
    """An array's item as Jayway compares it: strings that look quoted, like JSON or like a path become that."""
    if isinstance(item, (list, dict)):
        raise EvaluationFailed("Could not determine value type")
    if not isinstance(item, str):
        return item
    if item.lstrip()[:1] in ("$", "@") and _is_path(item.strip()):
        return UNDEFINED
    if _is_json_text(item):
        return JsonText(item)
    if len(item) > 1:
        if item[0] == item[-1] and item[0] in "'\"":
            item = item[1:-1]
        return unescape(item)
    return item


@lru_cache(maxsize=4096)
def _is_path(text: str) -> bool:
    # Here, because the parser needs the operators.
    from podium.core.expressions.jsonpath.parser import parse

    try:
        parse(text)
    except InvalidExpression:
        return False
    return True


def members(value: Any) -> list[Any] | None:
    """The items of an array as the list operators compare them, None for an object.

    Raises:
        EvaluationRejected: the value is neither.
        EvaluationFailed: an item is an array or object, which Jayway cannot compare.
    """
    if isinstance(value, JsonText):
        return value.members()
    if isinstance(value, list):
        return [_member(item) for item in value]
    if isinstance(value, dict):
        return None
    raise EvaluationRejected("Expected value list node")


def _has(items: list[Any], value: Any) -> bool:
    if isinstance(value, JsonText):
        return any(isinstance(item, JsonText) and item.text == value.text for item in items)
    if _is_json(value):
        return False
    return any(equals(value, item) for item in items)


def _in(left: Any, right: Any, account: Account) -> bool:
    items = account.members(right)
    return items is not None and _has(items, left)


def _contains(left: Any, right: Any, account: Account) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return _is_json(left) and _in(right, left, account)


def _subset_of(left: Any, right: Any, account: Account) -> bool:
    allowed = account.members(right)
    items = None if allowed is None else account.members(left)
    return allowed is not None and items is not None and all(_has(allowed, item) for item in items)


def _any_of(left: Any, right: Any, account: Account) -> bool:
    wanted = account.members(right)
    items = None if wanted is None else account.members(left)
    return wanted is not None and items is not None and any(_has(wanted, item) for item in items)


def _none_of(left: Any, right: Any, account: Account) -> bool:
    unwanted = account.members(right)
    items = None if unwanted is None else account.members(left)
    return unwanted is not None and items is not None and not any(_has(unwanted, item) for item in items)


def _size(left: Any, right: Any) -> bool:
    if not _is_number(right):
        return False
    if isinstance(left, str):
        # Java counts UTF-16 code units.
        return _compare(len(left.encode("utf-16-le", "surrogatepass")) // 2, _truncated(right)) == 0
    if not _is_json(left):
        return False
    value = left.value() if isinstance(left, JsonText) else left
    size = len(value) if isinstance(value, list) else -1
    return _compare(size, _truncated(right)) == 0


def _truncated(number: int | float | Decimal) -> int | float | Decimal:
    return int(number) if -(2**31) < number < 2**31 else number


def _empty(left: Any, right: Any) -> bool:
    if isinstance(left, str):
        empty = not left
    elif not _is_json(left):
        return False
    else:
        value = left.value() if isinstance(left, JsonText) else left
        if isinstance(value, dict):
            raise EvaluationFailed("class java.util.LinkedHashMap cannot be cast to class java.util.Collection")
        empty = not value
    return empty is _boolean(right)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise EvaluationRejected("Expected boolean node")
    return value


def _matches(left: Any, right: Any, account: Account) -> bool:
    if isinstance(left, Pattern) == isinstance(right, Pattern):
        return False
    pattern, subject = (left, right) if isinstance(left, Pattern) else (right, left)
    items = account.members(subject) if _is_json(subject) else None
    if items is not None:
        return any(pattern.matches(_subject(item), account) for item in items)
    return bool(pattern.matches(_subject(subject), account))


def _subject(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if _is_number(value):
        return decimal_text(value)
    return value if isinstance(value, str) else ""


def _exists(left: Any, right: Any) -> bool:
    if not isinstance(left, bool) and not isinstance(right, bool):
        raise EvaluationFailed("Failed to evaluate exists expression")
    return _boolean(left) is _boolean(right)


def _unsatisfiable(left: Any, right: Any) -> bool:
    # These want an operand only a Java program can hand over, or, for `all`, one Jayway never makes from a text.
    raise EvaluationRejected("Expected value list node")


LIST_OPERATORS: Final[dict[str, Callable[[Any, Any, Account], bool]]] = {
    "=~": _matches,
    "IN": _in,
    "NIN": lambda left, right, account: not _in(left, right, account),
    "CONTAINS": _contains,
    "SUBSETOF": _subset_of,
    "ANYOF": _any_of,
    "NONEOF": _none_of,
}
OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": equals,
    "!=": lambda left, right: not equals(left, right),
    "===": _same_kind_equals,
    "!==": lambda left, right: not _same_kind_equals(left, right),
    "<": _less,
    "<=": _less_or_equal,
    ">": _greater,
    ">=": _greater_or_equal,
    "SIZE": _size,
    "EMPTY": _empty,
    "EXISTS": _exists,
    "ALL": _unsatisfiable,
    "TYPE": _unsatisfiable,
    "MATCHES": _unsatisfiable,
}

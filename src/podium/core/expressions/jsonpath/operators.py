"""Jayway's relational operators by name, as a filter writes them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from podium.core.expressions.jsonpath import list_operators
from podium.core.expressions.jsonpath.comparisons import (
    compare,
    equals,
    greater,
    greater_or_equal,
    less,
    less_or_equal,
    same_kind_equals,
)
from podium.core.expressions.jsonpath.errors import EvaluationFailed, EvaluationRejected
from podium.core.expressions.jsonpath.operands import Account, JsonText, is_json, is_number


def _size(left: Any, right: Any) -> bool:
    if not is_number(right):
        return False
    if isinstance(left, str):
        # Java counts UTF-16 code units.
        return compare(len(left.encode("utf-16-le", "surrogatepass")) // 2, _truncated(right)) == 0
    if not is_json(left):
        return False
    value = left.value() if isinstance(left, JsonText) else left
    size = len(value) if isinstance(value, list) else -1
    return compare(size, _truncated(right)) == 0


def _truncated(number: int | float | Decimal) -> int | float | Decimal:
    return int(number) if -(2**31) < number < 2**31 else number


def _empty(left: Any, right: Any) -> bool:
    if isinstance(left, str):
        empty = not left
    elif not is_json(left):
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


def _exists(left: Any, right: Any) -> bool:
    if not isinstance(left, bool) and not isinstance(right, bool):
        raise EvaluationFailed("Failed to evaluate exists expression")
    return _boolean(left) is _boolean(right)


def _unsatisfiable(left: Any, right: Any) -> bool:
    # These want an operand only a Java program can hand over, or, for `all`, one Jayway never makes from a text.
    raise EvaluationRejected("Expected value list node")


LIST_OPERATORS: Final[dict[str, Callable[[Any, Any, Account], bool]]] = {
    "=~": list_operators.matches,
    "IN": list_operators.is_in,
    "NIN": lambda left, right, account: not list_operators.is_in(left, right, account),
    "CONTAINS": list_operators.contains,
    "SUBSETOF": list_operators.subset_of,
    "ANYOF": list_operators.any_of,
    "NONEOF": list_operators.none_of,
}
OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": equals,
    "!=": lambda left, right: not equals(left, right),
    "===": same_kind_equals,
    "!==": lambda left, right: not same_kind_equals(left, right),
    "<": less,
    "<=": less_or_equal,
    ">": greater,
    ">=": greater_or_equal,
    "SIZE": _size,
    "EMPTY": _empty,
    "EXISTS": _exists,
    "ALL": _unsatisfiable,
    "TYPE": _unsatisfiable,
    "MATCHES": _unsatisfiable,
}

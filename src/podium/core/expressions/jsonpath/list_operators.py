"""Operators on the items of an array, each as Jayway compares it, and `=~`, which tries a pattern on all of them."""

from functools import lru_cache
from typing import Any

from podium.core.expressions.errors import InvalidExpression
from podium.core.expressions.jsonpath import lenient_json
from podium.core.expressions.jsonpath.comparisons import equals
from podium.core.expressions.jsonpath.errors import EvaluationFailed, EvaluationRejected
from podium.core.expressions.jsonpath.java import decimal_text, unescape
from podium.core.expressions.jsonpath.operands import UNDEFINED, Account, JsonText, is_json, is_number
from podium.core.expressions.jsonpath.patterns import Pattern


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
        if value.kept_members is None:
            value.kept_members = members(value.value())
        return value.kept_members
    if isinstance(value, list):
        return [_member(item) for item in value]
    if isinstance(value, dict):
        return None
    raise EvaluationRejected("Expected value list node")


def _has(items: list[Any], value: Any) -> bool:
    if isinstance(value, JsonText):
        return any(isinstance(item, JsonText) and item.text == value.text for item in items)
    if is_json(value):
        return False
    return any(equals(value, item) for item in items)


def is_in(left: Any, right: Any, account: Account) -> bool:
    """`left in right`."""
    items = account.members(right)
    return items is not None and _has(items, left)


def contains(left: Any, right: Any, account: Account) -> bool:
    """`left contains right`."""
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return is_json(left) and is_in(right, left, account)


def subset_of(left: Any, right: Any, account: Account) -> bool:
    """`left subsetof right`."""
    allowed = account.members(right)
    items = None if allowed is None else account.members(left)
    return allowed is not None and items is not None and all(_has(allowed, item) for item in items)


def any_of(left: Any, right: Any, account: Account) -> bool:
    """`left anyof right`."""
    wanted = account.members(right)
    items = None if wanted is None else account.members(left)
    return wanted is not None and items is not None and any(_has(wanted, item) for item in items)


def none_of(left: Any, right: Any, account: Account) -> bool:
    """`left noneof right`."""
    unwanted = account.members(right)
    items = None if unwanted is None else account.members(left)
    return unwanted is not None and items is not None and not any(_has(unwanted, item) for item in items)


def matches(left: Any, right: Any, account: Account) -> bool:
    """`left =~ right`: a pattern on either side, a text or an array's items on the other."""
    if isinstance(left, Pattern) == isinstance(right, Pattern):
        return False
    pattern, subject = (left, right) if isinstance(left, Pattern) else (right, left)
    items = account.members(subject) if is_json(subject) else None
    if items is not None:
        return any(pattern.matches(_subject(item), account) for item in items)
    return bool(pattern.matches(_subject(subject), account))


def _subject(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return decimal_text(value)
    return value if isinstance(value, str) else ""

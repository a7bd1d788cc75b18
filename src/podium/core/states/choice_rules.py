"""Choice rules of JSONPath mode, compiled: comparison operators, And, Or, Not.

https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html#amazon-states-language-choice-state-rules.
A comparison of values of different types is false, not an error; a path that leads nowhere fails the state,
except for IsPresent.
"""

import operator
from collections.abc import Callable
from typing import Any, Final

from podium.core.expressions.errors import EvaluationError
from podium.core.expressions.scope import Scope
from podium.core.expressions.timestamps import parse_timestamp
from podium.core.expressions.value import ValueNotFound, compile_path
from podium.core.machine.failure import RUNTIME

Rule = Callable[[Any, Scope], bool]
"""(effective input, scope) -> whether the rule holds."""

_Compare = Callable[[Any, Any], bool]
_Read = Callable[[Any, Scope], Any]
_Normal = Callable[[Any], Any]

_ORDERS: Final[dict[str, _Compare]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}


def _string(value: Any) -> Any:
    return value if isinstance(value, str) else None


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _timestamp(value: Any) -> Any:
    return parse_timestamp(value) if isinstance(value, str) else None


def _boolean(value: Any) -> Any:
    return value if isinstance(value, bool) else None


_TYPES: Final[dict[str, _Normal]] = {"String": _string, "Numeric": _number, "Timestamp": _timestamp}

_COMPARISONS: Final[dict[str, tuple[_Normal, _Compare]]] = {
    **{f"{kind}{order}": (normal, compare) for kind, normal in _TYPES.items() for order, compare in _ORDERS.items()},
    "BooleanEquals": (_boolean, operator.eq),
}
"""Operator -> (the value as what the operator compares, None for another type; the comparison)."""

_IS: Final[dict[str, Callable[[Any], bool]]] = {
    "IsNull": lambda value: value is None,
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsNumeric": lambda value: _number(value) is not None,
    "IsString": lambda value: isinstance(value, str),
    "IsTimestamp": lambda value: _timestamp(value) is not None,
}


def compile_rule(rule: dict[str, Any]) -> Rule:
    """Compile one rule of a validated Choice state; `Next` and `Comment` are not its business."""
    if "And" in rule:
        every = [compile_rule(nested) for nested in rule["And"]]
        return lambda document, scope: all(nested(document, scope) for nested in every)
    if "Or" in rule:
        some = [compile_rule(nested) for nested in rule["Or"]]
        return lambda document, scope: any(nested(document, scope) for nested in some)
    if "Not" in rule:
        negated = compile_rule(rule["Not"])
        return lambda document, scope: not negated(document, scope)
    name = next(key for key in rule if key not in ("Variable", "Next", "Comment", "Assign", "Output"))
    return _comparison(rule["Variable"], name, rule[name])


def is_scoped(rule: dict[str, Any]) -> bool:
    """Whether a rule looks at anything but the effective input."""
    nested = rule.get("And") or rule.get("Or") or ([rule["Not"]] if "Not" in rule else [])
    paths = [path for key, path in rule.items() if key == "Variable" or key.endswith("Path")]
    return any(map(is_scoped, nested)) or any(compile_path(path).scoped for path in paths)


def _comparison(variable: str, name: str, operand: Any) -> Rule:
    if name == "IsPresent":
        return _is_present(variable, operand)
    read = _reader(variable)
    if name in _IS:
        holds = _IS[name]
        return lambda document, scope: holds(read(document, scope)) is operand
    if name == "StringMatches":
        matches = compile_pattern(operand)
        return lambda document, scope: isinstance(text := read(document, scope), str) and matches(text)
    if name.endswith("Path"):
        normal, compare = _COMPARISONS[name.removesuffix("Path")]
        other = _reader(operand)

        def against_path(document: Any, scope: Scope) -> bool:
            left, right = normal(read(document, scope)), normal(other(document, scope))
            return left is not None and right is not None and compare(left, right)

        return against_path
    normal, compare = _COMPARISONS[name]
    fixed = normal(operand)

    def against_constant(document: Any, scope: Scope) -> bool:
        left = normal(read(document, scope))
        return left is not None and compare(left, fixed)

    return against_constant


def _is_present(variable: str, wanted: bool) -> Rule:
    evaluate = compile_path(variable).evaluate

    def rule(document: Any, scope: Scope) -> bool:
        try:
            evaluate(document, scope)
        except ValueNotFound:
            return not wanted
        return wanted

    return rule


def _reader(path: str) -> _Read:
    evaluate = compile_path(path).evaluate

    def read(document: Any, scope: Scope) -> Any:
        try:
            return evaluate(document, scope)
        except ValueNotFound:
            raise EvaluationError(
                RUNTIME, f"Invalid path '{path}': The choice state's condition path references an invalid value."
            ) from None

    return read


def compile_pattern(pattern: str) -> Callable[[str], bool]:
    r"""StringMatches: `*` stands for any text, `\\*` for an asterisk, `\\\\` for a backslash.

    Matched piece by piece from the left, so the time is bounded by the text's length times the pattern's.
    """
    pieces = _pieces(pattern)
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return lambda text: text == first
    middle = pieces[1:-1]

    def matches(text: str) -> bool:
        if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
            return False
        position, end = len(first), len(text) - len(last)
        for piece in middle:
            found = text.find(piece, position, end)
            if found < 0:
                return False
            position = found + len(piece)
        return True

    return matches


def _pieces(pattern: str) -> list[str]:
    pieces, piece, escaped = [], "", False
    for character in pattern:
        if escaped:
            piece += character if character in "*\\" else f"\\{character}"
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "*":
            pieces.append(piece)
            piece = ""
        else:
            piece += character
    return [*pieces, piece + ("\\" if escaped else "")]

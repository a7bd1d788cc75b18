"""A filter's condition, compiled to a closure `test(item, scope)`.

Within one evaluation a `$` path inside a filter is followed once, whatever the number of items tested.
"""

from collections.abc import Callable
from typing import Any

from podium.core.expressions.jsonpath.definite import MISSING, chain_length, compile_look
from podium.core.expressions.jsonpath.errors import EvaluationFailed, EvaluationRejected, PathNotFound
from podium.core.expressions.jsonpath.operators import OPERATORS, UNDEFINED
from podium.core.expressions.jsonpath.tokens import Comparison, Condition, Existence, Logical, ParsedPath

Program = Callable[[Any, Any], Any]
Compile = Callable[[ParsedPath, bool], Program]


class Scope:
    """The document a filter runs in, and what its `$` paths were found to be."""

    __slots__ = ("found", "root")

    def __init__(self, root: Any) -> None:
        self.root = root
        self.found: dict[int, Any] = {}


Test = Callable[[Any, Scope], bool]


def compile_condition(condition: Condition, compile_path: Compile, strict: bool) -> Test:
    """The closure of a condition. `strict` (Jayway: REQUIRE_PROPERTIES) holds inside a path tested for existence."""
    match condition:
        case Existence(path, expected):
            return _existence(path, compile_path, expected)
        case Comparison(operator, left, right):
            return _comparison(operator, left, right, compile_path, strict)
        case Logical(operator, conditions):
            return _logical(operator, [compile_condition(part, compile_path, strict) for part in conditions])


def accepts(test: Test, item: Any, scope: Scope) -> bool:
    """Whether an item passes; where the condition makes no sense for the item, it does not."""
    try:
        return test(item, scope)
    except EvaluationFailed:
        raise
    except PathNotFound:
        return False


def _existence(path: ParsedPath, compile_path: Compile, expected: bool) -> Test:
    if chain_length(path.tokens) == len(path.tokens):
        look = compile_look(path.tokens)
        return lambda item, scope: (look(item) is not MISSING) is expected
    program = compile_path(path, True)

    def test(item: Any, scope: Scope) -> bool:
        # Jayway follows even a `$` path from the item here.
        try:
            program(item, scope.root)
        except (EvaluationFailed, EvaluationRejected):
            raise
        except PathNotFound:
            return not expected
        return expected

    return test


def _logical(operator: str, tests: list[Test]) -> Test:
    if operator == "!":
        (negated,) = tests
        return lambda item, scope: not negated(item, scope)
    if operator == "&&":
        return lambda item, scope: all(test(item, scope) for test in tests)
    return lambda item, scope: any(test(item, scope) for test in tests)


def _comparison(operator: str, left: Any, right: Any, compile_path: Compile, strict: bool) -> Test:
    holds = OPERATORS[operator]
    if isinstance(left, ParsedPath):
        left_value = _operand(left, compile_path, strict)
        if isinstance(right, ParsedPath):
            right_value = _operand(right, compile_path, strict)
            return lambda item, scope: holds(left_value(item, scope), right_value(item, scope))
        return lambda item, scope: holds(left_value(item, scope), right)
    if isinstance(right, ParsedPath):
        right_value = _operand(right, compile_path, strict)
        return lambda item, scope: holds(left, right_value(item, scope))
    return lambda item, scope: holds(left, right)


def _operand(path: ParsedPath, compile_path: Compile, strict: bool) -> Callable[[Any, Scope], Any]:
    if path.root == "@" and chain_length(path.tokens) == len(path.tokens):
        look = compile_look(path.tokens)
        return lambda item, scope: UNDEFINED if (value := look(item)) is MISSING else value
    program = compile_path(path, strict)

    def follow(start: Any, root: Any) -> Any:
        try:
            return program(start, root)
        except (EvaluationFailed, EvaluationRejected):
            raise
        except PathNotFound:
            return UNDEFINED

    def of_root(item: Any, scope: Scope) -> Any:
        key = id(program)
        if key not in scope.found:
            scope.found[key] = follow(scope.root, scope.root)
        return scope.found[key]

    return of_root if path.root == "$" else lambda item, scope: follow(item, scope.root)

"""A filter's condition, compiled to a closure `test(item, evaluation)`.

Within one evaluation a `$` path inside a filter is followed once, whatever the number of items tested.
"""

from collections.abc import Callable
from typing import Any

from podium.core.expressions.jsonpath.definite import MISSING, chain_length, compile_look
from podium.core.expressions.jsonpath.errors import EvaluationFailed, EvaluationRejected, PathNotFound
from podium.core.expressions.jsonpath.evaluation import Evaluation
from podium.core.expressions.jsonpath.operands import UNDEFINED
from podium.core.expressions.jsonpath.operators import LIST_OPERATORS, OPERATORS
from podium.core.expressions.jsonpath.tokens import Comparison, Condition, Existence, Logical, ParsedPath

Program = Callable[[Any, Evaluation], Any]
Compile = Callable[[ParsedPath, bool], Program]


Test = Callable[[Any, Evaluation], bool]


def compile_condition(condition: Condition, compile_path: Compile, strict: bool) -> Test:
    """The closure of a condition. `strict` (Jayway: REQUIRE_PROPERTIES) holds inside a path tested for existence."""
    match condition:
        case Existence(path, expected):
            return _existence(path, compile_path, expected)
        case Comparison(operator, left, right):
            return _comparison(operator, left, right, compile_path, strict)
        case Logical(operator, conditions):
            return _logical(operator, [compile_condition(part, compile_path, strict) for part in conditions])


def accepts(test: Test, item: Any, evaluation: Evaluation) -> bool:
    """Whether an item passes; where the condition makes no sense for the item, it does not."""
    try:
        return test(item, evaluation)
    except EvaluationFailed:
        raise
    except PathNotFound:
        return False


def _existence(path: ParsedPath, compile_path: Compile, expected: bool) -> Test:
    if chain_length(path.tokens) == len(path.tokens):
        look = compile_look(path.tokens)
        return lambda item, evaluation: (look(item) is not MISSING) is expected
    program = compile_path(path, True)

    def test(item: Any, evaluation: Evaluation) -> bool:
        # Jayway follows even a `$` path from the item here.
        try:
            program(item, evaluation)
        except (EvaluationFailed, EvaluationRejected):
            raise
        except PathNotFound:
            return not expected
        return expected

    return test


def _logical(operator: str, tests: list[Test]) -> Test:
    if operator == "!":
        (negated,) = tests
        return lambda item, evaluation: not negated(item, evaluation)
    if operator == "&&":
        return lambda item, evaluation: all(test(item, evaluation) for test in tests)
    return lambda item, evaluation: any(test(item, evaluation) for test in tests)


def _comparison(operator: str, left: Any, right: Any, compile_path: Compile, strict: bool) -> Test:
    left_value, right_value = (_operand(operand, compile_path, strict) for operand in (left, right))
    if operator in LIST_OPERATORS:
        relates = LIST_OPERATORS[operator]

        def test(item: Any, evaluation: Evaluation) -> bool:
            left_now, right_now = left_value(item, evaluation), right_value(item, evaluation)
            evaluation.charge_pair(left_now, right_now)
            return relates(left_now, right_now, evaluation)

        return test
    holds = OPERATORS[operator]
    if isinstance(right, ParsedPath):
        return lambda item, evaluation: holds(left_value(item, evaluation), right_value(item, evaluation))
    return lambda item, evaluation: holds(left_value(item, evaluation), right)


def _operand(operand: Any, compile_path: Compile, strict: bool) -> Callable[[Any, Evaluation], Any]:
    if not isinstance(operand, ParsedPath):
        return lambda item, evaluation: operand
    path = operand
    if path.root == "@" and chain_length(path.tokens) == len(path.tokens):
        look = compile_look(path.tokens)
        return lambda item, evaluation: UNDEFINED if (value := look(item)) is MISSING else value
    program = compile_path(path, strict)

    def follow(start: Any, evaluation: Evaluation) -> Any:
        try:
            return program(start, evaluation)
        except (EvaluationFailed, EvaluationRejected):
            raise
        except PathNotFound:
            return UNDEFINED

    def of_root(item: Any, evaluation: Evaluation) -> Any:
        key = id(program)
        if key not in evaluation.found:
            evaluation.found[key] = follow(evaluation.root, evaluation)
        return evaluation.found[key]

    return of_root if path.root == "$" else follow

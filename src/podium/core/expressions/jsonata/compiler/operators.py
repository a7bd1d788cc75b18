"""Operators: arithmetic, comparison, logic, membership, concatenation, ranges, negation, array constructors."""

import operator
from collections.abc import Callable
from math import isfinite
from typing import Any, Final

from podium.core.expressions.jsonata.budget import REFERENCE_BYTES, Frame
from podium.core.expressions.jsonata.compiler.core import Compiler, Evaluator, compiles
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.nodes import Node
from podium.core.expressions.jsonata.numbers import MAX_SAFE, arithmetic, from_double
from podium.core.expressions.jsonata.stringify import to_text
from podium.core.expressions.jsonata.values import (
    ARRAY_CLASSES,
    NUMBER_CLASSES,
    UNDEFINED,
    ConstructedArray,
    Sequence,
    collapse,
    deeply_equal,
    is_number,
    strictly_equal,
    truthy,
)

_ORDERINGS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
#: Estimated bytes of an empty list.
_LIST_BYTES: Final = 120
_EXACT: Final[dict[str, Callable[[Any, Any], Any]]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


@compiles("binary")
def binary(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """Any operator with two operands."""
    left = compiler.compile(node.lhs, depth + 1)
    right = compiler.compile(node.rhs, depth + 1)
    symbol = node.value
    if symbol in ("and", "or"):
        return _logic(symbol, left, right, node.position)
    if symbol in _EXACT:
        return _exact(symbol, left, right, node.position)
    if symbol in _ORDERINGS:
        constant = node.rhs.value if node.rhs.type in ("number", "string") and not node.rhs.predicate else None
        return _ordering(symbol, left, right, constant, node.position)
    if symbol in ("=", "!="):
        return _equality(symbol == "!=", left, right)
    if symbol == "&":
        return _concatenation(left, right, node.position)
    if symbol == "in":
        return _membership(left, right)
    if symbol == "..":
        return _range(left, right, node.position)

    def compute(context: Any, frame: Frame) -> Any:
        a = left(context, frame)
        b = right(context, frame)
        try:
            return _noted(arithmetic(symbol, a, b), frame)
        except JsonataError as error:
            raise _placed(error, node.position, symbol) from None

    return compute


def _placed(error: JsonataError, position: int, token: str) -> JsonataError:
    error.position = position
    error.token = token
    return error


def _noted(result: Any, frame: Frame) -> Any:
    """A result that is no JSON number makes the end of the evaluation look for it."""
    if result.__class__ is float and not isfinite(result):
        frame.run.nested = True
    return result


def _exact(symbol: str, left: Evaluator, right: Evaluator, position: int) -> Evaluator:
    apply = _EXACT[symbol]

    def compute(context: Any, frame: Frame) -> Any:
        a = left(context, frame)
        b = right(context, frame)
        if a.__class__ in NUMBER_CLASSES and b.__class__ in NUMBER_CLASSES:
            try:
                result = apply(a, b)
            except OverflowError:
                result = None  # an integer too large to be a double
            if result.__class__ is int:
                if -MAX_SAFE <= result <= MAX_SAFE:
                    return result
            elif result.__class__ is float and isfinite(result):
                return from_double(result)
        try:
            return _noted(arithmetic(symbol, a, b), frame)
        except JsonataError as error:
            raise _placed(error, position, symbol) from None

    return compute


def _ordering(symbol: str, left: Evaluator, right: Evaluator, constant: Any, position: int) -> Evaluator:
    compare = _ORDERINGS[symbol]

    def order(context: Any, frame: Frame) -> Any:
        a = left(context, frame)
        b = right(context, frame)
        if a.__class__ in NUMBER_CLASSES and b.__class__ in NUMBER_CLASSES:
            return compare(a, b)
        return _compare_any(compare, symbol, a, b, position)

    if constant.__class__ not in NUMBER_CLASSES:
        return order

    def order_constant(context: Any, frame: Frame) -> Any:
        a = left(context, frame)
        if a.__class__ in NUMBER_CLASSES:
            return compare(a, constant)
        return _compare_any(compare, symbol, a, constant, position)

    return order_constant


def _compare_any(compare: Callable[[Any, Any], bool], symbol: str, a: Any, b: Any, position: int) -> Any:
    a_kind, b_kind = _kind(a), _kind(b)
    if not a_kind or not b_kind:
        value = a if a_kind not in ("string", "number") else b
        raise JsonataError("T2010", position=position, token=symbol, value=value)
    if a is UNDEFINED or b is UNDEFINED:
        return UNDEFINED
    if a_kind != b_kind:
        raise JsonataError("T2009", position=position, token=symbol, value=a, value2=b)
    if a_kind == "string" and not (a.isascii() and b.isascii()):
        # JavaScript orders strings by UTF-16 units.
        return compare(a.encode("utf-16-be", "surrogatepass"), b.encode("utf-16-be", "surrogatepass"))
    return compare(a, b)


def _kind(value: Any) -> str:
    """The type of a comparable value, empty for any other."""
    if value.__class__ is str:
        return "string"
    if value.__class__ in NUMBER_CLASSES:
        return "number"
    return "undefined" if value is UNDEFINED else ""


def _equality(negated: bool, left: Evaluator, right: Evaluator) -> Evaluator:
    def equal(context: Any, frame: Frame) -> Any:
        a = left(context, frame)
        b = right(context, frame)
        if a.__class__ is str and b.__class__ is str:
            return (a == b) is not negated
        if a is UNDEFINED or b is UNDEFINED:
            return False
        return deeply_equal(a, b, frame.run) is not negated

    return equal


def _logic(symbol: str, left: Evaluator, right: Evaluator, position: int) -> Evaluator:
    decisive = symbol == "or"

    def decide(context: Any, frame: Frame) -> Any:
        a = left(context, frame)
        try:
            if (a if a.__class__ is bool else truthy(a)) is decisive:
                return decisive
            b = right(context, frame)
            return b if b.__class__ is bool else truthy(b)
        except JsonataError as error:
            # The operator takes the blame for whatever fails on its right.
            raise _placed(error, position, symbol) from None

    return decide


def _membership(left: Evaluator, right: Evaluator) -> Evaluator:
    def contained(context: Any, frame: Frame) -> Any:
        a = left(context, frame)
        b = right(context, frame)
        if a is UNDEFINED or b is UNDEFINED:
            return False
        items = b if b.__class__ in ARRAY_CLASSES else [b]
        frame.run.spend(len(items) // 2)
        if a.__class__ is str:
            return a in items
        return any(strictly_equal(item, a) for item in items)

    return contained


def _concatenation(left: Evaluator, right: Evaluator, position: int) -> Evaluator:
    def concatenate(context: Any, frame: Frame) -> Any:
        a = left(context, frame)
        b = right(context, frame)
        run = frame.run
        try:
            if a.__class__ is not str:
                a = "" if a is UNDEFINED else to_text(a, run)
            if b.__class__ is not str:
                b = "" if b is UNDEFINED else to_text(b, run)
        except JsonataError as error:
            raise _placed(error, position, "&") from None
        run.allocate_text(len(a) + len(b), a.isascii() and b.isascii())
        return a + b

    return concatenate


def _range(left: Evaluator, right: Evaluator, position: int) -> Evaluator:
    def span(context: Any, frame: Frame) -> Any:
        first = _bound(left(context, frame), "T2003", position)
        last = _bound(right(context, frame), "T2004", position)
        if first is UNDEFINED or last is UNDEFINED or first > last:
            return UNDEFINED
        count = last - first + 1
        if count > 10_000_000:
            raise JsonataError("D2014", position=position, token="..", value=count)
        frame.run.allocate_numbers(count)
        return collapse(Sequence(range(first, last + 1)))

    return span


def _bound(value: Any, code: str, position: int) -> Any:
    if value is UNDEFINED or value.__class__ is int:
        return value
    if value.__class__ is float and value.is_integer():
        return int(value)
    raise JsonataError(code, position=position, token="..", value=value)


@compiles("unary")
def unary(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """Negation and the constructors `[...]` and `{...}`."""
    if node.value == "[":
        return _array(compiler, node, depth)
    if node.value == "{":
        return compiler.compile_group(node, depth)
    operand = compiler.compile(node.expression, depth + 1)

    def negate(context: Any, frame: Frame) -> Any:
        value = operand(context, frame)
        if value is UNDEFINED:
            return UNDEFINED
        if is_number(value):
            return -value
        raise JsonataError("D1002", position=node.position, token="-", value=value)

    return negate


def _array(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    parts = [(compiler.compile(item, depth + 1), item.value == "[") for item in node.expressions]
    size = _LIST_BYTES + REFERENCE_BYTES * len(parts)
    constructed = node.cons_array

    def construct(context: Any, frame: Frame) -> Any:
        run = frame.run
        run.memory -= size
        result: list[Any] = []
        if constructed:
            result = ConstructedArray()
            run.nested = True
        for evaluate, whole in parts:
            value = evaluate(context, frame)
            if value is UNDEFINED:
                continue
            if whole or value.__class__ not in ARRAY_CLASSES:
                result.append(value)
            else:
                run.allocate_items(len(result) + len(value)) if len(value) > 64 else run.allocate(8 * len(value))
                result.extend(value)
        return result

    return construct

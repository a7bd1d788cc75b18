"""Predicates `[...]`: by position, by positions computed, by truth."""

from math import floor
from typing import Any, Final

from podium.core.expressions.jsonata.budget import Frame
from podium.core.expressions.jsonata.compiler.core import Compiler, Evaluator, StageFilter, compiles
from podium.core.expressions.jsonata.nodes import Node
from podium.core.expressions.jsonata.numbers import Number
from podium.core.expressions.jsonata.values import (
    ARRAY_CLASSES,
    SCALAR_CLASSES,
    UNDEFINED,
    Sequence,
    TupleStream,
    is_number,
    truthy,
)

#: Operators that answer true, false or undefined, so that their result is never a position.
_LOGICAL: Final = frozenset(["=", "!=", "<", "<=", ">", ">=", "and", "or", "in"])


@compiles("(filter)")
def compile_filter(compiler: Compiler, node: Node, depth: int) -> StageFilter:
    """The filter of a predicate; its result is a sequence that is not collapsed yet, or an array that was picked."""
    if node.type == "number":
        return _by_constant_position(node.value)
    test, weight = compiler.weighed(node, depth + 1)
    if node.type == "binary" and node.value in _LOGICAL and not node.predicate:
        return _by_truth(test, weight)
    return _by_anything(test, weight)


def _items(value: Any) -> list[Any]:
    if value.__class__ in ARRAY_CLASSES:
        return value
    return [value]


def _by_constant_position(position: Number) -> StageFilter:
    index = floor(position)

    def pick(value: Any, frame: Frame) -> Any:
        items = _items(value)
        if not -len(items) <= index < len(items):
            return TupleStream() if value.__class__ is TupleStream else Sequence()
        item = items[index]
        if item.__class__ in ARRAY_CLASSES:
            return item
        if value.__class__ is TupleStream:
            return TupleStream((item,))
        return Sequence() if item is UNDEFINED else Sequence((item,))

    return pick


def _by_truth(test: Evaluator, weight: int) -> StageFilter:
    def keep(value: Any, frame: Frame) -> Any:
        if value.__class__ is TupleStream:
            return _keep_tuples(test, weight, value, frame)
        items = value if value.__class__ in ARRAY_CLASSES else [value]
        frame.run.spend(weight * len(items))
        kept = Sequence([item for item in items if test(item, frame) is True and item is not UNDEFINED])
        if len(kept) > 1:
            frame.run.allocate_items(len(kept))
        return kept

    return keep


def _by_anything(test: Evaluator, weight: int) -> StageFilter:
    def keep(value: Any, frame: Frame) -> Any:
        if value.__class__ is TupleStream:
            return _keep_tuples(test, weight, value, frame)
        items = _items(value)
        count = len(items)
        frame.run.spend(weight * count)
        kept = Sequence()
        for index, item in enumerate(items):
            _keep_if(test(item, frame), item, index, count, kept, frame)
        if value is UNDEFINED:
            return Sequence()  # the predicate is evaluated, as it may fail, but there is nothing to keep
        frame.run.allocate_items(len(kept))
        return kept

    return keep


def _keep_tuples(test: Evaluator, weight: int, stream: TupleStream, frame: Frame) -> TupleStream:
    count = len(stream)
    frame.run.spend((weight + 2) * count)
    kept = TupleStream()
    for index, bindings in enumerate(stream):
        inner = Frame(dict(bindings), frame, frame.run)
        _keep_if(test(bindings["@"], inner), bindings, index, count, kept, frame)
    return kept


def _keep_if(result: Any, item: Any, index: int, count: int, kept: list[Any], frame: Frame) -> None:
    """Keep an item whose predicate is true, or once for every number that is its position."""
    if result is True:
        kept.append(item)
        return
    if result is False or result is UNDEFINED:
        return
    if result.__class__ not in ARRAY_CLASSES:
        if result.__class__ in SCALAR_CLASSES and is_number(result):
            if _position(result, count) == index:
                kept.append(item)
        elif truthy(result):
            kept.append(item)
        return
    frame.run.spend(len(result))
    if all(is_number(position) for position in result):
        times = sum([_position(position, count) == index for position in result])
        frame.run.allocate(8 * times)
        kept.extend([item] * times)
    elif truthy(result):
        kept.append(item)


def _position(number: Number, count: int) -> int:
    index = floor(number)
    return index + count if index < 0 else index

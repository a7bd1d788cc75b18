"""Order-by `^(...)`.

Keys are evaluated once per item. Where the keys of a term are all numbers or all strings Python's own sort is used;
anything else is compared pair by pair, so that an error is raised for exactly the pairs the reference compares.
"""

from collections.abc import Callable
from typing import Any

from podium.core.expressions.jsonata.budget import Frame, Run
from podium.core.expressions.jsonata.compiler.core import Compiler, compiles
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.nodes import Node
from podium.core.expressions.jsonata.ordering import Swaps, merge_sort, text_order
from podium.core.expressions.jsonata.values import NUMBER_CLASSES, UNDEFINED, TupleStream

Sorter = Callable[[list[Any], Frame], list[Any]]


@compiles("sort")
def sort_node(compiler: Compiler, node: Node, depth: int) -> Any:
    """Only ever a step of a path, which compiles it with `compile_sort`."""
    raise JsonataError("S0206", position=node.position, token="sort")


def compile_sort(compiler: Compiler, node: Node, depth: int) -> Sorter:
    """The sort of one order-by, on the items of a step or on a tuple stream."""
    terms = [compiler.weighed(term.expression, depth + 1) for term in node.terms]
    descending = [term.descending for term in node.terms]
    weight = sum(cost for _, cost in terms) + 4
    keys_of = [evaluate for evaluate, _ in terms]
    position = node.position

    def sort(items: list[Any], frame: Frame) -> list[Any]:
        if len(items) <= 1:
            return items
        run = frame.run
        run.spend(10 + len(items) * (weight + 2 * len(items).bit_length()))
        run.allocate_items(len(items) * (2 + len(keys_of)))
        columns: list[list[Any]] = []
        if items.__class__ is TupleStream:
            frames = [Frame(dict(bindings), frame, run) for bindings in items]
            columns.extend([key(b["@"], inner) for b, inner in zip(items, frames, strict=True)] for key in keys_of)
            return TupleStream(_sorted(items, columns, descending, position, run))
        columns.extend([key(item, frame) for item in items] for key in keys_of)
        return _sorted(items, columns, descending, position, run)

    return sort


def _sorted(items: list[Any], columns: list[list[Any]], descending: list[bool], position: int, run: Run) -> list[Any]:
    order = list(range(len(items)))
    if all(_uniform(column) for column in columns):
        for column, reverse in reversed(list(zip(columns, descending, strict=True))):
            _sort_by(order, column, reverse)
    else:
        order = merge_sort(order, _comparator(columns, descending, position), run)
    return [items[index] for index in order]


def _uniform(column: list[Any]) -> bool:
    kinds = set(map(type, column)) - {type(UNDEFINED)}
    return (kinds <= NUMBER_CLASSES and not any(key != key for key in column)) or kinds <= {str}


def _sort_by(order: list[int], column: list[Any], reverse: bool) -> None:
    """Stable sort of positions by one column; undefined comes last either way."""
    text_keys = text_order(column)
    present = [index for index in order if column[index] is not UNDEFINED]
    absent = [index for index in order if column[index] is UNDEFINED]
    present.sort(key=text_keys.__getitem__, reverse=reverse)
    order[:] = present + absent


def _comparator(columns: list[list[Any]], descending: list[bool], position: int) -> Swaps:
    terms = list(zip(columns, descending, strict=True))

    def swaps(left: int, right: int) -> bool:
        for column, reverse in terms:
            order = _compare(column[left], column[right], position)
            if order:
                absent = column[left] is UNDEFINED or column[right] is UNDEFINED
                return (order if absent or not reverse else -order) > 0
        return False

    return swaps


def _compare(left: Any, right: Any, position: int) -> int:
    if left is UNDEFINED:
        return 0 if right is UNDEFINED else 1
    if right is UNDEFINED:
        return -1
    left_kind, right_kind = _kind(left), _kind(right)
    if not left_kind or not right_kind:
        raise JsonataError("T2008", position=position, value=right if left_kind else left)
    if left_kind != right_kind:
        raise JsonataError("T2007", position=position, value=left, value2=right)
    if left == right:
        return 0
    if left_kind == "string":
        left, right = text_order([left, right])
    return -1 if left < right else 1


def _kind(value: Any) -> str:
    if value.__class__ is str:
        return "string"
    return "number" if value.__class__ in NUMBER_CLASSES else ""

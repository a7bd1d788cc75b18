"""Putting values in order: JavaScript's order of strings, and the stable merge sort of the reference implementation."""

from collections.abc import Callable, Generator
from typing import Any

from podium.core.expressions.jsonata.budget import Run

#: Whether the second of a pair belongs before the first.
Swaps = Callable[[Any, Any], bool]


def text_order(values: list[Any]) -> list[Any]:
    """Keys that sort strings by UTF-16 units, as JavaScript does; other values are their own."""
    if all(value.__class__ is not str or value.isascii() for value in values):
        return values
    return [value.encode("utf-16-be", "surrogatepass") if value.__class__ is str else value for value in values]


def merge_sort(items: list[Any], swaps: Swaps, run: Run) -> list[Any]:
    """Stable sort that asks about the pairs the reference asks about, in its order."""
    if len(items) <= 1:
        return items
    middle = len(items) // 2
    left = merge_sort(items[:middle], swaps, run)
    right = merge_sort(items[middle:], swaps, run)
    run.spend(2 * len(items))
    run.allocate_items(len(items))
    return list(_merge(left, right, swaps))


def _merge(left: list[Any], right: list[Any], swaps: Swaps) -> Generator[Any, None, None]:
    i = j = 0
    while i < len(left) and j < len(right):
        if swaps(left[i], right[j]):
            yield right[j]
            j += 1
        else:
            yield left[i]
            i += 1
    yield from left[i:]
    yield from right[j:]

"""Functions that apply a function: `$map`, `$filter`, `$single`, `$reduce`, `$sift`, `$each`."""

from collections.abc import Iterable
from itertools import repeat
from typing import Any

from podium.core.expressions.jsonata.budget import MEMBER_BYTES, OBJECT_BYTES, Run
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.functions.builtin import builtin
from podium.core.expressions.jsonata.values import UNDEFINED, Function, Sequence, truthy


def _results(items: list[Any], function: Function, run: Run) -> Iterable[Any]:
    """What the function makes of each item: called with the item, its index and the whole, as many as it takes."""
    run.spend(len(items))
    arity = function.arity
    if arity <= 1:
        return map(function.repeated(1, len(items), run), items)
    apply = function.repeated(min(arity, 3), len(items), run)
    if arity == 2:
        return map(apply, items, range(len(items)))
    return map(apply, items, range(len(items)), repeat(items))


def _member_results(value: dict[str, Any], function: Function, run: Run) -> Iterable[Any]:
    """What the function makes of each member: called with the value, its key and the whole, as many as it takes."""
    run.spend(len(value))
    arity = function.arity
    apply = function.repeated(max(1, min(arity, 3)), len(value), run)
    members = list(value.values())
    if arity <= 1:
        return map(apply, members)
    if arity == 2:
        return map(apply, members, list(value))
    return map(apply, members, list(value), repeat(value))


@builtin("map", "<af>", arity=2, higher_order=True)
def map_items(run: Run, items: Any, function: Any) -> Any:
    """What the function makes of each item."""
    if items is UNDEFINED:
        return UNDEFINED
    run.allocate_items(len(items))
    return _stored([value for value in _results(items, function, run) if value is not UNDEFINED], run)


def _stored(values: list[Any], run: Run) -> Sequence:
    """The values as a sequence; those that are sequences themselves are noted."""
    if any(isinstance(value, Sequence) for value in values):
        run.nested = True
    return Sequence(values)


@builtin("filter", "<af>", arity=2, higher_order=True)
def filter_items(run: Run, items: Any, function: Any) -> Any:
    """The items for which the function is true."""
    if items is UNDEFINED:
        return UNDEFINED
    run.allocate_items(len(items))
    results = _results(items, function, run)
    return Sequence([item for item, kept in zip(items, results, strict=True) if kept is True or truthy(kept)])


@builtin("single", "<af?>", arity=2, higher_order=True)
def single(run: Run, items: Any, function: Any = UNDEFINED) -> Any:
    """The one item for which the function is true.

    Raises:
        JsonataError: D3138, there are more; D3139, there is none.
    """
    if items is UNDEFINED:
        return UNDEFINED
    results = repeat(True) if function is UNDEFINED else _results(items, function, run)
    found: Any = UNDEFINED
    matched = False
    for index, (item, matches) in enumerate(zip(items, results, strict=False)):
        if truthy(matches):
            if matched:
                raise JsonataError("D3138", index=index)
            found, matched = item, True
    if not matched:
        raise JsonataError("D3139")
    return found


@builtin("reduce", "<afj?:j>", arity=3, higher_order=True)
def reduce_items(run: Run, items: Any, function: Any, initial: Any = UNDEFINED) -> Any:
    """The items folded from the left.

    Raises:
        JsonataError: D3050, the function takes fewer than two arguments.
    """
    if items is UNDEFINED:
        return UNDEFINED
    arity = function.arity
    if arity < 2:
        raise JsonataError("D3050")
    run.spend(2 * len(items))
    count = min(arity, 4)
    apply = function.repeated(count, len(items), run)
    start = 0
    result = initial
    if initial is UNDEFINED and items:
        result = items[0]
        start = 1
    for index in range(start, len(items)):
        result = apply(result, items[index]) if count == 2 else apply(*(result, items[index], index, items)[:count])
    return result


@builtin("sift", "<o-f?:o>", arity=2, higher_order=True)
def sift(run: Run, value: Any, function: Any = UNDEFINED) -> Any:
    """The members for which the function is true; undefined when there are none."""
    if value is UNDEFINED:
        return UNDEFINED
    if function is UNDEFINED:
        raise JsonataError("T1006")
    run.allocate(OBJECT_BYTES + MEMBER_BYTES * len(value))
    results = _member_results(value, function, run)
    return {
        key: member for (key, member), kept in zip(value.items(), results, strict=True) if truthy(kept)
    } or UNDEFINED


@builtin("each", "<o-f:a>", arity=2, higher_order=True)
def each(run: Run, value: Any, function: Any) -> Any:
    """What the function makes of each member."""
    if value is UNDEFINED:
        return UNDEFINED
    run.allocate_items(len(value))
    results = _member_results(value, function, run)
    return _stored([result for result in results if result is not UNDEFINED], run)

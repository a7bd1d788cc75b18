"""Functions that apply a function: `$map`, `$filter`, `$single`, `$reduce`, `$sift`, `$each`."""

from typing import Any

from podium.core.expressions.jsonata.budget import MEMBER_BYTES, OBJECT_BYTES, Run
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.functions.builtin import builtin
from podium.core.expressions.jsonata.values import UNDEFINED, Function, Sequence, truthy


def _apply(function: Function, arity: int, value: Any, where: Any, whole: Any, run: Run) -> Any:
    """Call with as many of value, index or key, and the whole as the function takes."""
    run.steps -= 3
    if arity <= 1:
        return function.call([value], None, run)
    if arity == 2:
        return function.call([value, where], None, run)
    return function.call([value, where, whole], None, run)


@builtin("map", "<af>", arity=2, higher_order=True)
def map_items(run: Run, items: Any, function: Any) -> Any:
    """What the function makes of each item."""
    if items is UNDEFINED:
        return UNDEFINED
    run.spend(len(items))
    run.allocate_items(len(items))
    arity = function.arity
    results = Sequence()
    for index, item in enumerate(items):
        value = _apply(function, arity, item, index, items, run)
        if value is not UNDEFINED:
            results.append(value)
            if isinstance(value, Sequence):
                run.nested = True
    return results


@builtin("filter", "<af>", arity=2, higher_order=True)
def filter_items(run: Run, items: Any, function: Any) -> Any:
    """The items for which the function is true."""
    if items is UNDEFINED:
        return UNDEFINED
    run.spend(len(items))
    run.allocate_items(len(items))
    arity = function.arity
    return Sequence(
        [item for index, item in enumerate(items) if truthy(_apply(function, arity, item, index, items, run))]
    )


@builtin("single", "<af?>", arity=2, higher_order=True)
def single(run: Run, items: Any, function: Any = UNDEFINED) -> Any:
    """The one item for which the function is true.

    Raises:
        JsonataError: D3138, there are more; D3139, there is none.
    """
    if items is UNDEFINED:
        return UNDEFINED
    run.spend(len(items))
    found: Any = UNDEFINED
    matched = False
    for index, item in enumerate(items):
        if function is UNDEFINED or truthy(_apply(function, function.arity, item, index, items, run)):
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
    run.spend(4 * len(items))
    start = 0
    result = initial
    if initial is UNDEFINED and items:
        result = items[0]
        start = 1
    for index in range(start, len(items)):
        arguments = [result, items[index], index, items][: min(arity, 4)]
        result = function.call(arguments, None, run)
    return result


@builtin("sift", "<o-f?:o>", arity=2, higher_order=True)
def sift(run: Run, value: Any, function: Any = UNDEFINED) -> Any:
    """The members for which the function is true; undefined when there are none."""
    if value is UNDEFINED:
        return UNDEFINED
    if function is UNDEFINED:
        raise JsonataError("T1006")
    run.spend(len(value))
    run.allocate(OBJECT_BYTES + MEMBER_BYTES * len(value))
    arity = function.arity
    kept = {key: member for key, member in value.items() if truthy(_apply(function, arity, member, key, value, run))}
    return kept or UNDEFINED


@builtin("each", "<o-f:a>", arity=2, higher_order=True)
def each(run: Run, value: Any, function: Any) -> Any:
    """What the function makes of each member."""
    results = Sequence()
    if value is UNDEFINED:
        return results
    run.spend(len(value))
    run.allocate_items(len(value))
    arity = function.arity
    for key, member in value.items():
        result = _apply(function, arity, member, key, value, run)
        if result is not UNDEFINED:
            results.append(result)
            if isinstance(result, Sequence):
                run.nested = True
    return results

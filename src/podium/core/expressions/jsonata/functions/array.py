"""Functions on arrays: `$append`, `$reverse`, `$shuffle`, `$distinct`, `$zip`, `$sort`."""

from math import floor
from typing import Any

from podium.core.expressions.jsonata.budget import Run
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.functions.builtin import builtin
from podium.core.expressions.jsonata.ordering import merge_sort, text_order
from podium.core.expressions.jsonata.values import (
    ARRAY_CLASSES,
    NUMBER_CLASSES,
    SCALAR_CLASSES,
    UNDEFINED,
    Sequence,
    deeply_equal,
    truthy,
)


@builtin("append", "<xx:a>", arity=2)
def append(run: Run, first: Any, second: Any) -> Any:
    """Both as one array."""
    if first is UNDEFINED:
        return second
    if second is UNDEFINED:
        return first
    left = first if first.__class__ in ARRAY_CLASSES else [first]
    right = second if second.__class__ in ARRAY_CLASSES else [second]
    run.allocate_items(len(left) + len(right))
    return [*left, *right]


@builtin("reverse", "<a:a>", arity=1)
def reverse(run: Run, items: Any) -> Any:
    """The items from last to first."""
    if items is UNDEFINED or len(items) <= 1:
        return items
    run.allocate_items(len(items))
    return list(reversed(items))


@builtin("shuffle", "<a:a>", arity=1)
def shuffle(run: Run, items: Any) -> Any:
    """The items in random order, drawn from the run's own chance."""
    if items is UNDEFINED or len(items) <= 1:
        return items
    run.allocate_items(len(items))
    run.spend(10 * len(items))
    result: list[Any] = []
    for index, item in enumerate(items):
        other = floor(run.environment.random() * (index + 1))
        result.append(item)
        result[index], result[other] = result[other], item
    return result


@builtin("distinct", "<x:x>", arity=1)
def distinct(run: Run, items: Any) -> Any:
    """The items without those that equal an earlier one."""
    if items.__class__ not in ARRAY_CLASSES or len(items) <= 1:
        return items
    run.allocate_items(len(items))
    run.spend(2 * len(items))
    seen: set[Any] = set()
    results: list[Any] = Sequence() if isinstance(items, Sequence) else []
    compound: list[Any] = []
    for item in items:
        if item.__class__ in SCALAR_CLASSES:
            # True and 1 are one key to a Python set.
            key = (bool, item) if item.__class__ is bool else item
            if key in seen and item == item:
                continue
            seen.add(key)
        else:
            run.spend(len(compound))
            if any(deeply_equal(item, other, run) for other in compound):
                continue
            compound.append(item)
        results.append(item)
    return results


@builtin("zip", "<a+>", arity=0)
def zipped(run: Run, *arrays: Any) -> Any:
    """Arrays of the first items, the second items, and so on."""
    length = min([len(array) if array.__class__ in ARRAY_CLASSES else 0 for array in arrays])
    run.spend(10 + length)
    run.allocate_items(length)
    run.allocate((64 + 8 * len(arrays)) * length)
    return [list(items) for items in zip(*[array[:length] for array in arrays], strict=True)] if length else []


@builtin("sort", "<af?:a>", arity=2, higher_order=True)
def sort(run: Run, items: Any, comparator: Any = UNDEFINED) -> Any:
    """The items in order; `comparator` says whether its first argument comes after its second.

    Raises:
        JsonataError: D3070, without a comparator the items must be all numbers or all strings.
    """
    if items is UNDEFINED or len(items) <= 1:
        return items
    if comparator is not UNDEFINED:
        comparisons = len(items) * len(items).bit_length()
        apply = comparator.repeated(2, comparisons, run)

        def swaps(left: Any, right: Any) -> bool:
            return truthy(apply(left, right))

        return merge_sort(list(items), swaps, run)
    kinds = set(map(type, items))
    if not (kinds <= NUMBER_CLASSES or kinds <= {str}):
        raise JsonataError("D3070")
    run.allocate_items(2 * len(items))
    run.spend(len(items) * len(items).bit_length() // 4)
    keys = text_order(items)
    if keys is items:
        return sorted(items)
    return [item for _, _, item in sorted(zip(keys, range(len(items)), items, strict=True))]

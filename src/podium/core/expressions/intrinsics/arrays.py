"""States.Array, ArrayPartition, ArrayContains, ArrayRange, ArrayGetItem, ArrayLength and ArrayUnique.

Fractions are cut off, not rounded, where a size, bound or index is expected: that is what AWS does,
though its page on intrinsic functions speaks of rounding.
"""

from typing import Any, Final

from podium.core.expressions.intrinsics import java
from podium.core.expressions.intrinsics.failure import InvalidArguments
from podium.core.expressions.intrinsics.numbers import is_number, truncate

RANGE_LIMIT: Final = 1000


def array(*items: Any) -> list[Any]:
    """The arguments as an array."""
    return list(items)


def array_partition(items: Any, size: Any) -> list[list[Any]]:
    """The array in chunks of `size`; the last may be shorter."""
    if type(items) is not list or not is_number(size) or (step := truncate(size)) < 1:
        raise InvalidArguments("ArrayPartition")
    return [items[start : start + step] for start in range(0, len(items), step)]


def array_contains(items: Any, wanted: Any) -> bool:
    """Whether an item is the wanted value.

    AWS compares how values print: true is found in `["true"]`, and objects must have their keys in the same order.
    """
    if type(items) is not list:
        raise InvalidArguments("ArrayContains")
    shown = java.text(wanted)
    return any(java.text(item) == shown for item in items)


def array_range(first: Any, last: Any, step: Any) -> list[int]:
    """The integers from `first` by `step` up to and including `last`, at most 1000."""
    if not (is_number(first) and is_number(last) and is_number(step)) or truncate(step) == 0:
        raise InvalidArguments("ArrayRange")
    start, stop, stride = truncate(first), truncate(last), truncate(step)
    numbers = range(start, stop + (1 if stride > 0 else -1), stride)
    if numbers[RANGE_LIMIT:]:
        raise InvalidArguments("ArrayRange")
    return list(numbers)


def array_get_item(items: Any, index: Any) -> Any:
    """The item at a zero-based index. An empty array gives null whatever the index, as on AWS."""
    if type(items) is not list or not is_number(index):
        raise InvalidArguments("ArrayGetItem")
    if not items:
        return None
    position = truncate(index)
    if not 0 <= position < len(items):
        raise InvalidArguments("ArrayGetItem")
    return items[position]


def array_length(items: Any) -> int:
    """The number of items."""
    if type(items) is not list:
        raise InvalidArguments("ArrayLength")
    return len(items)


def array_unique(items: Any) -> list[Any]:
    """The distinct items, in the order AWS returns them."""
    if type(items) is not list:
        raise InvalidArguments("ArrayUnique")
    return java.unique(items)

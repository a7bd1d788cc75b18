"""`$sum`, `$count`, `$max`, `$min`, `$average`."""

from math import isnan, nan
from typing import Any

from podium.core.expressions.jsonata.budget import Run
from podium.core.expressions.jsonata.functions.builtin import builtin
from podium.core.expressions.jsonata.numbers import MAX_SAFE, divide, from_double, to_double
from podium.core.expressions.jsonata.values import UNDEFINED


@builtin("sum", "<a<n>:n>", arity=1)
def sum_of(run: Run, numbers: Any) -> Any:
    """The numbers added up from left to right."""
    if numbers is UNDEFINED:
        return UNDEFINED
    run.spend(len(numbers) // 4)
    return _total(numbers)


def _total(numbers: list[Any]) -> Any:
    try:
        # Python sums floats exactly from 3.12 on: adding one by one gives JavaScript's last digits.
        total: Any = 0
        for number in numbers:
            total += number
    except OverflowError:
        total = None
    if total.__class__ is int and -MAX_SAFE <= total <= MAX_SAFE:
        return total
    if total.__class__ is float and -MAX_SAFE < total < MAX_SAFE:
        return from_double(total)
    total = 0.0
    for number in numbers:
        total += to_double(number)
    return from_double(total)


@builtin("count", "<a:n>", arity=1)
def count(run: Run, items: Any) -> Any:
    """How many items; none of undefined."""
    return 0 if items is UNDEFINED else len(items)


@builtin("max", "<a<n>:n>", arity=1)
def maximum(run: Run, numbers: Any) -> Any:
    """The largest number."""
    if numbers is UNDEFINED or not numbers:
        return UNDEFINED
    run.spend(len(numbers) // 4)
    return nan if any(number.__class__ is float and isnan(number) for number in numbers) else max(numbers)


@builtin("min", "<a<n>:n>", arity=1)
def minimum(run: Run, numbers: Any) -> Any:
    """The smallest number."""
    if numbers is UNDEFINED or not numbers:
        return UNDEFINED
    run.spend(len(numbers) // 4)
    return nan if any(number.__class__ is float and isnan(number) for number in numbers) else min(numbers)


@builtin("average", "<a<n>:n>", arity=1)
def average(run: Run, numbers: Any) -> Any:
    """The mean."""
    if numbers is UNDEFINED or not numbers:
        return UNDEFINED
    run.spend(len(numbers) // 4)
    return from_double(divide(to_double(_total(numbers)), len(numbers)))

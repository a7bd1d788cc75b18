"""States.MathAdd and States.MathRandom, and what counts as a number for the other functions."""

import math
from typing import Any, Final

from podium.core.expressions.intrinsics import java
from podium.core.expressions.intrinsics.failure import InvalidArguments
from podium.core.expressions.scope import Scope

_INT32_MIN: Final = -(1 << 31)
_INT32_MAX: Final = (1 << 31) - 1


def is_number(value: Any) -> bool:
    """Whether a JSON value is a finite number; a boolean is none."""
    return type(value) is int or (type(value) is float and math.isfinite(value))


def truncate(value: float) -> int:
    """Java's cast of a number to an integer: towards zero."""
    return int(value)


def math_add(left: Any, right: Any) -> int:
    """The sum of two numbers, each rounded first (halves upwards, like `Math.round`); all within 32 bits."""
    if not (is_number(left) and is_number(right)):
        raise InvalidArguments("MathAdd")
    first, second = _round(left), _round(right)
    total = first + second
    if not (_is_int32(first) and _is_int32(second) and _is_int32(total)):
        raise InvalidArguments("MathAdd")
    return total


def math_random(scope: Scope, start: Any, end: Any, *seed: Any) -> int:
    """An integer from `start` (inclusive) to `end` (exclusive), drawn from the scope or, with a seed, from it alone."""
    if not all(is_number(argument) for argument in (start, end, *seed)):
        raise InvalidArguments("MathRandom")
    low, high = truncate(start), truncate(end)
    if not (_INT32_MIN <= low < high <= _INT32_MAX and high - low <= _INT32_MAX):
        raise InvalidArguments("MathRandom")
    if seed:
        return low + java.seeded_int(truncate(seed[0]), high - low)
    return low + int(scope.random() * (high - low))


def _is_int32(number: int) -> bool:
    return _INT32_MIN <= number <= _INT32_MAX


def _round(number: float) -> int:
    whole = math.floor(number)
    return whole + (number - whole >= 0.5)

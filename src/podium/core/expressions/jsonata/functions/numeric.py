"""Functions on numbers: casting, rounding, powers, chance, and formatting by picture."""

import re
from math import ceil, inf, isfinite, isinf, nan, sqrt
from typing import Any, Final

from podium.core.expressions.jsonata.budget import Run
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.functions.builtin import builtin, given
from podium.core.expressions.jsonata.numbers import (
    MAX_SAFE,
    from_double,
    from_int,
    half_even,
    javascript_text,
    parse_number,
    to_double,
    whole,
)
from podium.core.expressions.jsonata.pictures.decimal import format_number as format_by_picture
from podium.core.expressions.jsonata.pictures.integer import format_integer, parse_integer
from podium.core.expressions.jsonata.values import NUMBER_CLASSES, UNDEFINED

_DECIMAL: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?")
_RADIX: Final = re.compile(r"0([xX][0-9A-Fa-f]+|[oO][0-7]+|[bB][01]+)")
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


@builtin("number", "<(nsb)-:n>", arity=1)
def number(run: Run, value: Any) -> Any:
    """The value cast to a number.

    Raises:
        JsonataError: D3030, it does not read as one.
    """
    cls = value.__class__
    if value is UNDEFINED or cls in NUMBER_CLASSES:
        return value
    if cls is bool:
        return int(value)
    if cls is str and len(value) < 100_000:
        if _DECIMAL.fullmatch(value):
            parsed = parse_number(value)
            if isfinite(parsed):
                return parsed
        elif _RADIX.fullmatch(value):
            return from_int(int(value, 0))
    raise JsonataError("D3030", value=value)


@builtin("floor", "<n-:n>", arity=1)
def floor_of(run: Run, value: Any) -> Any:
    """Rounded down."""
    return UNDEFINED if value is UNDEFINED else whole(value)


@builtin("ceil", "<n-:n>", arity=1)
def ceiling(run: Run, value: Any) -> Any:
    """Rounded up."""
    if value is UNDEFINED or value.__class__ is int or not isfinite(value):
        return value
    return from_double(float(ceil(value)))


@builtin("round", "<n-n?:n>", arity=2)
def round_half_even(run: Run, value: Any, precision: Any = UNDEFINED) -> Any:
    """Rounded to decimal places, halves to even."""
    if value is UNDEFINED:
        return UNDEFINED
    if not isfinite(value):
        return value
    places = given(precision, 0)
    return half_even(value, int(places) if isfinite(places) else 0)


@builtin("abs", "<n-:n>", arity=1)
def absolute(run: Run, value: Any) -> Any:
    """Without its sign."""
    return UNDEFINED if value is UNDEFINED else abs(value)


@builtin("sqrt", "<n-:n>", arity=1)
def square_root(run: Run, value: Any) -> Any:
    """The square root.

    Raises:
        JsonataError: D3060, the number is negative.
    """
    if value is UNDEFINED:
        return UNDEFINED
    if value < 0:
        raise JsonataError("D3060", value=value)
    return from_double(sqrt(to_double(value)))


@builtin("power", "<n-n:n>", arity=2)
def power(run: Run, base: Any, exponent: Any) -> Any:
    """The base to the power of the exponent.

    Raises:
        JsonataError: D3061, the result is no finite number.
    """
    if base is UNDEFINED:
        return UNDEFINED
    result = nan if exponent is UNDEFINED else _power(to_double(base), to_double(exponent))
    if not isfinite(result):
        raise JsonataError("D3061", value=base, exp=exponent)
    return from_double(result)


def _power(base: float, exponent: float) -> float:
    if abs(base) == 1 and isinf(exponent):
        return nan
    try:
        result = base**exponent
    except ZeroDivisionError:
        return inf
    except OverflowError:
        return -inf if base < 0 and exponent % 2 == 1 else inf
    return nan if isinstance(result, complex) else result


@builtin("formatNumber", "<n-so?:s>", arity=3)
def format_number(run: Run, value: Any, picture: Any, options: Any = UNDEFINED) -> Any:
    """The number by an XPath decimal picture.

    Raises:
        JsonataError: D3080 to D3093, the picture is wrong.
    """
    if value is UNDEFINED:
        return UNDEFINED
    text = given(picture, "")
    run.spend(60 + 10 * len(text))
    run.allocate_text(1000 + 20 * len(text))
    return format_by_picture(value, text, given(options, {}))


@builtin("formatInteger", "<n-s:s>", arity=2)
def integer_by_picture(run: Run, value: Any, picture: Any) -> Any:
    """The number's whole part by an XPath integer picture.

    Raises:
        JsonataError: D3130, D3131, the picture is wrong.
    """
    if value is UNDEFINED:
        return UNDEFINED
    text = given(picture, "")
    run.spend(20 + 4 * len(text))
    run.allocate_text(2000 + 20 * len(text))
    return format_integer(whole(value), text)


@builtin("parseInteger", "<s-s:n>", arity=2)
def integer_from_picture(run: Run, text: Any, picture: Any) -> Any:
    """The number a text shows by an XPath integer picture.

    Raises:
        JsonataError: D3130, D3131, the picture is wrong.
    """
    if text is UNDEFINED:
        return UNDEFINED
    shape = given(picture, "")
    run.spend(20 + 4 * len(shape) + len(text))
    run.allocate(10 * len(text))
    return parse_integer(text, shape)


@builtin("formatBase", "<n-n?:s>", arity=2)
def format_base(run: Run, value: Any, radix: Any = UNDEFINED) -> Any:
    """The rounded number with a base from 2 to 36.

    Raises:
        JsonataError: D3100, the base is out of range.
    """
    if value is UNDEFINED:
        return UNDEFINED
    rounded = half_even(value, 0) if isfinite(value) else value
    base = half_even(given(radix, 10), 0)
    if base < 2 or base > 36:
        raise JsonataError("D3100", value=base)
    if base == 10 or not isfinite(rounded):
        return javascript_text(to_double(rounded))
    rest = abs(int(rounded if -MAX_SAFE <= rounded <= MAX_SAFE else to_double(rounded)))
    digits = ""
    while rest:
        rest, digit = divmod(rest, int(base))
        digits = _DIGITS[digit] + digits
    return ("-" if rounded < 0 else "") + (digits or "0")

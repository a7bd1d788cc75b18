"""Numbers as JavaScript has them: doubles, whole ones written without a fraction.

A whole result is kept as a Python int, so that it is written as AWS writes it; beyond 2^53 it is rounded to
the double it would be. Numbers that only pass through an expression stay as they came.
"""

from math import floor, fmod, inf, isfinite, isinf, isnan, nan
from typing import Any, Final

from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.values import UNDEFINED, is_number

MAX_SAFE: Final = 2**53

#: Between these JavaScript and Python write a number alike, but for the ".0" of a whole one.
_SAME_FROM: Final = 1e-4
_SAME_BELOW: Final = 1e16

Number = int | float


def to_double(value: Number) -> float:
    """The nearest double; infinite when there is none."""
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def from_double(value: float) -> Number:
    """The number as the language keeps it: whole values as int, written with the shortest digits."""
    if value.is_integer() and -1e21 < value < 1e21:
        if -MAX_SAFE <= value <= MAX_SAFE:
            return int(value)
        return _whole_of_shortest_digits(value)
    return value


def from_int(value: int) -> Number:
    """A whole result as the language keeps it: exact up to 2^53, a double beyond."""
    return value if -MAX_SAFE <= value <= MAX_SAFE else from_double(to_double(value))


def _whole_of_shortest_digits(value: float) -> int:
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = fraction.rstrip("0")
    digits: int = int(whole + fraction)
    zeros: int = 10 ** (int(exponent or 0) - len(fraction))
    return digits * zeros


def parse_number(text: str) -> Number:
    """The number a literal stands for."""
    return from_double(float(text))


def number_text(value: Number) -> str:
    """A number as `$string` shows it: fractions rounded to 15 significant digits, whole numbers in full below 1e21.

    The reference rounds whole numbers too; AWS does not (floci-io/floci#2669, #2683).
    """
    if value.__class__ is int and -MAX_SAFE <= value <= MAX_SAFE:
        return str(value)
    double = to_double(value)
    if double.is_integer() and -1e21 < double < 1e21:
        return javascript_text(double)
    rounded = float(f"{double:.15g}")
    if _SAME_BELOW > rounded >= _SAME_FROM or -_SAME_BELOW < rounded <= -_SAME_FROM:
        return repr(rounded).removesuffix(".0")
    return javascript_text(rounded)


def javascript_text(value: float) -> str:
    """JavaScript's String(number): shortest digits, exponents only from 1e21 and below 1e-6."""
    if isnan(value):
        return "NaN"
    if isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    if fraction == "0":
        fraction = ""
    digits = (whole + fraction).lstrip("0")
    # The point stands after `point` of the digits.
    point = int(exponent or 0) + len(whole) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    power = point - 1
    tail = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if power > 0 else '-'}{abs(power)}"


def arithmetic(operator: str, left: Any, right: Any) -> Any:
    """`+ - * / %` on any operands.

    Raises:
        JsonataError: T2001 or T2002, an operand is not a number; D1001, it is infinite.
    """
    if left is not UNDEFINED and not is_number(left):
        raise JsonataError("T2001", value=left)
    if right is not UNDEFINED and not is_number(right):
        raise JsonataError("T2002", value=right)
    if left is UNDEFINED or right is UNDEFINED:
        return UNDEFINED
    if left.__class__ is int and right.__class__ is int and operator in "+-*":
        return from_int(left + right if operator == "+" else left - right if operator == "-" else left * right)
    return from_double(_double_arithmetic(operator, to_double(left), to_double(right)))


def _double_arithmetic(operator: str, left: float, right: float) -> float:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return divide(left, right)
        case _:
            return nan if right == 0 or isinf(left) else fmod(left, right)


def divide(left: float, right: float) -> float:
    """Division as IEEE has it: by zero is infinite or not a number."""
    if right:
        return left / right
    return nan if left == 0 or isnan(left) else inf if left > 0 else -inf


def whole(value: Number) -> Number:
    """The largest whole number not above."""
    if value.__class__ is int or not isfinite(value):
        return value
    return from_double(float(floor(value)))


def half_even(value: Number, precision: int) -> Number:
    """Round to `precision` decimal places, halves to the even neighbour, as `$round` does.

    The point is moved in the text of the number, as multiplying would bring errors of its own.
    """
    if value.__class__ is int and precision >= 0:
        return value
    shifted = shift_point(to_double(value), precision) if precision else to_double(value)
    if not isfinite(shifted):
        return shifted
    result = float(floor(shifted + 0.5)) if abs(shifted) < MAX_SAFE else shifted
    if shifted + 0.5 != result and result - shifted > 0.5:
        result -= 1  # adding a half rounded up what was just below it
    if abs(result - shifted) == 0.5 and result % 2 == 1:
        result -= 1
    if precision:
        result = shift_point(result, -precision)
    return from_double(result + 0.0)


def shift_point(value: float, places: int) -> float:
    """The number whose decimal text is that of `value` with the point moved."""
    mantissa, _, exponent = repr(value).partition("e")
    # A double spans some 650 decimal places: anything further is nought or infinite anyway.
    return float(f"{mantissa}e{int(exponent or 0) + max(-2000, min(2000, places))}")

"""How Java shows values: Jayway's messages, and its comparisons of numbers with strings, depend on it."""

import re
from decimal import Decimal
from string import hexdigits
from typing import Any

from podium.core.expressions.errors import InvalidExpression

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9})?\Z")
_ESCAPES = {"r": "\r", "f": "\f", "t": "\t", "n": "\n", "b": "\b"}


def class_name(value: Any) -> str:
    """The class Jackson gives a value, as Jayway's messages name it; `null` for None."""
    if value is None:
        return "null"
    if type(value) is bool:
        return "java.lang.Boolean"
    if type(value) is int:
        if -(2**31) <= value < 2**31:
            return "java.lang.Integer"
        return "java.lang.Long" if -(2**63) <= value < 2**63 else "java.math.BigInteger"
    names = {str: "java.lang.String", float: "java.lang.Double", dict: "java.util.LinkedHashMap"}
    return names.get(type(value), "java.util.ArrayList")


def double_text(value: float) -> str:
    """`Double.toString`: at least one decimal, scientific below 1e-3 and from 1e7."""
    if value == 0:
        return repr(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    if not isinstance(exponent, int):
        return "NaN" if exponent == "n" else "-Infinity" if sign else "Infinity"
    minus = "-" if sign else ""
    written = "".join(map(str, digits))
    if 1e-3 <= abs(value) < 1e7:
        plain = format(Decimal((0, digits, exponent)), "f")
        return minus + (plain if "." in plain else plain + ".0")
    return f"{minus}{written[0]}.{written[1:] or '0'}E{exponent + len(written) - 1}"


def text(value: Any) -> str:
    """`Object.toString`: `{x=1, y=[a, b]}`; the class alone if the value is nested too deeply to be written."""
    try:
        return _text(value)
    except RecursionError:
        return class_name(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return double_text(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={_text(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    return str(value)


def as_decimal(value: int | float | Decimal) -> Decimal:
    """The `BigDecimal` Jayway makes of a number: of what it looks like, not of its binary value."""
    return Decimal(double_text(value)) if isinstance(value, float) else Decimal(value)


def decimal_text(value: int | float | Decimal) -> str:
    """`BigDecimal.toString` of a number, which Python's Decimal writes alike."""
    return str(value) if isinstance(value, int) else str(as_decimal(value))


def parse_decimal(written: str) -> Decimal | None:
    """`new BigDecimal(text)`; None where Java throws."""
    return Decimal(written) if _DECIMAL.match(written) else None


def unescape(written: str) -> str:
    r"""Takes backslashes out of a quoted name or string: \n, \t, \uXXXX; any other character stands for itself."""
    if "\\" not in written:
        return written
    out = []
    index, end = 0, len(written)
    while index < end:
        char = written[index]
        index += 1
        if char != "\\" or index == end:
            out.append(char)
            continue
        char = written[index]
        index += 1
        if char == "u":
            digits = written[index : index + 4]
            if not all(digit in hexdigits for digit in digits):
                raise InvalidExpression(f"Unable to parse unicode value: {digits}")
            if len(digits) == 4:
                out.append(chr(int(digits, 16)))
            index += 4
        else:
            out.append(_ESCAPES.get(char, char))
    return _join_surrogates("".join(out))


def _join_surrogates(value: str) -> str:
    if not any("\ud800" <= char <= "\udfff" for char in value):
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def utf16_less(left: str, right: str) -> bool:
    """`left.compareTo(right) < 0`: by UTF-16 code units, so that astral characters sort before U+E000."""
    if left.isascii() or right.isascii():
        return left < right
    return left.encode("utf-16-be", "surrogatepass") < right.encode("utf-16-be", "surrogatepass")

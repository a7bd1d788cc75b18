"""Decimal pictures, as in `$formatNumber(1234.5, "#,##0.00")`.

Source: XPath and XQuery Functions 3.1, fn:format-number; the order of checks is the reference implementation's, which
reports the last rule a picture breaks.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from math import isfinite
from typing import Any, Final

from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.numbers import Number, half_even, javascript_text, to_double
from podium.core.expressions.jsonata.pictures.integer import regular_interval

_DEFAULTS: Final[dict[str, str]] = {
    "decimal-separator": ".",
    "grouping-separator": ",",
    "exponent-separator": "e",
    "infinity": "Infinity",
    "minus-sign": "-",
    "NaN": "NaN",
    "percent": "%",
    "per-mille": "‰",
    "zero-digit": "0",
    "digit": "#",
    "pattern-separator": ";",
}


class Symbols:
    """The characters that mean something in a picture."""

    __slots__ = ("active", "by_name", "digits")

    def __init__(self, options: dict[str, Any]) -> None:
        texts = {name: value for name, value in options.items() if value.__class__ is str}
        self.by_name = _DEFAULTS | texts
        zero = ord((self.by_name["zero-digit"] or "0")[0])
        self.digits = "".join([chr(min(zero + digit, 0x10FFFF)) for digit in range(10)])
        marks = ("decimal-separator", "exponent-separator", "grouping-separator", "digit", "pattern-separator")
        self.active = {*self.digits, *[self.by_name[mark] for mark in marks]}

    def __getitem__(self, name: str) -> str:
        return self.by_name[name]

    def count_digits(self, text: str, optional: bool = False) -> int:
        """How many characters of the text are digits, or stand for optional ones if these count."""
        return sum([char in self.digits or (optional and char == self["digit"]) for char in text])


@dataclass(slots=True)
class _Parts:
    """A sub-picture taken apart."""

    prefix: str
    suffix: str
    active: str
    mantissa: str
    exponent: str | None
    integer: str
    fraction: str
    picture: str


@dataclass(slots=True)
class _Format:
    """What a sub-picture asks for."""

    integer_groups: list[int]
    regular_groups: int
    integer_digits: int
    scaling: int
    prefix: str
    suffix: str
    fraction_groups: list[int]
    fraction_min: int
    fraction_max: int
    exponent_digits: int
    picture: str


def format_number(value: Number, picture: str, options: dict[str, Any]) -> str:
    """A number by a picture.

    Raises:
        JsonataError: D3080 to D3093, the picture is wrong.
    """
    symbols = Symbols(options)
    separator = symbols["pattern-separator"]
    pictures = picture.split(separator) if separator else [picture]
    if len(pictures) > 2:
        raise JsonataError("D3080")
    parts = [_split(part, symbols) for part in pictures]
    for part in parts:
        _validate(part, symbols)
    negative = not value >= 0
    shape = _analyse(parts[-1] if negative else parts[0], symbols)
    if negative and len(parts) == 1:
        shape.prefix = symbols["minus-sign"] + shape.prefix
    return _apply(value, shape, symbols)


def _split(picture: str, symbols: Symbols) -> _Parts:
    starts = [i for i, char in enumerate(picture) if char in symbols.active and char != symbols["exponent-separator"]]
    if not starts:
        raise JsonataError("D3086")  # as AWS answers; the reference fails for want of a prefix
    prefix = picture[: starts[0]]
    suffix = picture[starts[-1] + 1 :]
    active = picture[len(prefix) : len(picture) - len(suffix)]
    at = picture.find(symbols["exponent-separator"], len(prefix))
    if at == -1 or at > len(picture) - len(suffix):
        mantissa, exponent = active, None
    else:
        mantissa, exponent = active[:at], active[at + 1 :]
    integer, point, fraction = mantissa.partition(symbols["decimal-separator"] or "\0")
    if not point:
        fraction = suffix
    return _Parts(prefix, suffix, active, mantissa, exponent, integer, fraction, picture)


def _validate(parts: _Parts, symbols: Symbols) -> None:
    """The rules of F&O 4.7.3; the last one broken is reported."""
    error = ""
    picture = parts.picture
    point, group, digit = symbols["decimal-separator"], symbols["grouping-separator"], symbols["digit"]
    percent, per_mille = symbols["percent"], symbols["per-mille"]
    at = picture.find(point)
    scaled = percent in picture or per_mille in picture
    if picture.count(point) > 1:
        error = "D3081"
    if picture.count(percent) > 1:
        error = "D3082"
    if picture.count(per_mille) > 1:
        error = "D3083"
    if percent in picture and per_mille in picture:
        error = "D3084"
    if not symbols.count_digits(parts.mantissa, optional=True):
        error = "D3085"
    if any(char not in symbols.active for char in parts.active):
        error = "D3086"
    if at != -1:
        if group in (picture[at - 1 : at], picture[at + 1 : at + 2]):
            error = "D3087"
    elif parts.integer[-1:] == group:
        error = "D3088"
    if group + group in picture:
        error = "D3089"
    optional = parts.integer.find(digit)
    if optional != -1 and symbols.count_digits(parts.integer[:optional]):
        error = "D3090"
    optional = parts.fraction.rfind(digit)
    if optional != -1 and symbols.count_digits(parts.fraction[optional:]):
        error = "D3091"
    if parts.exponent and scaled:
        error = "D3092"
    if parts.exponent is not None and symbols.count_digits(parts.exponent) != (len(parts.exponent) or -1):
        error = "D3093"
    if error:
        raise JsonataError(error)


def _group_positions(part: str, integer: str, symbols: Symbols, to_left: bool) -> list[int]:
    positions: list[int] = []
    at = part.find(symbols["grouping-separator"])
    while at != -1:
        positions.append(symbols.count_digits(part[:at] if to_left else part[at:], optional=True))
        # The reference looks for the next separator in the integer part, whichever part this is.
        following = integer.find(symbols["grouping-separator"], at + 1)
        at = following if following > at else -1
    return positions


def _analyse(parts: _Parts, symbols: Symbols) -> _Format:
    """F&O 4.7.4."""
    groups = _group_positions(parts.integer, parts.integer, symbols, to_left=False)
    integer_min = scaling = symbols.count_digits(parts.integer)
    fraction_min = symbols.count_digits(parts.fraction)
    fraction_max = symbols.count_digits(parts.fraction, optional=True)
    has_exponent = parts.exponent is not None
    if integer_min == 0 and fraction_max == 0:
        if has_exponent:
            fraction_min = fraction_max = 1
        else:
            integer_min = 1
    if has_exponent and integer_min == 0 and symbols["digit"] in parts.integer:
        integer_min = 1
    if integer_min == 0 and fraction_min == 0:
        fraction_min = 1
    return _Format(
        integer_groups=groups,
        regular_groups=regular_interval(groups),
        integer_digits=integer_min,
        scaling=scaling,
        prefix=parts.prefix,
        suffix=parts.suffix,
        fraction_groups=_group_positions(parts.fraction, parts.integer, symbols, to_left=True),
        fraction_min=fraction_min,
        fraction_max=fraction_max,
        exponent_digits=symbols.count_digits(parts.exponent or ""),
        picture=parts.picture,
    )


def _apply(value: Number, shape: _Format, symbols: Symbols) -> str:
    """F&O 4.7.5."""
    factor = 100 if symbols["percent"] in shape.picture else 1000 if symbols["per-mille"] in shape.picture else 1
    mantissa = to_double(value) * factor
    exponent: int | None = None
    if shape.exponent_digits:
        mantissa, exponent = _scaled(mantissa, shape.scaling)
    text = _grouped(_digits(mantissa, shape, symbols), shape, symbols)
    if exponent is not None:
        digits = _localised(str(abs(exponent)), symbols).rjust(shape.exponent_digits, symbols.digits[0])
        sign = symbols["minus-sign"] if exponent < 0 else ""
        text += symbols["exponent-separator"] + sign + digits
    return shape.prefix + text + shape.suffix


def _scaled(mantissa: float, scaling: int) -> tuple[float, int]:
    """Mantissa and exponent; by size, where the reference would never end for a negative number or nought."""
    exponent = 0
    if mantissa and isfinite(mantissa):
        sign = -1.0 if mantissa < 0 else 1.0
        mantissa *= sign
        low, high = 10.0 ** (min(scaling, 300) - 1), 10.0 ** min(scaling, 300)
        while mantissa < low and exponent > -700:
            mantissa *= 10
            exponent -= 1
        while mantissa > high:
            mantissa /= 10
            exponent += 1
        mantissa *= sign
    return mantissa, exponent


def _digits(mantissa: float, shape: _Format, symbols: Symbols) -> str:
    """The mantissa rounded and padded, with one decimal separator."""
    point, zero = symbols["decimal-separator"], symbols.digits[0]
    rounded = half_even(mantissa, shape.fraction_max) if isfinite(mantissa) else mantissa
    text = _localised(_fixed(abs(rounded), shape.fraction_max), symbols)
    text = text.replace(".", point) if "." in text else text + point
    text = text.strip(zero)
    at = text.find(point)
    left = shape.integer_digits - at
    right = shape.fraction_min - (len(text) - at - 1)
    return zero * left + text + zero * right


def _fixed(value: Number, places: int) -> str:
    """JavaScript's toFixed: exact decimal expansion, halves up."""
    if not isfinite(value) or value >= 1e21:
        return javascript_text(to_double(value))
    with localcontext() as context:
        context.prec = 400 + places
        exact = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        return format(exact, "f")


def _localised(text: str, symbols: Symbols) -> str:
    if symbols.digits == "0123456789":
        return text
    return "".join([symbols.digits[int(char)] if char in "0123456789" else char for char in text])


def _grouped(text: str, shape: _Format, symbols: Symbols) -> str:
    point, group = symbols["decimal-separator"], symbols["grouping-separator"]
    at = text.find(point)
    if shape.regular_groups > 0:
        for count in range(1, (at - 1) // shape.regular_groups + 1):
            cut = at - count * shape.regular_groups
            text = text[:cut] + group + text[cut:]
    else:
        for position in shape.integer_groups:
            cut = max(0, at - position)
            text = text[:cut] + group + text[cut:]
            at += 1
    at = text.find(point)
    for position in shape.fraction_groups:
        cut = position + at + 1
        text = text[:cut] + group + text[cut:]
    at = text.find(point)
    if point not in shape.picture or at == len(text) - 1:
        return text[:-1]
    return text

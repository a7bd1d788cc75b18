"""Integer pictures, as in `$formatInteger(1999, "I")`: analysis, formatting, parsing.

Source: XPath and XQuery Functions 3.1, fn:format-integer.
"""

import functools
from dataclasses import dataclass, field, replace
from math import isfinite, nan
from typing import Final

from podium.core.expressions.jsonata.budget import MEMORY_MESSAGE
from podium.core.expressions.jsonata.errors import JsonataError, JsonataLimitExceeded
from podium.core.expressions.jsonata.numbers import MAX_SAFE, Number, from_double, javascript_text, to_double
from podium.core.expressions.jsonata.pictures.words import (
    from_letters,
    from_roman,
    from_words,
    to_letters,
    to_roman,
    to_words,
)

#: Code points of the digit nought in the scripts that have digits of their own.
_ZEROS: Final = (
    0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
    0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0xFF10,
)  # fmt: skip
_PRIMARIES: Final = {
    "A": ("letters", "upper"),
    "a": ("letters", "lower"),
    "I": ("roman", "upper"),
    "i": ("roman", "lower"),
    "W": ("words", "upper"),
    "Ww": ("words", "title"),
    "w": ("words", "lower"),
}


@dataclass(frozen=True, slots=True)
class Separator:
    """A grouping separator and how many digits stand to the right of it."""

    position: int
    character: str


@dataclass(frozen=True, slots=True)
class IntegerFormat:
    """An analysed picture."""

    #: decimal, letters, roman, words, or sequence for what is not supported.
    primary: str = "decimal"
    case: str = "lower"
    ordinal: bool = False
    zero: int = 0x30
    mandatory_digits: int = 0
    optional_digits: int = 0
    #: One separator repeated at equal distance, or the separators one by one from the right.
    regular: Separator | None = None
    separators: tuple[Separator, ...] = field(default=())
    picture: str = ""

    def with_mandatory_digits(self, count: int) -> "IntegerFormat":
        """The same with another width."""
        return replace(self, mandatory_digits=count)


@functools.lru_cache(maxsize=256)
def analyse_integer(picture: str) -> IntegerFormat:
    """The format a picture stands for.

    Raises:
        JsonataError: D3131, digits of different scripts.
    """
    primary, semicolon, modifier = picture.rpartition(";")
    if not semicolon:
        primary, modifier = picture, ""
    ordinal = modifier.startswith("o")
    known = _PRIMARIES.get(primary)
    if known is not None:
        return IntegerFormat(primary=known[0], case=known[1], ordinal=ordinal)
    zero: int | None = None
    mandatory = optional = 0
    separators: list[Separator] = []
    for char in reversed(primary):
        code = ord(char)
        group = next((start for start in _ZEROS if start <= code <= start + 9), None)
        if group is not None:
            mandatory += 1
            if zero is not None and group != zero:
                raise JsonataError("D3131")
            zero = group
        elif char == "#":
            optional += 1
        else:
            separators.append(Separator(mandatory + optional, char))
    if zero is None:
        return IntegerFormat(primary="sequence", ordinal=ordinal, picture=primary)
    interval = _regular_interval(separators)
    return IntegerFormat(
        ordinal=ordinal,
        zero=zero,
        mandatory_digits=mandatory,
        optional_digits=optional,
        regular=Separator(interval, separators[0].character) if interval else None,
        separators=() if interval else tuple(separators),
    )


def _regular_interval(separators: list[Separator]) -> int:
    """The distance between separators if it is always the same and so are they; else nought."""
    if not separators or any(s.character != separators[0].character for s in separators):
        return 0
    return regular_interval([s.position for s in separators])


def regular_interval(positions: list[int]) -> int:
    """The number whose multiples the positions are, without a gap; nought if there is none."""
    if not positions:
        return 0
    factor = positions[0]
    for position in positions[1:]:
        while position:
            factor, position = position, factor % position
    return factor if all(index * factor in positions for index in range(1, len(positions) + 1)) else 0


def format_integer(value: Number, picture: str) -> str:
    """A whole number by a picture.

    Raises:
        JsonataError: D3130, D3131, the picture is wrong.
    """
    return format_by(value, analyse_integer(picture))


def format_by(value: Number, picture: IntegerFormat) -> str:
    """A whole number by an analysed picture.

    Raises:
        JsonataError: D3130, the picture is no known notation.
    """
    size = abs(value)
    match picture.primary:
        case "decimal":
            text = _decimal(javascript_text(to_double(size)), picture)
        case "sequence":
            raise JsonataError("D3130", value=picture.picture)
        case notation:
            text = _spelled(size, notation, picture)
    return "-" + text if value < 0 else text


def _spelled(size: Number, notation: str, picture: IntegerFormat) -> str:
    # Roman numerals take a letter for every thousand, words a "Trillion" for every twelve digits.
    if not isfinite(size) or size > (1e8 if notation == "roman" else 1e300):
        raise JsonataLimitExceeded(MEMORY_MESSAGE)
    number = int(size)
    if notation == "letters":
        return to_letters(number, "A" if picture.case == "upper" else "a")
    exact = number if number <= MAX_SAFE else to_double(size)
    text = to_roman(number) if notation == "roman" else to_words(exact, picture.ordinal)
    if picture.case == "upper":
        return text.upper()
    return text.lower() if picture.case == "lower" else text


def _decimal(digits: str, picture: IntegerFormat) -> str:
    text = digits.rjust(picture.mandatory_digits, "0")
    if picture.zero != 0x30:
        text = "".join([chr(ord(char) + picture.zero - 0x30) for char in text])
    if picture.regular is not None:
        interval, separator = picture.regular.position, picture.regular.character
        for count in range((len(text) - 1) // interval, 0, -1):
            at = len(text) - count * interval
            text = text[:at] + separator + text[at:]
    else:
        for mark in reversed(picture.separators):
            at = max(0, len(text) - mark.position)
            text = text[:at] + mark.character + text[at:]
    if picture.ordinal:
        suffix = {"1": "st", "2": "nd", "3": "rd"}.get(text[-1:])
        if suffix is None or text[-2:-1] == "1":
            suffix = "th"
        text += suffix
    return text


def parse_integer(text: str, picture: str) -> Number:
    """The number a text shows by a picture; not a number if it does not fit.

    Raises:
        JsonataError: D3130, D3131, the picture is wrong.
    """
    return parse_by(text, analyse_integer(picture))


def parse_by(text: str, picture: IntegerFormat) -> Number:
    """The number a text shows by an analysed picture; not a number if it does not fit.

    Raises:
        JsonataError: D3130, the picture is no known notation.
    """
    upper = picture.case == "upper"
    number: Number | None
    match picture.primary:
        case "letters":
            number = from_letters(text, "A" if upper else "a")
        case "roman":
            number = from_roman(text if upper else text.upper())
        case "words":
            number = from_words(text.lower())
        case "sequence":
            raise JsonataError("D3130", value=picture.picture)
        case _:
            number = _parse_decimal(text, picture)
    return nan if number is None else number


def _parse_decimal(text: str, picture: IntegerFormat) -> Number | None:
    digits = text[:-2] if picture.ordinal else text
    if picture.regular is not None:
        digits = digits.replace(",", "")
    else:
        for separator in picture.separators:
            digits = digits.replace(separator.character, "")
    if picture.zero != 0x30:
        digits = "".join([chr(max(0, ord(char) - picture.zero + 0x30)) for char in digits])
    return leading_integer(digits)


def leading_integer(text: str) -> Number | None:
    """JavaScript's parseInt: the whole number a text begins with."""
    stripped = text.lstrip()
    sign = stripped[:1] if stripped[:1] in ("+", "-") else ""
    digits = ""
    for char in stripped[len(sign) : len(sign) + 400]:
        if char not in "0123456789":
            break
        digits += char
    return from_double(float(sign + digits)) if digits else None

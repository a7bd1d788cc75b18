"""Integers in other notations than digits: English words, Roman numerals, spreadsheet letters."""

import re
from math import floor, log10
from typing import Final

from podium.core.expressions.jsonata.numbers import Number, from_double, from_int

_FEW: Final = [
    "Zero",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
]
_ORDINALS: Final = [
    "Zeroth",
    "First",
    "Second",
    "Third",
    "Fourth",
    "Fifth",
    "Sixth",
    "Seventh",
    "Eighth",
    "Ninth",
    "Tenth",
    "Eleventh",
    "Twelfth",
    "Thirteenth",
    "Fourteenth",
    "Fifteenth",
    "Sixteenth",
    "Seventeenth",
    "Eighteenth",
    "Nineteenth",
]
_DECADES: Final = ("Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety", "Hundred")
_MAGNITUDES: Final = ("Thousand", "Million", "Billion", "Trillion")
_ROMAN: Final = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_ROMAN_VALUES: Final = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}
_WORD_BREAK: Final = re.compile(r",\s|\sand\s|[\s\\-]")


def to_words(number: Number, ordinal: bool) -> str:
    """A number from nought up in English; beyond trillions the largest word repeats."""
    return _words(number, False, ordinal)


def _words(number: Number, joined: bool, ordinal: bool) -> str:
    if number <= 19:
        return (" and " if joined else "") + (_ORDINALS if ordinal else _FEW)[int(number)]
    if number < 100:
        tens, rest = _divided(number, 10)
        words = (" and " if joined else "") + _DECADES[int(tens) - 2]
        if rest:
            return words + "-" + _words(rest, False, ordinal)
        return words[:-1] + "ieth" if ordinal else words
    if number < 1000:
        hundreds, rest = _divided(number, 100)
        words = (", " if joined else "") + _FEW[int(hundreds)] + " Hundred"
    else:
        magnitude = min(floor(log10(number)) // 3, len(_MAGNITUDES))
        count, rest = _divided(number, 10 ** (3 * magnitude))
        words = (", " if joined else "") + _words(count, False, False) + " " + _MAGNITUDES[magnitude - 1]
    if rest:
        return words + _words(rest, True, ordinal)
    return words + "th" if ordinal else words


def _divided(number: Number, by: int) -> tuple[Number, Number]:
    """Quotient and remainder; of a double as doubles give them, so that 1e46 stays round."""
    if isinstance(number, int):
        return divmod(number, by)
    quotient = floor(number / by)
    return float(quotient), max(0.0, number - float(quotient) * by)


def _word_values() -> dict[str, int]:
    values = {word.lower(): index for index, word in enumerate(_FEW)}
    values |= {word.lower(): index for index, word in enumerate(_ORDINALS)}
    for index, word in enumerate(_DECADES):
        value = (index + 2) * 10
        values[word.lower()] = value
        values[word.lower()[:-1] + "ieth"] = value
    values["hundredth"] = 100
    for index, word in enumerate(_MAGNITUDES):
        values[word.lower()] = values[word.lower() + "th"] = 10 ** (3 * index + 3)
    return values


WORD_VALUES: Final = _word_values()


def from_words(text: str) -> Number | None:
    """The number English words stand for; None if one of them is unknown."""
    segments = [0]
    for word in _WORD_BREAK.split(text):
        value = WORD_VALUES.get(word)
        if value is None:
            return None
        if value < 100:
            top = segments.pop()
            if top >= 1000:
                segments.append(top)
                top = 0
            segments.append(top + value)
        else:
            segments.append(min(segments.pop() * value, 10**300))
    return from_int(sum(segments))


def to_roman(number: int) -> str:
    """A number in small Roman numerals; nothing for nought."""
    parts: list[str] = []
    for value, numeral in _ROMAN:
        count, number = divmod(number, value)
        parts.append(numeral * count)
    return "".join(parts)


def from_roman(numerals: str) -> Number | None:
    """The number capital Roman numerals stand for; None if one is unknown."""
    total, largest = 0, 1
    for numeral in reversed(numerals):
        value = _ROMAN_VALUES.get(numeral)
        if value is None:
            return None
        if value < largest:
            total -= value
        else:
            largest = value
            total += value
    return total


def to_letters(number: int, first: str) -> str:
    """A number as spreadsheets name columns, from the letter for one."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(rest + ord(first)) + letters
    return letters


def from_letters(letters: str, first: str) -> Number:
    """The number of a column's name."""
    total = 0.0
    for letter in letters:
        total = total * 26 + ord(letter) - ord(first) + 1
    return from_double(total)

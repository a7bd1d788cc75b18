"""Parsing timestamps: ISO 8601 without a picture, anything a picture describes with one."""

import functools
import re
from math import nan
from typing import Final

import re2

from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.numbers import Number
from podium.core.expressions.jsonata.pictures.calendar import DAY_MS, TIME_MAX_MS, millis_of, moment
from podium.core.expressions.jsonata.pictures.integer import IntegerFormat, leading_integer, parse_by
from podium.core.expressions.jsonata.pictures.moments import DAYS, MONTHS, Part, analyse_moment, component_value
from podium.core.expressions.jsonata.pictures.words import WORD_VALUES

_ISO_8601: Final = re2.compile(
    r"^\d{4}(-[01]\d)*(-[0-3]\d)*(T[0-2]\d:[0-5]\d:[0-5]\d)*(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$"
)
_DATE_PARTS: Final = re.compile(
    r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?)?(?:([+-])(\d\d):?(\d\d)|Z)?", re.ASCII
)
#: Which components make a date or a time, as bits in the order of the letters.
_DATE_LETTERS: Final = "YXMxWwdD"
_TIME_LETTERS: Final = "PHhmsf"
_DATES: Final = {"A": 0b10100001, "B": 0b10000010, "C": 0b01010100, "D": 0b01001000}
_TIMES: Final = {"A": 0b010111, "B": 0b101111}


def parse_iso(text: str) -> Number:
    """Epoch milliseconds of an ISO 8601 timestamp; not a number if there is no such time.

    Raises:
        JsonataError: D3110, the text is something else.
    """
    if len(text) > 1000 or _ISO_8601.search(text) is None:
        raise JsonataError("D3110", value=text)
    match = _DATE_PARTS.fullmatch(text)
    if match is None:
        return nan
    year, month, day, hour, minute, second = [int(part) if part else None for part in match.groups()[:6]]
    month, day = month if month is not None else 1, day if day is not None else 1
    hour, minute, second = hour or 0, minute or 0, second or 0
    whole_day = hour == 24 and minute == second == 0
    if year is None or not 1 <= month <= 12 or not 1 <= day <= 31 or (hour > 23 and not whole_day):
        return nan
    millisecond = int((match[7] or "0")[:3].ljust(3, "0"))
    time_ms = ((hour * 60 + minute) * 60 + second) * 1000 + millisecond
    offset = 0
    if match[8]:
        if int(match[9]) > 23:
            return nan
        offset = (int(match[9]) * 60 + int(match[10])) * 60_000
        offset = -offset if match[8] == "-" else offset
    return millis_of(year, month, day, time_ms) - offset


class _Pattern:
    """A picture as a regular expression, a group for each part."""

    __slots__ = ("parts", "regex")

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self.parts = parts
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        try:
            # A field right before another has just the digits its picture shows; alone it takes all there are.
            followers = [*parts[1:], Part()]
            groups = [f"({_part_pattern(p, f.integer is not None)})" for p, f in zip(parts, followers, strict=True)]
            self.regex = re2.compile("^" + "".join(groups) + "$", options)
        except re2.error:
            raise JsonataError("D3136") from None


@functools.lru_cache(maxsize=128)
def _pattern(picture: str) -> _Pattern:
    return _Pattern(analyse_moment(picture))


def _part_pattern(part: Part, abuts: bool) -> str:
    if not part.component:
        return str(re2.escape(part.literal))
    if part.component in ("Z", "z"):
        separator = part.integer.regular.character if part.integer and part.integer.regular else None
        tail = str(re2.escape(separator)) + "[0-9]+" if separator else ""
        return ("GMT" if part.component == "z" else "") + "[-+][0-9]+" + tail
    if part.integer is not None:
        width = part.integer.mandatory_digits if abuts and part.digits is None else part.digits
        return _integer_pattern(part.integer, width)
    if part.component not in ("M", "x", "F", "P"):
        raise JsonataError("D3133", value=part.component)
    return "[a-zA-Z]+"


def _integer_pattern(shape: IntegerFormat, digits: int | None) -> str:
    match shape.primary:
        case "letters":
            return "[A-Z]+" if shape.case == "upper" else "[a-z]+"
        case "roman":
            return "[MDCLXVI]+" if shape.case == "upper" else "[mdclxvi]+"
        case "words":
            return "(?:" + "|".join([*WORD_VALUES, "and", r"[\-, ]"]) + ")+"
        case "sequence":
            raise JsonataError("D3130", value=shape.picture)
    occurrences = "+"
    if digits is not None and digits > 0:
        least = max(0, digits - shape.optional_digits)
        occurrences = f"{{{digits}}}" if not shape.optional_digits else f"{{{least},{digits}}}"
    return f"[0-9]{occurrences}" + ("(?:th|st|nd|rd)" if shape.ordinal else "")


def _part_value(part: Part, text: str) -> Number | None:
    """What the text of a marker says; None if it says nothing."""
    if part.component in ("Z", "z"):
        return _zone_minutes(part, text)
    if part.integer is not None:
        return parse_by(text, part.integer)
    if part.component == "P":
        return {"am": 0, "AM": 0, "pm": 1, "PM": 1}.get(text)
    names = DAYS if part.component == "F" else ("", *MONTHS)
    table = {(name[: part.width_max] if part.width_max else name): index for index, name in enumerate(names) if index}
    return table.get(text)


def _zone_minutes(part: Part, text: str) -> Number:
    if part.component == "z":
        text = text[3:]
    separator = part.integer.regular.character if part.integer and part.integer.regular else None
    if separator:
        hours, _, minutes = text.partition(separator)
    elif len(text) - 1 <= 2:
        hours, minutes = text, ""
    else:
        hours, minutes = text[:3], text[3:]
    return (leading_integer(hours) or 0) * 60 + (leading_integer(minutes) or 0)


def parse_by_picture(text: str, picture: str, now_ms: int) -> Number | None:
    """Epoch milliseconds of a timestamp by a picture; None if the text does not fit.

    What the picture leaves out is taken from now if it is more significant than what it has, and nought otherwise.

    Raises:
        JsonataError: D3132 to D3136, the picture is wrong or misses something in between.
    """
    pattern = _pattern(picture)
    match = pattern.regex.search(text)
    if match is None:
        return None
    components: dict[str, Number] = {}
    groups = match.groups()
    for part, shown in zip(pattern.parts, groups, strict=True):
        value = _part_value(part, shown) if part.component else None
        if value is not None:
            components[part.component] = value
    if not components:
        return None
    return _assemble(components, now_ms)


def _kind(letters: str, kinds: dict[str, int], components: dict[str, Number]) -> set[str]:
    present = 0
    for letter in letters:
        present = present * 2 + bool(components.get(letter))
    return {kind for kind, mask in kinds.items() if not ~mask & present and mask & present}


def _assemble(components: dict[str, Number], now_ms: int) -> Number:
    dates = _kind(_DATE_LETTERS, _DATES, components)
    times = _kind(_TIME_LETTERS, _TIMES, components)
    by_day = "A" not in dates and "B" in dates
    by_week = "C" in dates or "D" in dates
    half_days = "A" not in times and "B" in times
    date = "YD" if by_day else "XxwF" if "C" in dates else "XWF" if "D" in dates else "YMD"
    _default(components, date + ("Phmsf" if half_days else "Hmsf"), now_ms)
    if by_week:
        raise JsonataError("D3136")  # the reference cannot parse week dates
    if half_days:
        components["H"] = (0 if components["h"] == 12 else components["h"]) + (12 if components.get("P") == 1 else 0)
    year, month, day = components["Y"], components.get("M") or 1, components.get("D", 1)
    if by_day:
        first = moment(millis_of(_int(year), 1) + (_int(components["d"]) - 1) * DAY_MS)
        month, day = first.month, first.day
    fields = [year, month, day, components["H"], components["m"], components["s"], components["f"]]
    if any(number != number or abs(number) > 1e9 for number in fields):
        return nan
    hour, minute, second, millisecond = [_int(number) for number in fields[3:]]
    millis = millis_of(_int(year), _int(month), _int(day), ((hour * 60 + minute) * 60 + second) * 1000 + millisecond)
    millis -= _int(components.get("Z") or components.get("z") or 0) * 60_000
    return millis if abs(millis) <= TIME_MAX_MS else nan


def _default(components: dict[str, Number], order: str, now_ms: int) -> None:
    now = moment(now_ms)
    started = ended = False
    for letter in order:
        if letter in components:
            started = True
            if ended:
                raise JsonataError("D3136")
        elif started:
            components[letter] = 1 if letter in "MDd" else 0
            ended = True
        else:
            value = component_value(now, letter)
            components[letter] = value if isinstance(value, int) else int(value == "pm")


def _int(number: Number) -> int:
    return int(number) if number == number and abs(number) < 1e12 else 0

"""Date and time pictures, as in `[Y0001]-[M01]-[D01]`: analysis and formatting.

Source: XPath and XQuery Functions 3.1, section 9.8.4; `X` and `x` are the reference implementation's addition, the year
and month a week belongs to.
"""

import functools
from dataclasses import dataclass
from typing import Final

from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.pictures.calendar import (
    Moment,
    day_of_year,
    moment,
    week_month,
    week_of_month,
    week_of_year,
    week_year,
)
from podium.core.expressions.jsonata.pictures.integer import (
    IntegerFormat,
    analyse_integer,
    format_by,
    format_integer,
    leading_integer,
)

DAYS: Final = ("", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
ISO_8601: Final = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"
_DEFAULT_PRESENTATIONS: Final = {
    **dict.fromkeys("YMDdWwXxHhf", "1"),
    **dict.fromkeys("FPCE", "n"),
    **dict.fromkeys("ms", "01"),
    **dict.fromkeys("Zz", "01:01"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A literal (no component) or a marker of a picture."""

    literal: str = ""
    component: str = ""
    #: lower, title or upper when shown as a name.
    names: str = ""
    second_modifier: str = ""
    integer: IntegerFormat | None = None
    width_max: int | None = None
    #: Digits a year, month or day is cut to; -1 for all of them.
    digits: int | None = None


@functools.lru_cache(maxsize=256)
def analyse_moment(picture: str) -> tuple[Part, ...]:
    """The parts of a picture.

    Raises:
        JsonataError: D3132, an unknown component; D3135, a bracket is not closed.
    """
    parts: list[Part] = []
    start = position = 0

    def add_literal(end: int) -> None:
        if end > start:
            parts.append(Part(literal=picture[start:end].replace("]]", "]")))

    while position < len(picture):
        if picture[position] != "[":
            position += 1
            continue
        add_literal(position)
        if picture.startswith("[[", position):
            parts.append(Part(literal="["))
            position += 2
        else:
            end = picture.find("]", position)
            if end == -1:
                raise JsonataError("D3135")
            parts.append(_marker("".join(picture[position + 1 : end].split())))
            position = end + 1
        start = position
    add_literal(position)
    return tuple(parts)


def _marker(marker: str) -> Part:
    component = marker[:1]
    rest, comma, widths = marker.rpartition(",")
    presentation = rest[1:] if comma else marker[1:]
    width_min, width_max = _widths(widths) if comma else (None, None)
    second = ""
    if not presentation:
        presentation = _DEFAULT_PRESENTATIONS.get(component, "")
        if not presentation:
            raise JsonataError("D3132", value=component)
    elif len(presentation) > 1 and presentation[-1] in "atco":
        presentation, second = presentation[:-1], presentation[-1]
    names, integer, digits = "", None, None
    if presentation[0] == "n":
        names = "lower"
    elif presentation[0] == "N":
        names = "title" if presentation[1:2] == "n" else "upper"
    elif component in "YMDdFWwXxHhmsf":
        integer = analyse_integer(f"{presentation};{second}" if second else presentation)
        if width_min is not None and integer.mandatory_digits < width_min:
            integer = integer.with_mandatory_digits(width_min)
        if component in "YMD":
            digits = -1
            if width_max is not None:
                digits = width_max
                integer = integer.with_mandatory_digits(width_max)
            elif integer.mandatory_digits + integer.optional_digits >= 2:
                digits = integer.mandatory_digits + integer.optional_digits
    if component in ("Z", "z"):
        integer = analyse_integer(presentation)
    return Part(
        component=component,
        names=names,
        second_modifier=second,
        integer=integer,
        width_max=width_max,
        digits=digits,
    )


def _widths(text: str) -> tuple[int | None, int | None]:
    least, dash, most = text.partition("-")
    return _width(least), _width(most) if dash else None


def _width(text: str) -> int | None:
    number = None if text == "*" else leading_integer(text)
    # No component has more digits than this: more would only fill memory with noughts.
    return None if number is None else int(max(0, min(number, 1000)))


def component_value(at: Moment, component: str) -> int | str:
    """A component of a point in time as a number, or as am and pm; empty for one that is not supported."""
    match component:
        case "Y":
            return at.year
        case "M":
            return at.month
        case "D":
            return at.day
        case "d":
            return day_of_year(at)
        case "F":
            return at.weekday
        case "W":
            return week_of_year(at)
        case "w":
            return week_of_month(at)
        case "X":
            return week_year(at)
        case "x":
            return week_month(at)
        case "H":
            return at.hour
        case "h":
            return at.hour % 12 or 12
        case "P":
            return "pm" if at.hour >= 12 else "am"
        case "m":
            return at.minute
        case "s":
            return at.second
        case "f":
            return at.millisecond
        case "C" | "E":
            return "ISO"
    return ""


def format_moment(millis: int, picture: str, offset_hours: int, offset_minutes: int) -> str:
    """A point in time by a picture, in a time zone.

    Raises:
        JsonataError: D3132 to D3135, the picture is wrong.
    """
    at = moment(millis + (60 * offset_hours + offset_minutes) * 60_000)
    texts: list[str] = []
    for part in analyse_moment(picture):
        if not part.component:
            texts.append(part.literal)
        elif part.component in ("Z", "z"):
            texts.append(_zone(part, offset_hours, offset_minutes))
        else:
            texts.append(_component(part, component_value(at, part.component)))
    return "".join(texts)


def _component(part: Part, shown: int | str) -> str:
    if isinstance(shown, str):
        return shown.upper() if part.component == "P" and part.names == "upper" else shown
    value: int = shown
    if part.names:
        return _name(part, value)
    if part.component == "Y" and part.digits is not None and part.digits != -1:
        value = value % 10**part.digits if value >= 0 else -(-value % 10**part.digits)
    return format_by(value, part.integer) if part.integer is not None else str(value)


def _name(part: Part, value: int) -> str:
    if part.component in ("M", "x"):
        name = MONTHS[value - 1]
    elif part.component == "F":
        name = DAYS[value]
    else:
        raise JsonataError("D3133", value=part.component)
    if part.names != "title":
        name = name.upper() if part.names == "upper" else name.lower()
    return name[: part.width_max] if part.width_max else name


def _zone(part: Part, hours: int, minutes: int) -> str:
    offset = hours * 100 + minutes
    shape = part.integer
    if shape is None:
        raise JsonataError("D3134", value=None)
    if shape.regular is not None:
        text = format_by(offset, shape)
    elif shape.mandatory_digits in (1, 2):
        text = format_by(hours, shape)
        if minutes:
            text += ":" + format_integer(minutes, "00")
    elif shape.mandatory_digits in (3, 4):
        text = format_by(offset, shape)
    else:
        raise JsonataError("D3134", value=shape.mandatory_digits)
    if offset >= 0:
        text = "+" + text
    if part.component == "z":
        text = "GMT" + text
    return "Z" if offset == 0 and part.second_modifier == "t" else text

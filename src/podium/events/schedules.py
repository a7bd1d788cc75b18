"""Schedule expressions: when a schedule fires. Pure: moments are arguments.

    rate(5 minutes)              every so often, counted from when the schedule was made
    cron(0 10 ? * MON-FRI *)     minutes hours day-of-month month day-of-week year, in a time zone
    at(2026-11-22T09:30:00)      once, in a time zone

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html. Where clocks are set forward a local time
that doesn't exist is skipped; where they are set back one that comes twice fires once, the first time.
"""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UNITS_MS: Final = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
_MONTHS: Final = {
    "JAN": 1,
    "FEB": 2,
    "MAR": 3,
    "APR": 4,
    "MAY": 5,
    "JUN": 6,
    "JUL": 7,
    "AUG": 8,
    "SEP": 9,
    "OCT": 10,
    "NOV": 11,
    "DEC": 12,
}
_WEEKDAYS: Final = {"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7}
_YEARS: Final = (1970, 2199)


class InvalidSchedule(Exception):
    """The expression or the time zone is none; the message says which."""


class Schedule(Protocol):
    """When something fires. Moments in epoch milliseconds."""

    def next_after(self, after_ms: int, made_ms: int) -> int | None:
        """The first time later than `after_ms`, of a schedule made at `made_ms`; None when there is none."""


def parse_schedule(expression: str, time_zone: str = "UTC") -> Schedule:
    """The schedule an expression describes.

    Raises:
        InvalidSchedule: it isn't one.
    """
    zone = _zone(time_zone)
    kind = re.fullmatch(r"(rate|cron|at)\((.*)\)", expression.strip(), re.DOTALL)
    if kind is None:
        raise InvalidSchedule(f"Invalid Schedule Expression {expression}.")
    try:
        return {"rate": _rate, "cron": _cron, "at": _at}[kind[1]](kind[2].strip(), zone)
    except ValueError:
        raise InvalidSchedule(f"Invalid Schedule Expression {expression}.") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidSchedule(f"Invalid Schedule Expression Timezone {name}.") from None


class _Rate(NamedTuple):
    interval_ms: int

    def next_after(self, after_ms: int, made_ms: int) -> int | None:
        rounds = max(0, after_ms - made_ms) // self.interval_ms + 1
        return made_ms + rounds * self.interval_ms


def _rate(text: str, _: ZoneInfo) -> Schedule:
    number, unit = text.split()
    singular = unit.removesuffix("s")
    # AWS takes "1 hour" and "2 hours", not the other way round.
    if not number.isdigit() or int(number) < 1 or (int(number) == 1) != (unit == singular) or singular not in _UNITS_MS:
        raise ValueError(text)
    return _Rate(int(number) * _UNITS_MS[singular])


class _At(NamedTuple):
    at_ms: int

    def next_after(self, after_ms: int, made_ms: int) -> int | None:
        return self.at_ms if self.at_ms > after_ms else None


def _at(text: str, zone: ZoneInfo) -> Schedule:
    return _At(_milliseconds(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=zone)))


class _Cron(NamedTuple):
    minutes: list[int]
    hours: list[int]
    days: "_Days"
    months: frozenset[int]
    years: frozenset[int]
    zone: ZoneInfo

    def next_after(self, after_ms: int, made_ms: int) -> int | None:
        after = datetime.fromtimestamp(after_ms / 1_000, UTC)
        # A day earlier: its last local hour may come after midnight UTC.
        day = after.astimezone(self.zone).date() - timedelta(days=1)
        while day.year <= _YEARS[1]:
            if day.year not in self.years or day.month not in self.months:
                day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
                continue
            if self.days.has(day):
                for moment in self._moments(day):
                    if moment > after_ms:
                        return moment
            day += timedelta(days=1)
        return None

    def _moments(self, day: date) -> list[int]:
        found = []
        for hour in self.hours:
            for minute in self.minutes:
                local = datetime.combine(day, time(hour, minute), self.zone)
                exists = local.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None) == local.replace(tzinfo=None)
                if exists:
                    found.append(_milliseconds(local))
        return sorted(found)


class _Days(NamedTuple):
    """Which days of a month: by their number or by their weekday, whichever isn't `?`."""

    numbers: frozenset[int]
    last: bool
    last_weekday: bool
    near: int | None
    """The weekday nearest to this day of the month."""
    weekdays: frozenset[int]
    nth: tuple[int, int] | None
    """(weekday, which one of the month); -1 for the last."""

    def has(self, day: date) -> bool:
        weekday = day.isoweekday() % 7 + 1
        length = calendar.monthrange(day.year, day.month)[1]
        if self.near is not None or self.last_weekday:
            return day.day == _nearest_weekday(day.year, day.month, length if self.near is None else self.near)
        if self.nth is not None:
            wanted, which = self.nth
            place = day.day > length - 7 if which < 0 else (day.day - 1) // 7 + 1 == which
            return weekday == wanted and place
        return day.day in self.numbers or weekday in self.weekdays or (self.last and day.day == length)


def _nearest_weekday(year: int, month: int, wanted: int) -> int:
    """The day from Monday to Friday nearest to a day, within its month; 0 when the month has no such day."""
    length = calendar.monthrange(year, month)[1]
    if wanted > length:
        return 0
    weekday = date(year, month, wanted).isoweekday()
    if weekday == 6:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == 7:
        return wanted + 1 if wanted < length else wanted - 2
    return wanted


def _cron(text: str, zone: ZoneInfo) -> Schedule:
    minutes, hours, day, month, weekday, year = text.upper().split()
    # "You can't use * in both the Day-of-month and Day-of-week fields": one of them is ?.
    if (day == "?") == (weekday == "?"):
        raise ValueError(text)
    return _Cron(
        sorted(_numbers(minutes, 0, 59)),
        sorted(_numbers(hours, 0, 23)),
        _days_of_month(day) if weekday == "?" else _days_of_week(weekday),
        _numbers(month, 1, 12, _MONTHS),
        _numbers(year, *_YEARS),
        zone,
    )


def _days_of_month(text: str) -> _Days:
    days = _Days(frozenset(), False, False, None, frozenset(), None)
    if text == "L":
        return days._replace(last=True)
    if text == "LW":
        return days._replace(last_weekday=True)
    if text.endswith("W"):
        (near,) = _numbers(text[:-1], 1, 31)
        return days._replace(near=near)
    return days._replace(numbers=_numbers(text, 1, 31))


def _days_of_week(text: str) -> _Days:
    days = _Days(frozenset(), False, False, None, frozenset(), None)
    if text == "L":
        return days._replace(weekdays=frozenset({7}))
    if text.endswith("L"):
        (weekday,) = _numbers(text[:-1], 1, 7, _WEEKDAYS)
        return days._replace(nth=(weekday, -1))
    if "#" in text:
        name, _, which = text.partition("#")
        (weekday,) = _numbers(name, 1, 7, _WEEKDAYS)
        (nth,) = _numbers(which, 1, 5)
        return days._replace(nth=(weekday, nth))
    return days._replace(weekdays=_numbers(text, 1, 7, _WEEKDAYS))


def _numbers(text: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    """The numbers of a list of `*`, `n`, `a-b` and either with `/step`."""
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step_text = part.partition("/")
        step = _number(step_text, 1, high, None) if slash else 1
        if span == "*":
            first, last = low, high
        else:
            first_text, dash, last_text = span.partition("-")
            first = _number(first_text, low, high, names)
            last = _number(last_text, low, high, names) if dash else high if slash else first
        # FRI-MON goes round the end of the week, as NOV-FEB does that of the year.
        ends = range(first, last + 1) if first <= last else [*range(first, high + 1), *range(low, last + 1)]
        found.update(ends[::step])
    return frozenset(found)


def _number(text: str, low: int, high: int, names: dict[str, int] | None) -> int:
    number = (names or {}).get(text)
    if number is None:
        if not (text.isascii() and text.isdigit()):
            raise ValueError(text)
        number = int(text)
    if not low <= number <= high:
        raise ValueError(text)
    return number


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000)

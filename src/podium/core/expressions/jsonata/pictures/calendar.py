"""The proleptic Gregorian calendar of JavaScript's Date, in UTC and epoch milliseconds, for years of any size."""

from dataclasses import dataclass
from typing import Final

DAY_MS: Final = 86_400_000
#: JavaScript's Date reaches 100,000,000 days either side of the epoch.
TIME_MAX_MS: Final = 8_640_000_000_000_000


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time taken apart; `month` counts from 1, `weekday` from Monday as 1."""

    millis: int
    year: int
    month: int
    day: int
    weekday: int
    hour: int
    minute: int
    second: int
    millisecond: int


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since the epoch; a month outside 1..12 and a day outside its month carry over."""
    year += (month - 1) // 12
    month = (month - 1) % 12 + 1
    shifted = year - (month <= 2)
    era = shifted // 400
    year_of_era = shifted - era * 400
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * 146_097 + day_of_era - 719_468


def millis_of(year: int, month: int, day: int = 1, time_ms: int = 0) -> int:
    """Epoch milliseconds of a date and the milliseconds of its day."""
    return days_from_civil(year, month, day) * DAY_MS + time_ms


def moment(millis: int) -> Moment:
    """The parts of a point in time."""
    days, rest = divmod(millis, DAY_MS)
    shifted = days + 719_468
    era, day_of_era = divmod(shifted, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    month = shifted_month + (3 if shifted_month < 10 else -9)
    seconds, millisecond = divmod(rest, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return Moment(
        millis=millis,
        year=year_of_era + era * 400 + (month <= 2),
        month=month,
        day=day_of_year - (153 * shifted_month + 2) // 5 + 1,
        weekday=(days + 3) % 7 + 1,
        hour=hour,
        minute=minute,
        second=second,
        millisecond=millisecond,
    )


def first_week(year: int, month: int) -> int:
    """Epoch milliseconds of the Monday of a month's first week, the one with the first Thursday (ISO 8601)."""
    start = millis_of(year, month)
    weekday = moment(start).weekday
    return start + ((8 - weekday) if weekday > 4 else (1 - weekday)) * DAY_MS


def _week(today: int, start: int) -> int:
    return (today - start) // (7 * DAY_MS) + 1


def week_of_year(at: Moment) -> int:
    """The ISO week."""
    today = millis_of(at.year, at.month, at.day)
    week = _week(today, first_week(at.year, 1))
    if week >= 52 and today >= first_week(at.year + 1, 1):
        return 1
    return _week(today, first_week(at.year - 1, 1)) if week < 1 else week


def week_of_month(at: Moment) -> int:
    """The week of the month by the same rule."""
    today = millis_of(at.year, at.month, at.day)
    week = _week(today, first_week(at.year, at.month))
    if week >= 4 and today >= first_week(at.year, at.month + 1):
        return 1
    return _week(today, first_week(at.year, at.month - 1)) if week < 1 else week


def week_year(at: Moment) -> int:
    """The year the ISO week belongs to."""
    if at.millis < first_week(at.year, 1):
        return at.year - 1
    return at.year + 1 if at.millis >= first_week(at.year + 1, 1) else at.year


def week_month(at: Moment) -> int:
    """The month the week of the month belongs to."""
    if at.millis < first_week(at.year, at.month):
        return (at.month - 2) % 12 + 1
    return at.month % 12 + 1 if at.millis >= first_week(at.year, at.month + 1) else at.month


def day_of_year(at: Moment) -> int:
    """The day of the year, from 1."""
    return days_from_civil(at.year, at.month, at.day) - days_from_civil(at.year, 1, 1) + 1

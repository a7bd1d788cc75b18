"""Schedule expressions against a calendar: AWS's documented examples, time zones, and what is none."""

from datetime import UTC, datetime
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.events.schedules import InvalidSchedule, parse_schedule


def ms(text):
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def fires(expression, after, count=3, zone="UTC"):
    schedule = parse_schedule(expression, zone)

    def moments():
        at = ms(after)
        while (at := schedule.next_after(at, ms(after))) is not None:
            yield datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M")

    return list(islice(moments(), count))


@pytest.mark.parametrize(
    ("expression", "first"),
    [
        ("rate(1 minute)", ["2026-11-22 09:31", "2026-11-22 09:32", "2026-11-22 09:33"]),
        ("rate(12 hours)", ["2026-11-22 21:30", "2026-11-23 09:30", "2026-11-23 21:30"]),
        ("at(2026-11-23T00:00:00)", ["2026-11-23 00:00"]),
        ("at(2026-11-22T09:30:00)", []),
        ("cron(15 10 * * ? *)", ["2026-11-22 10:15", "2026-11-23 10:15", "2026-11-24 10:15"]),
        ("cron(0 18 ? * MON-FRI *)", ["2026-11-23 18:00", "2026-11-24 18:00", "2026-11-25 18:00"]),
        ("cron(0 8 1 * ? *)", ["2026-12-01 08:00", "2027-01-01 08:00", "2027-02-01 08:00"]),
        ("cron(0/15 * * * ? *)", ["2026-11-22 09:45", "2026-11-22 10:00", "2026-11-22 10:15"]),
        ("cron(0 9 ? * 2#1 *)", ["2026-12-07 09:00", "2027-01-04 09:00", "2027-02-01 09:00"]),
        ("cron(0 9 ? * 6L *)", ["2026-11-27 09:00", "2026-12-25 09:00", "2027-01-29 09:00"]),
        ("cron(0 0 L * ? *)", ["2026-11-30 00:00", "2026-12-31 00:00", "2027-01-31 00:00"]),
        ("cron(0 0 LW * ? *)", ["2026-11-30 00:00", "2026-12-31 00:00", "2027-01-29 00:00"]),
        ("cron(0 0 1W * ? *)", ["2026-12-01 00:00", "2027-01-01 00:00", "2027-02-01 00:00"]),
        ("cron(0 0 15W 8 ? *)", ["2027-08-16 00:00", "2028-08-15 00:00", "2029-08-15 00:00"]),
        ("cron(0 0 29 2 ? *)", ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"]),
        ("cron(0 0 ? NOV,DEC L 2026)", ["2026-11-28 00:00", "2026-12-05 00:00", "2026-12-12 00:00"]),
        ("cron(0 0 1 1 ? 2027-2028)", ["2027-01-01 00:00", "2028-01-01 00:00"]),
        ("cron(0 0 30 2 ? *)", []),
        ("cron(0 0 ? * SAT-SUN *)", ["2026-11-28 00:00", "2026-11-29 00:00", "2026-12-05 00:00"]),
    ],
)
def test_when_it_fires(expression, first):
    assert fires(expression, "2026-11-22 09:30") == first


def test_local_time_follows_the_zone():
    assert fires("cron(0 9 * * ? *)", "2026-03-07 00:00", 3, "America/New_York") == [
        "2026-03-07 14:00",
        "2026-03-08 13:00",
        "2026-03-09 13:00",
    ]
    assert fires("at(2026-11-22T09:30:00)", "2026-01-01 00:00", 1, "Asia/Kolkata") == ["2026-11-22 04:00"]
    assert fires("cron(30 23 * * ? *)", "2026-11-22 10:00", 2, "Pacific/Auckland") == [
        "2026-11-22 10:30",
        "2026-11-23 10:30",
    ]


def test_an_hour_that_is_skipped_and_one_that_comes_twice():
    assert fires("cron(30 2 * * ? *)", "2026-03-07 12:00", 2, "America/New_York") == [
        "2026-03-09 06:30",
        "2026-03-10 06:30",
    ]
    assert fires("cron(30 1 * * ? *)", "2026-11-01 00:00", 2, "America/New_York") == [
        "2026-11-01 05:30",
        "2026-11-02 06:30",
    ]


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "rate()",
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(2 minute)",
        "rate(5 seconds)",
        "cron(* * * * * *)",
        "cron(0 0 ? * ? *)",
        "cron(0 0 1 * ?)",
        "cron(60 0 1 * ? *)",
        "cron(0 0 0 * ? *)",
        "cron(0 0 ? * 8 *)",
        "cron(0 0 ? * 2#6 *)",
        "cron(0 0 1 FOO ? *)",
        "cron(0 0 1 * ? 1969)",
        "cron(0/0 0 1 * ? *)",
        "at(2026-02-30T00:00:00)",
        "at(tomorrow)",
        "every(5 minutes)",
    ],
)
def test_what_is_no_schedule(expression):
    with pytest.raises(InvalidSchedule, match="Invalid Schedule Expression"):
        parse_schedule(expression)


def test_what_is_no_time_zone():
    for zone in ("Mars/Olympus", "", "../etc/passwd"):
        with pytest.raises(InvalidSchedule, match="Timezone"):
            parse_schedule("rate(1 minute)", zone)


@given(
    st.sampled_from(["cron(0/7 3-5 ? * MON,THU *)", "cron(5 0 1W * ? *)", "rate(7 hours)", "cron(0 12 ? * 3#2 *)"]),
    st.integers(ms("2000-01-01 00:00"), ms("2100-01-01 00:00")),
)
def test_the_next_time_is_later_and_nothing_is_between(expression, after):
    schedule = parse_schedule(expression, "Europe/Berlin")
    following = schedule.next_after(after, 0)
    assert following > after
    assert schedule.next_after(following - 1, 0) == following
    assert schedule.next_after((after + following) // 2, 0) == following

"""Figures by the minute."""

from podium.core.minutes import KEPT, MINUTE_MS, Minutes, Sum


def test_what_happened_in_a_stretch_is_counted_summed_and_its_largest_kept():
    figure = Minutes()
    for at_ms, value in ((0, 3), (59_999, 5), (60_000, 7), (180_000, 1)):
        figure.add(at_ms, value)
    assert figure.steps(0, MINUTE_MS, 4) == [Sum(2, 8, 5), Sum(1, 7, 7), Sum(), Sum(1, 1, 1)]
    assert figure.steps(0, 2 * MINUTE_MS, 2) == [Sum(3, 15, 7), Sum(1, 1, 1)]
    assert figure.steps(MINUTE_MS, MINUTE_MS, 1) == [Sum(1, 7, 7)]


def test_a_clock_that_is_set_back_loses_nothing():
    figure = Minutes()
    for at_ms in (MINUTE_MS, 0, MINUTE_MS):
        figure.add(at_ms)
    assert figure.steps(0, MINUTE_MS, 2) == [Sum(1, 1, 1), Sum(2, 2, 1)]


def test_it_keeps_a_week():
    figure = Minutes()
    for minute in range(KEPT + 10):
        figure.add(minute * MINUTE_MS)
    assert sum(one.times for one in figure.steps(0, MINUTE_MS, KEPT + 10)) == KEPT + 1
    assert figure.steps(0, MINUTE_MS, 1) == [Sum()]

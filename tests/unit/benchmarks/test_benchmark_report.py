"""Medians, spread, ratios round by round, and how they are shown."""

import pytest
from benchmarks.calibration import Calibration
from benchmarks.measurement import Measurement
from benchmarks.report import Benchmark, Result, machine, markdown, number, table


def nothing():
    return {}


def measured(name, runs, **about):
    return Result(Measurement(name, nothing, f"what {name} includes", **about), runs, [])


OURS = measured(
    "ours",
    {1: {"steps/s": 100.0, "p50 ms": 1.5}, 2: {"steps/s": 400.0, "p50 ms": 1.0}, 3: {"steps/s": 90.0, "p50 ms": 9.0}},
    targets={"steps/s": ">= 50", "times theirs": ">= 5"},
    beside=("theirs", "absent"),
)
THEIRS = measured("theirs", {1: {"steps/s": 10.0}, 3: {"steps/s": 30.0}})


def rows(*results):
    return {(row.measurement, row.figure): row for row in Benchmark("title", list(results)).rows()}


def test_median_and_spread_are_over_the_rounds():
    row = rows(OURS)["ours", "steps/s"]
    assert row.median == 100
    assert row.cells == ("ours", "steps/s", "100", "90 .. 400", ">= 50")


def test_ratios_are_taken_within_a_round_before_the_median():
    row = rows(OURS, THEIRS)["ours", "times theirs"]
    assert row.values == [10, 3]
    assert row.median == 6.5
    assert row.target == ">= 5"


def test_a_peer_that_did_not_run_gives_no_ratio():
    assert not any(figure.startswith("times") for _, figure in rows(OURS))
    assert ("ours", "times theirs") not in rows(OURS, measured("theirs", {}))


@pytest.mark.parametrize(
    ("value", "shown"), [(12345.6, "12,346"), (100, "100"), (99.94, "99.9"), (0.0012345, "0.00123"), (-250, "-250")]
)
def test_numbers_have_the_digits_they_deserve(value, shown):
    assert number(value) == shown


def test_a_failed_run_is_shown_and_the_others_count():
    result = Result(THEIRS.measurement, {2: {"steps/s": 7.0}}, ["Traceback:\n  at line 1\nRuntimeError: refused"])
    shown = table(Benchmark("title", [result]))
    assert "7" in shown
    assert "theirs FAILED: Traceback:" in shown
    assert "- theirs FAILED: Traceback: RuntimeError: refused" in markdown(Benchmark("title", [result]))


def test_a_table_names_a_measurement_once_and_says_what_it_includes():
    shown = table(Benchmark("title", [OURS, THEIRS])).splitlines()
    assert shown[0] == "title"
    assert [line.split()[0] for line in shown[3:6]] == ["ours", "p50", "times"]
    assert shown[-2:] == ["  ours: what ours includes", "  theirs: what theirs includes"]


def test_a_markdown_table_has_a_row_for_every_figure():
    shown = markdown(Benchmark("title", [OURS, THEIRS]))
    assert "### title" in shown
    assert "| ours | times theirs | 6.5 | 3 .. 10 | >= 5 |" in shown
    assert shown.count("\n| ") == 5


def test_the_machine_is_told_by_the_median_of_its_calibrations():
    calibrations = [Calibration(loops, syncs, 900, 2) for loops, syncs in ((1e7, 5000), (3e7, 100), (2e7, 2500))]
    shown = machine(calibrations)
    assert "Python loop 20M/s (10 .. 30)" in shown
    assert "fdatasync 2,500/s (100 .. 5,000)" in shown

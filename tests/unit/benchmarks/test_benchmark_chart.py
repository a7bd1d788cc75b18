"""The chart draws what ran, to scale, and is well-formed."""

from xml.etree import ElementTree

import pytest
from benchmarks.chart import PLOT, Bar, Group, Scale, groups, svg
from benchmarks.report import Benchmark
from test_benchmark_report import measured

SVG = "{http://www.w3.org/2000/svg}"


def test_only_measurements_with_a_bar_that_ran_are_drawn():
    shown = measured("shown", {1: {"steps/s": 10.0}, 2: {"steps/s": 30.0}}, bar="Podium")
    plain = measured("plain", {1: {"steps/s": 10.0}})
    failed = measured("failed", {}, bar="Peer")
    drawn = groups([Benchmark("first", [shown, plain, failed]), Benchmark("second", [plain])])
    assert drawn == [Group("first", "steps/s", [Bar("Podium", 20, 10, 30)])]


def test_ten_times_as_much_is_as_much_longer_wherever_it_is_on_the_scale():
    scale = Scale(20, 20_000)
    assert scale.width(20_000) == pytest.approx(PLOT)
    assert scale.width(2_000) - scale.width(200) == pytest.approx(scale.width(20_000) - scale.width(2_000))
    assert scale.width(20) > 0


def test_a_chart_of_one_value_has_a_bar():
    assert 0 < Scale(100, 100).width(100) <= PLOT


def test_the_chart_is_well_formed_and_shows_every_bar():
    bars = [Bar("Podium, c=64", 12_345, 9_000, 15_000), Bar("<peer> & co", 67, 60, 70)]
    root = ElementTree.fromstring(svg([Group("Ten steps", "steps/s", bars)], "a <foot>"))
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert {"Podium, c=64", "<peer> & co", "12,345", "67", "a <foot>"} <= set(texts)
    ours, theirs = root.iter(f"{SVG}rect")
    assert float(ours.get("width")) > float(theirs.get("width")) > 0
    assert ours.get("fill") != theirs.get("fill")
    bottom = max(float(element.get("y")) for element in root.iter(f"{SVG}text"))
    assert bottom < float(root.get("height"))

"""The chart draws what ran, to scale, and is well-formed."""

from xml.etree import ElementTree

from benchmarks.chart import LABELS, PLOT, Bar, Group, groups, svg
from benchmarks.report import Benchmark
from test_benchmark_report import measured

SVG = "{http://www.w3.org/2000/svg}"


def test_only_measurements_with_a_bar_that_ran_are_drawn():
    shown = measured("shown", {1: {"steps/s": 10.0}, 2: {"steps/s": 30.0}}, bar="Podium")
    plain = measured("plain", {1: {"steps/s": 10.0}})
    failed = measured("failed", {}, bar="Peer")
    drawn = groups([Benchmark("first", [shown, plain, failed]), Benchmark("second", [plain])])
    assert drawn == [Group("first", "steps/s", [Bar("Podium", 20, 10, 30)])]


def test_bars_are_as_long_as_what_they_show():
    root = ElementTree.fromstring(svg([Group("Ten steps", "steps/s", [Bar("a", 10, 5, 20), Bar("b", 2.5, 2, 3)])], ""))
    assert [float(bar.get("width")) for bar in root.iter(f"{SVG}rect")] == [PLOT / 2, PLOT / 8]
    spans = [path.get("d") for path in root.iter(f"{SVG}path")]
    assert spans[0].startswith(f"M{LABELS + PLOT / 4:.1f} ")
    assert spans[0].endswith(f"H{LABELS + PLOT:.1f}")


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

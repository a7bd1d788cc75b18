"""The chart: a bar per measurement that has one, as SVG.

Drawn by hand: a dozen rectangles need no plotting library, and the text of the file stays the same from run to run
but for what was measured.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from benchmarks.report import Benchmark, number

WIDTH, LABELS, PLOT = 860, 270, 480
"""Of the whole, the column of names, the longest bar; in pixels."""
BAR, GAP, HEAD = 18, 6, 46
FOOT = 34
OURS, THEIRS = "#0b7285", "#adb5bd"
STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #212529 } .title { font-weight: 600 } .small { font-size: 11px }
@media (prefers-color-scheme: dark) { text { fill: #e9ecef } }
</style>"""


@dataclass(frozen=True)
class Bar:
    """One measurement's first figure."""

    name: str
    median: float
    least: float
    greatest: float


@dataclass(frozen=True)
class Group:
    """The bars of one benchmark: they share a unit and a scale."""

    title: str
    unit: str
    bars: Sequence[Bar]


def groups(benchmarks: Sequence[Benchmark]) -> list[Group]:
    """What is drawn: benchmarks of which some measurement with a bar has run."""
    found = []
    for benchmark in benchmarks:
        bars, unit = [], ""
        for result in benchmark.results:
            if result.measurement.bar and result.runs:
                unit = next(iter(next(iter(result.runs.values()))))
                values = [run[unit] for run in result.runs.values()]
                bars.append(Bar(result.measurement.bar, statistics.median(values), min(values), max(values)))
        if bars:
            found.append(Group(benchmark.title, unit, bars))
    return found


def svg(drawn: Sequence[Group], foot: str) -> str:
    """The chart of these groups, with a line under it."""
    parts: list[str] = []
    y = 0.0
    for group in drawn:
        parts += _group(group, y)
        y += HEAD + len(group.bars) * (BAR + GAP)
    height = y + FOOT
    parts.append(f'<text class="small" x="8" y="{y + 22:g}">{escape(foot)}</text>')
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:g}" viewBox="0 0 {WIDTH} {height:g}">'
    )
    return "\n".join([head, STYLE, *parts, "</svg>\n"])


def _group(group: Group, y: float) -> list[str]:
    scale = PLOT / max(bar.greatest for bar in group.bars)
    title = f"{group.title} ({group.unit})"
    parts = [f'<text class="title" x="8" y="{y + 28:g}">{escape(title)}</text>']
    y += HEAD - GAP
    for bar in group.bars:
        middle = y + BAR / 2
        width = scale * bar.median
        colour = OURS if bar.name.startswith("Podium") else THEIRS
        from_, to = LABELS + scale * bar.least, LABELS + scale * bar.greatest
        parts += [
            f'<text x="{LABELS - 8}" y="{middle + 4:g}" text-anchor="end">{escape(bar.name)}</text>',
            f'<rect x="{LABELS}" y="{y:g}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>',
            f'<path d="M{from_:.1f} {middle:g}H{to:.1f}" stroke="#343a40" stroke-width="1.5"/>',
            f'<text x="{max(to, LABELS + width) + 6:.1f}" y="{middle + 4:g}">{number(bar.median)}</text>',
        ]
        y += BAR + GAP
    return parts

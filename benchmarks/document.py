"""Writes what was measured into the documents: the tables between two marks of `benchmarks.md`, and the chart."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks import chart
from benchmarks.report import Benchmark, markdown

TABLES, CHART = "benchmarks.md", "benchmarks.svg"
BEGIN, END = "<!-- measured: written by `python -m benchmarks --write docs` -->", "<!-- end of measured -->"


def write(
    directory: Path, benchmarks: Sequence[Benchmark], circumstances: str, around: str, missing: Sequence[str]
) -> None:
    """Replace the tables and the chart in a directory of documents.

    Args:
        directory: holds `benchmarks.md`, with both marks.
        benchmarks: those that ran.
        circumstances: rounds, machine and versions.
        around: what the machine could do around the runs.
        missing: how to install the peers that were not measured.
    """
    file = directory / TABLES
    lines = [f"Measured with {circumstances}.", "", f"The machine around the runs: {around}."]
    if missing:
        lines += ["", "Not installed and so not measured beside:", "", *(f"- {line}" for line in missing)]
    measured = "\n\n".join(["\n".join(lines), *(markdown(benchmark) for benchmark in benchmarks)])
    file.write_text(replace_measured(file.read_text(), measured))
    drawn = chart.groups(benchmarks)
    if drawn:
        foot = "Median; the line spans the runs. What each includes: docs/benchmarks.md"
        (directory / CHART).write_text(chart.svg(drawn, foot))


def replace_measured(text: str, measured: str) -> str:
    """The document with other tables between its marks.

    Raises:
        ValueError: it lacks one of the marks.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document lacks {BEGIN if not begin else END!r}")
    return f"{before}{begin}\n\n{measured}\n\n{end}{after}"

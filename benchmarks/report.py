"""Medians, spread, ratios and the tables: as text for a terminal, as Markdown for the documents."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.calibration import Calibration
from benchmarks.measurement import Figures, Measurement

HEADINGS = ("measurement", "figure", "median", "spread", "target")


@dataclass
class Result:
    """A measurement, the figures of its runs by round, and a sentence for each run that failed."""

    measurement: Measurement
    runs: dict[int, Figures]
    failures: list[str]


@dataclass(frozen=True)
class Row:
    """One figure of one measurement over all rounds."""

    measurement: str
    figure: str
    values: list[float]
    target: str

    @property
    def median(self) -> float:
        """Over the rounds."""
        return statistics.median(self.values)

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """As the tables show it."""
        spread = f"{number(min(self.values))} .. {number(max(self.values))}"
        return (self.measurement, self.figure, number(self.median), spread, self.target)


@dataclass
class Benchmark:
    """One benchmark's results."""

    title: str
    results: list[Result] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """A row per figure, then one per ratio."""
        for result in self.results:
            measurement = result.measurement
            for figure in next(iter(result.runs.values()), ()):
                values = [run[figure] for run in result.runs.values()]
                yield Row(measurement.name, figure, values, measurement.targets.get(figure, ""))
            for beside in measurement.beside:
                ratios = self._ratios(result, beside)
                figure = f"times {beside}"
                if ratios:
                    yield Row(measurement.name, figure, ratios, measurement.targets.get(figure, ""))

    def notes(self) -> Iterator[str]:
        """What the figures include, and what failed."""
        for result in self.results:
            yield f"{result.measurement.name}: {result.measurement.includes}"
            if not result.runs and not result.failures:
                yield f"{result.measurement.name}: not run, the time was up"
        for result in self.results:
            for failure in result.failures:
                yield f"{result.measurement.name} FAILED: {failure}"

    def _ratios(self, result: Result, beside: str) -> list[float]:
        """First figure over the first figure of the measurement beside it, round by round."""
        for other in self.results:
            if other.measurement.name == beside:
                rounds = sorted(result.runs.keys() & other.runs.keys())
                return [_first(result.runs[round_]) / _first(other.runs[round_]) for round_ in rounds]
        return []


def table(benchmark: Benchmark) -> str:
    """One benchmark's results as text, with what they include under them."""
    rows = [row.cells for row in benchmark.rows()]
    # A measurement's name stands once, before its first figure.
    shown = [("" if index and row[0] == rows[index - 1][0] else row[0], *row[1:]) for index, row in enumerate(rows)]
    widths = [max(len(row[column]) for row in (HEADINGS, *shown)) for column in range(len(HEADINGS))]
    lines = [benchmark.title, _line(HEADINGS, widths), "  ".join("-" * width for width in widths)]
    lines += [_line(row, widths) for row in shown]
    lines += [f"  {note}" for note in benchmark.notes()]
    return "\n".join(lines)


def markdown(benchmark: Benchmark) -> str:
    """One benchmark's results as a section of a document."""
    lines = [f"### {benchmark.title}", "", f"| {' | '.join(HEADINGS)} |", "|---|---|--:|--:|---|"]
    lines += [f"| {' | '.join(row.cells)} |" for row in benchmark.rows()]
    lines += ["", *(f"- {_last_line(note)}" for note in benchmark.notes())]
    return "\n".join(lines)


def machine(calibrations: Sequence[Calibration]) -> str:
    """What the machine could do around the runs: least, median and greatest of each figure."""
    shown = []
    for name, unit, values in (
        ("Python loop", "M/s", [one.python_loops_per_second / 1e6 for one in calibrations]),
        ("fdatasync", "/s", [one.fdatasyncs_per_second for one in calibrations]),
        ("loopback", "/s", [one.loopback_exchanges_per_second for one in calibrations]),
        ("load average", "", [one.load_average for one in calibrations]),
    ):
        median = number(statistics.median(values))
        shown.append(f"{name} {median}{unit} ({number(min(values))} .. {number(max(values))})")
    return ", ".join(shown)


def number(value: float) -> str:
    """With as many digits as it deserves: 12,345, 12.3, 0.00123."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _first(figures: Figures) -> float:
    return next(iter(figures.values()))


def _last_line(text: str) -> str:
    """Of a failure's traceback, what went wrong."""
    head, _, rest = text.partition("\n")
    return f"{head} {rest.strip().splitlines()[-1]}" if rest.strip() else head


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, figure, *rest = cells
    numbers = [cell.rjust(width) for cell, width in zip(rest[:2], widths[2:4], strict=True)]
    return "  ".join([name.ljust(widths[0]), figure.ljust(widths[1]), *numbers, rest[2]]).rstrip()

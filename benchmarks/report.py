"""Medians, spread and the table."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measurement import Figures, Measurement

HEADINGS = ("measurement", "figure", "median", "spread", "target")


@dataclass
class Result:
    """A measurement, the figures of its runs by round, and a sentence for each run that failed."""

    measurement: Measurement
    runs: dict[int, Figures]
    failures: list[str]


def table(benchmark: str, results: Sequence[Result]) -> str:
    """One benchmark's results, with what they include under them."""
    rows: list[tuple[str, ...]] = []
    for result in results:
        rows.extend(_rows(result, results))
    widths = [max(len(row[column]) for row in (HEADINGS, *rows)) for column in range(len(HEADINGS))]
    lines = [benchmark, _line(HEADINGS, widths), "  ".join("-" * width for width in widths)]
    lines += [_line(row, widths) for row in rows]
    lines += [f"  {result.measurement.name}: {result.measurement.includes}" for result in results]
    lines += [f"  {result.measurement.name} FAILED: {failure}" for result in results for failure in result.failures]
    return "\n".join(lines)


def _rows(result: Result, others: Sequence[Result]) -> list[tuple[str, ...]]:
    measurement = result.measurement
    rows: list[tuple[str, ...]] = []
    shown = measurement.name
    for figure in next(iter(result.runs.values()), ()):
        rows.append(
            (
                shown,
                figure,
                *_summary([run[figure] for run in result.runs.values()]),
                measurement.targets.get(figure, ""),
            )
        )
        shown = ""
    ratios = _ratios(result, others)
    if ratios:
        rows.append((shown, f"times {measurement.beside}", *_summary(ratios), measurement.targets.get("ratio", "")))
    return rows


def _ratios(result: Result, others: Sequence[Result]) -> list[float]:
    """First figure over the first figure of the measurement beside it, round by round."""
    for other in others:
        if other.measurement.name == result.measurement.beside:
            rounds = result.runs.keys() & other.runs.keys()
            return [_first(result.runs[number]) / _first(other.runs[number]) for number in sorted(rounds)]
    return []


def _first(figures: Figures) -> float:
    return next(iter(figures.values()))


def _summary(values: list[float]) -> tuple[str, str]:
    return _number(statistics.median(values)), f"{_number(min(values))} .. {_number(max(values))}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, figure, *rest = cells
    numbers = [cell.rjust(width) for cell, width in zip(rest[:2], widths[2:4], strict=True)]
    return "  ".join([name.ljust(widths[0]), figure.ljust(widths[1]), *numbers, rest[2]]).rstrip()

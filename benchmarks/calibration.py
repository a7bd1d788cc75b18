"""What the machine can do at this moment: figures of two runs compare only where these do."""

import os
import statistics
import time
from pathlib import Path

from benchmarks.disk import fdatasync_seconds

LOOP = 100_000


def python_loops_per_second() -> float:
    """Iterations per second of a fixed loop, in millions: the median of five."""
    rates = []
    for _ in range(5):
        begun = time.perf_counter()
        total = 0
        for number in range(LOOP):
            total += number & 7
        rates.append(LOOP / (time.perf_counter() - begun) / 1e6)
    return statistics.median(rates)


def calibrate(directory: Path) -> str:
    """One line about the machine now."""
    taken = fdatasync_seconds(directory)
    return (
        f"Python loop {python_loops_per_second():.1f} M/s, fdatasync {len(taken) / sum(taken):,.0f}/s"
        f" (p50 {taken[len(taken) // 2] * 1e3:.2f} ms), load average {os.getloadavg()[0]:.1f}"
    )

"""What the machine can do at this moment: figures of two runs compare only where these do."""

import os
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

LOOP = 100_000
SECONDS = 0.5


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


def fdatasync_seconds(directory: Path, seconds: float = SECONDS) -> list[float]:
    """How long appending 300 bytes and making them durable takes, one after the other, sorted."""
    taken: list[float] = []
    with TemporaryDirectory(dir=directory) as place:
        file = os.open(Path(place) / "appended", os.O_CREAT | os.O_WRONLY)
        try:
            end = time.perf_counter() + seconds
            while (begun := time.perf_counter()) < end:
                os.write(file, b"x" * 300)
                getattr(os, "fdatasync", os.fsync)(file)
                taken.append(time.perf_counter() - begun)
        finally:
            os.close(file)
    return sorted(taken)


def calibrate(directory: Path) -> str:
    """One line about the machine now."""
    taken = fdatasync_seconds(directory)
    return (
        f"Python loop {python_loops_per_second():.1f} M/s, fdatasync {len(taken) / sum(taken):,.0f}/s"
        f" (p50 {taken[len(taken) // 2] * 1e3:.2f} ms), load average {os.getloadavg()[0]:.1f}"
    )

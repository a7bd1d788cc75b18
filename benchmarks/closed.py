"""Whether a start costs more the more closed executions the database holds, and what forgetting them costs.

Two databases, one empty and one full, take turns second by second, so that the machine's noise falls on both.
"""

import statistics
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.disk import bytes_in
from benchmarks.engine_alone import start_and_end
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.store import closed_execution
from benchmarks.workloads import PASS_RESULT
from podium.engine.retention import LOOKED_AT_ONCE
from podium.store.sqlite import SqliteStore

TITLE = "Closed executions in the database: starts beside them, and forgetting them"
COUNT = 1_000_000
BATCH = 2_000
ROUNDS = 6


def measurements(options: Options) -> list[Measurement]:
    """A million of them, fewer with --quick."""
    count = max(BATCH, int(COUNT * options.scale))
    return [
        Measurement(
            f"{count:,} closed",
            partial(run, count, options.seconds / 4, options.data),
            f"ten Pass states with Result and ResultPath, 512 in flight, {ROUNDS} turns each; CPU time, medians",
            {"ratio": "<= 1.2"},
            seconds_at_most=900.0,
        )
    ]


def run(count: int, seconds: float, data: Path) -> Figures:
    """Fill one database, then let both take turns."""
    with TemporaryDirectory(dir=data, prefix="podium-bench-") as name:
        empty, full = Path(name) / "empty", Path(name) / "full"
        begun = time.perf_counter()
        uvloop.run(_fill(full, count))
        filling = time.perf_counter() - begun
        size = bytes_in(full)
        cost: dict[Path, list[float]] = {empty: [], full: []}
        for turn in range(ROUNDS):
            for directory in (empty, full):
                figures = uvloop.run(start_and_end(PASS_RESULT, seconds, directory, prefix=f"{turn}-"))
                cost[directory].append(1e6 / figures["transitions per CPU second"])
        forgotten = uvloop.run(_forget(full, min(count, 20 * LOOKED_AT_ONCE)))
    return {
        "ratio": statistics.median(cost[full]) / statistics.median(cost[empty]),
        "us per transition beside none": statistics.median(cost[empty]),
        "us per transition beside them": statistics.median(cost[full]),
        "bytes on disk each": size / count,
        "executions filled/s": count / filling,
        **forgotten,
    }


async def _fill(directory: Path, count: int) -> None:
    store = SqliteStore(directory)
    epoch = await store.claim(0)
    for _ in range(0, count, BATCH):
        await store.commit(0, epoch, [closed_execution(store) for _ in range(BATCH)])
    await store.close()


async def _forget(directory: Path, count: int) -> Figures:
    """Forget the oldest, a piece at a time as retention does."""
    store = SqliteStore(directory)
    epoch = await store.claim(0)
    taken: list[float] = []
    after: int | None = 0
    while after is not None and len(taken) * LOOKED_AT_ONCE < count:
        begun = time.perf_counter()
        closed, after = await store.closed_before(1 << 60, after, LOOKED_AT_ONCE)
        await store.forget(0, epoch, [summary.key for summary in closed])
        taken.append(time.perf_counter() - begun)
    await store.close()
    return {f"ms to forget {LOOKED_AT_ONCE}": 1e3 * statistics.median(taken)}

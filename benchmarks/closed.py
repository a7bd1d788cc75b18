"""Whether anything costs more the more closed executions the database holds, and what forgetting them costs.

Two databases, one empty and one full, take turns second by second, so that the machine's noise falls on both. So do
commits alone and commits while executions are forgotten, at the pace retention has.
"""

import asyncio
import statistics
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.disk import bytes_in
from benchmarks.engine_alone import start_and_end
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.store import MACHINE, closed_execution
from benchmarks.workloads import PASS_RESULT
from podium.engine.retention import LOOKED_AT_ONCE, PAUSE_MS
from podium.store.sqlite import SqliteStore

TITLE = "Closed executions in the database: starts beside them, and forgetting them"
COUNT = 1_000_000
BATCH = 2_000
ROUNDS = 6
READS = 50
PIECES_ALONE = 20
COMMITTED_AT_ONCE = 64
"""Executions of a commit beside which others are forgotten."""


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
        read = uvloop.run(_read(full))
        forgotten = uvloop.run(_forget(full, seconds))
    return {
        "ratio": statistics.median(cost[full]) / statistics.median(cost[empty]),
        "us per transition beside none": statistics.median(cost[empty]),
        "us per transition beside them": statistics.median(cost[full]),
        "bytes on disk each": size / count,
        "executions filled/s": count / filling,
        **read,
        **forgotten,
    }


async def _fill(directory: Path, count: int) -> None:
    store = SqliteStore(directory)
    epoch = await store.claim(0)
    for _ in range(0, count, BATCH):
        await store.commit(0, epoch, [closed_execution(store) for _ in range(BATCH)])
    await store.close()


async def _read(directory: Path) -> Figures:
    """Pages of what lists and searches ask for, from the newest on and from the middle."""
    begun = time.perf_counter()
    store = SqliteStore(directory)
    figures = {"ms to open": 1e3 * (time.perf_counter() - begun)}
    middle = store.next_key() // 2
    asked = {
        "newest": {"state_machine_arn": None, "status": None},
        "of a machine": {"state_machine_arn": MACHINE, "status": None},
        "of a status": {"state_machine_arn": MACHINE, "status": "SUCCEEDED"},
        "of a status nothing has": {"state_machine_arn": MACHINE, "status": "FAILED"},
        "from the middle": {"state_machine_arn": MACHINE, "status": None, "before_key": middle},
    }
    for name, filters in asked.items():
        taken = []
        for _ in range(READS):
            begun = time.perf_counter()
            await store.list_executions(limit=100, **filters)
            taken.append(time.perf_counter() - begun)
        figures[f"us to list 100, {name}"] = 1e6 * statistics.median(taken)
    await store.close()
    return figures


async def _forget(directory: Path, seconds: float) -> Figures:
    """Commits alone and beside retention's pieces, by turns."""
    store = SqliteStore(directory)
    epoch = await store.claim(0)
    taken: dict[bool, list[float]] = {False: [], True: []}
    pieces = 0
    after: int | None = 0

    async def forget_a_piece() -> None:
        nonlocal after, pieces
        closed, after = await store.closed_before(1 << 60, after or 0, LOOKED_AT_ONCE)
        await store.forget(0, epoch, [summary.key for summary in closed])
        pieces += 1

    async def forget() -> None:
        while after is not None:
            await forget_a_piece()
            await asyncio.sleep(PAUSE_MS / 1000)

    begun = time.process_time()
    for _ in range(PIECES_ALONE):
        await forget_a_piece()
    cost = (time.process_time() - begun) / PIECES_ALONE / LOOKED_AT_ONCE
    pieces = 0

    for turn in range(2 * ROUNDS):
        beside = turn % 2 == 1
        forgetting = asyncio.create_task(forget()) if beside else None
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            writes = [closed_execution(store) for _ in range(COMMITTED_AT_ONCE)]
            begun = time.perf_counter()
            await store.commit(0, epoch, writes)
            taken[beside].append(time.perf_counter() - begun)
            await asyncio.sleep(0)
        if forgetting is not None:
            forgetting.cancel()
            await asyncio.gather(forgetting, return_exceptions=True)
    await store.close()
    alone, beside_it = (sorted(taken[beside]) for beside in (False, True))
    return {
        "commit p50 ms": 1e3 * alone[len(alone) // 2],
        "commit p99 ms": 1e3 * alone[len(alone) * 99 // 100],
        "commit p50 ms while forgetting": 1e3 * beside_it[len(beside_it) // 2],
        "commit p99 ms while forgetting": 1e3 * beside_it[len(beside_it) * 99 // 100],
        "us of CPU time to forget one": 1e6 * cost,
        "forgotten/s": pieces * LOOKED_AT_ONCE / seconds / ROUNDS,
    }

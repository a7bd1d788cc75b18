"""The SQLite store alone: writes by batch size, bytes on disk, reads, timers.

An execution here starts and ends in one write: a journal row of 1 KB and its summary. Rows are random bytes, so
nothing is gained by the page cache knowing them.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.disk import bytes_in
from benchmarks.measurement import Figures, Measurement, Options
from podium.store.contract import Append, NewExecution
from podium.store.sqlite import SqliteStore

TITLE = "The SQLite store alone, synchronous=FULL"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:order-processing"
META = os.urandom(64)
STARTED_MS = 1_700_000_000_000
BATCHES = (1, 64, 512)
OPEN_EXECUTIONS, ROWS_EACH = 512, 100
WAITING = 100_000
BATCH = 500
READS = 2_000

Work = Callable[[Path], Awaitable[Figures]]


def measurements(options: Options) -> list[Measurement]:
    """Writes by batch size, rows over open executions, reads among many waiting executions."""
    seconds, waiting_count = options.seconds / 2, max(BATCH * 10, int(WAITING * options.scale))
    works: list[tuple[str, str, Work]] = [
        (f"batches of {size}", "executions of one 1 KB row that start closed", partial(whole_executions, size, seconds))
        for size in BATCHES
    ]
    works.append((f"rows over {OPEN_EXECUTIONS} executions", "rows of 300 B, one of each per commit", rows))
    works.append(
        (f"{waiting_count:,} waiting", "rows of 200 B and snapshots of 200 B", partial(waiting, waiting_count))
    )
    return [Measurement(name, partial(run, work, options.data), includes) for name, includes, work in works]


def run(work: Work, data: Path) -> Figures:
    """One piece of work on an empty directory."""
    with TemporaryDirectory(dir=data, prefix="podium-bench-") as directory:
        return asyncio.run(_run(work, Path(directory)))


async def _run(work: Work, directory: Path) -> Figures:
    return await work(directory)


async def whole_executions(batch_size: int, seconds: float, directory: Path) -> Figures:
    """Commit batches one after the other; only the time in `commit` counts."""
    store = SqliteStore(directory)
    epoch = await store.claim(0)
    row = os.urandom(1000)
    taken: list[float] = []
    end = perf_counter() + seconds
    while perf_counter() < end:
        writes = [_append(store, row) for _ in range(batch_size)]
        taken.append(await _timed(store.commit(0, epoch, writes)))
    await store.close()
    count = batch_size * len(taken)
    total = sum(taken)
    taken.sort()
    return {
        "executions/s": count / total,
        "commit p50 ms": 1e3 * taken[len(taken) // 2],
        "commit p99 ms": 1e3 * taken[len(taken) * 99 // 100],
        "bytes on disk each": bytes_in(directory) / count,
    }


async def rows(directory: Path) -> Figures:
    """Further rows of executions that stay open, then one execution read whole."""
    store = SqliteStore(directory)
    epoch = await store.claim(0)
    row = os.urandom(300)
    started = [_append(store, row, status="RUNNING") for _ in range(OPEN_EXECUTIONS)]
    await store.commit(0, epoch, started)
    begun = perf_counter()
    for sequence in range(2, ROWS_EACH + 1):
        writes = [Append(first.key, sequence, row, "RUNNING", None, True) for first in started]
        await store.commit(0, epoch, writes)
    seconds = perf_counter() - begun
    load = await _timed(store.load(started[OPEN_EXECUTIONS // 2].key))
    await store.close()
    return {
        "rows/s": OPEN_EXECUTIONS * (ROWS_EACH - 1) / seconds,
        "bytes on disk each": bytes_in(directory) / OPEN_EXECUTIONS / ROWS_EACH,
        f"us to load {ROWS_EACH} rows": 1e6 * load,
    }


async def waiting(count: int, directory: Path) -> Figures:
    """Reads while many executions wait."""
    store = SqliteStore(directory)
    epoch = await store.claim(0)
    row, snapshot = os.urandom(200), os.urandom(200)
    chosen: list[Append] = []
    for first in range(0, count, BATCH):
        writes = [_append(store, row, status="RUNNING", wake_at_ms=first + n, snapshot=snapshot) for n in range(BATCH)]
        await store.commit(0, epoch, writes)
        chosen += writes[: max(1, READS * BATCH // count)]
    figures = {
        "ms for 1 % of timers": 1e3 * await _timed(store.due(count // 100, count)),
        "us per find": await _each(store.find(_arn(write)) for write in chosen),
        "us per load": await _each(store.load(write.key) for write in chosen),
        "us to list 100": 1e6
        * await _timed(store.list_executions(state_machine_arn=MACHINE, status="RUNNING", limit=100)),
        "us to count open": 1e6 * await _timed(store.count_open(MACHINE)),
    }
    await store.close()
    begun = perf_counter()
    store = SqliteStore(directory)
    figures["ms to open"] = 1e3 * (perf_counter() - begun)
    await store.close()
    return {**figures, "bytes on disk each": bytes_in(directory) / count}


def closed_execution(store: SqliteStore) -> Append:
    """One that began and ended with one row of 500 B."""
    return _append(store, os.urandom(500))


def _append(
    store: SqliteStore,
    row: bytes,
    *,
    status: str = "SUCCEEDED",
    wake_at_ms: int | None = None,
    snapshot: bytes | None = None,
) -> Append:
    text = os.urandom(16).hex()
    name = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    new = NewExecution(f"{MACHINE.replace('stateMachine', 'execution')}:{name}", MACHINE, name, STARTED_MS, b"", META)
    stop_ms = None if status == "RUNNING" else STARTED_MS + 1
    return Append(store.next_key(), 1, row, status, wake_at_ms, False, stop_ms, new, snapshot)


def _arn(write: Append) -> str:
    assert write.new is not None
    return write.new.arn


async def _timed(work: Awaitable[object]) -> float:
    begun = perf_counter()
    await work
    return perf_counter() - begun


async def _each(works: Iterable[Awaitable[object]]) -> float:
    """Microseconds per piece of work, one after the other."""
    taken = [await _timed(work) for work in works]
    return 1e6 * sum(taken) / len(taken)

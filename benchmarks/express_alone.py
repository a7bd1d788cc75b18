"""Synchronous Express executions in the engine: what StartSyncExecution costs below HTTP."""

import json
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.engine_alone import PREFIX, Answering
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import INPUT, PASS_FIVE_FIELDS
from podium.core.machine.execution_info import ExecutionInfo
from podium.engine.clock import SystemClock
from podium.engine.collector import spare_the_garbage_collector
from podium.engine.engine import Engine
from podium.store.records import RevisionRecord
from podium.store.sqlite import SqliteStore

TITLE = "StartSyncExecution in the engine: ten Pass states with all five I/O fields, one at a time"


def measurements(options: Options) -> list[Measurement]:
    """One after the other: with nothing to wait for, concurrency changes nothing."""
    return [
        Measurement(
            "one at a time",
            partial(run, options.seconds, options.data),
            "the execution, from input to output; no HTTP, no validation, nothing stored",
            {"executions/s": ">= 12,000", "p50 ms": "<= 0.3"},
        )
    ]


def run(seconds: float, data: Path) -> Figures:
    """Run executions for some seconds."""
    with TemporaryDirectory(dir=data, prefix="podium-bench-") as directory:
        return uvloop.run(_run(seconds, Path(directory)))


async def _run(seconds: float, directory: Path) -> Figures:
    store = SqliteStore(directory)
    engine = await Engine.open(store, Answering(), SystemClock())
    spare_the_garbage_collector()
    machine_arn, role_arn = f"{PREFIX}:stateMachine:m", "arn:aws:iam::000000000000:role/r"
    revision = RevisionRecord("r", machine_arn, json.dumps(PASS_FIVE_FIELDS), role_arn, "EXPRESS", 0)
    taken: list[float] = []
    begun, cpu_begun = time.perf_counter(), time.process_time()
    stop = begun + seconds
    while (before := time.perf_counter()) < stop:
        name = str(len(taken))
        info = ExecutionInfo(
            f"{PREFIX}:express:m:{name}:{name}",
            name,
            machine_arn,
            "m",
            role_arn,
            "r",
            SystemClock().now_ms(),
            synchronous=True,
        )
        result = await engine.express.run(info, revision, INPUT)
        taken.append(time.perf_counter() - before)
        if result.status != "SUCCEEDED":
            raise RuntimeError(f"{info.arn}: {result.status}")
    elapsed, cpu = time.perf_counter() - begun, time.process_time() - cpu_begun
    await engine.close()
    await store.close()
    taken.sort()
    return {
        "executions/s": len(taken) / elapsed,
        "executions per CPU second": len(taken) / cpu,
        "p50 ms": 1e3 * taken[len(taken) // 2],
        "p99 ms": 1e3 * taken[len(taken) * 99 // 100],
    }

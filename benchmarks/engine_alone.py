"""The engine without HTTP: 512 coroutines, each starting an execution when its last one is durable."""

import asyncio
import json
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.disk import bytes_in
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import INPUT, PASS_BARE, PASS_FIVE_FIELDS, PASS_RESULT, STEPS, Definition
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.engine.clock import SystemClock
from podium.engine.collector import spare_the_garbage_collector
from podium.engine.engine import Engine
from podium.integrations.contract import Deliver
from podium.store.records import RevisionRecord, StateMachineRecord
from podium.store.sqlite import SqliteStore

TITLE = "Engine alone: ten Pass states, 512 in flight, SQLite with synchronous=FULL"
IN_FLIGHT = 512
PREFIX = "arn:aws:states:us-east-1:000000000000"
WORKLOADS = {"bare": PASS_BARE, "Result + ResultPath": PASS_RESULT, "five I/O fields": PASS_FIVE_FIELDS}


class NoTasks:
    """A performer for machines without Task states."""

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """There is nothing to perform."""
        raise AssertionError(command)

    def cancel(self, command: CancelTask) -> None:
        """There is nothing to cancel."""


def measurements(options: Options) -> list[Measurement]:
    """One per workload."""
    return [
        Measurement(
            name,
            partial(run, definition, options.seconds, options.data),
            "start, ten states decided, encoded, committed, summary row; no HTTP, no validation",
            {"transitions/s": ">= 100,000"} if name == "Result + ResultPath" else {},
        )
        for name, definition in WORKLOADS.items()
    ]


def run(definition: Definition, seconds: float, data: Path) -> Figures:
    """Start executions for some seconds; all started ones are finished when it returns."""
    with TemporaryDirectory(dir=data, prefix="podium-bench-") as directory:
        return uvloop.run(_run(definition, seconds, Path(directory)))


async def _run(definition: Definition, seconds: float, directory: Path) -> Figures:
    store = SqliteStore(directory)
    engine = await Engine.open(store, NoTasks(), SystemClock())
    spare_the_garbage_collector()
    machine = StateMachineRecord(f"{PREFIX}:stateMachine:m", "m", "STANDARD", "r", 0, 0)
    revision = RevisionRecord(
        "r", machine.arn, json.dumps(definition), "arn:aws:iam::000000000000:role/r", "STANDARD", 0
    )
    stop = time.perf_counter() + seconds
    started = 0

    async def start_one_after_the_other(worker: int) -> None:
        nonlocal started
        number = 0
        while time.perf_counter() < stop:
            name = f"{worker}-{number}"
            number += 1
            await engine.start_execution(
                state_machine=machine,
                revision=revision,
                execution_arn=f"{PREFIX}:execution:m:{name}",
                name=name,
                input=INPUT,
            )
            started += 1

    begun, cpu_begun = time.perf_counter(), time.process_time()
    await asyncio.gather(*[start_one_after_the_other(worker) for worker in range(IN_FLIGHT)])
    taken, cpu_taken = time.perf_counter() - begun, time.process_time() - cpu_begun
    still_open = await store.count_open()
    await engine.close()
    await store.close()
    if still_open:
        raise RuntimeError(f"{still_open} executions did not finish")
    written = bytes_in(directory)
    return {
        "transitions/s": STEPS * started / taken,
        "transitions per CPU second": STEPS * started / cpu_taken,
        "bytes on disk per transition": written / started / STEPS,
    }

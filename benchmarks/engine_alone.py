"""The engine without HTTP: 512 coroutines, each starting an execution when its last one is over."""

import asyncio
import json
import sqlite3
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.disk import bytes_in
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import INPUT, PASS_BARE, PASS_FIVE_FIELDS, PASS_RESULT, STEPS, TASK_NO_OP, Definition
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.engine.clock import SystemClock
from podium.engine.collector import spare_the_garbage_collector
from podium.engine.compaction import LOOKED_AT_ONCE
from podium.engine.engine import Engine
from podium.integrations.contract import Deliver, TaskOutcome
from podium.store.records import RevisionRecord, StateMachineRecord
from podium.store.sqlite import FILE_NAME, SqliteStore

TITLE = "Engine alone: ten states, 512 in flight, SQLite with synchronous=FULL"
IN_FLIGHT = 512
PREFIX = "arn:aws:states:us-east-1:000000000000"
COALESCED = "start, ten states decided, encoded, committed, summary row; no HTTP, no validation"
PER_STEP = "eleven decisions and as many commits, each task answered in the next turn of the loop; no HTTP, no call"
WORKLOADS = {
    "bare": (PASS_BARE, ">= 250,000", COALESCED),
    "Result + ResultPath": (PASS_RESULT, ">= 100,000", COALESCED),
    "five I/O fields": (PASS_FIVE_FIELDS, ">= 150,000", COALESCED),
    "ten Tasks, a commit per step": (TASK_NO_OP, ">= 60,000", PER_STEP),
}


class Answering:
    """A performer that answers every task in the next turn of the loop."""

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """Succeed with an empty object."""
        asyncio.get_running_loop().call_soon(deliver, TaskOutcome(output=b"{}"))

    def cancel(self, command: CancelTask) -> None:
        """Nothing is stopped early here."""
        raise AssertionError(command)


def measurements(options: Options) -> list[Measurement]:
    """One per workload."""
    return [
        Measurement(
            name,
            partial(run, definition, options.seconds, options.data),
            includes,
            {"transitions/s": target},
        )
        for name, (definition, target, includes) in WORKLOADS.items()
    ]


def run(definition: Definition, seconds: float, data: Path) -> Figures:
    """Start executions for some seconds; all started ones are finished when it returns."""
    with TemporaryDirectory(dir=data, prefix="podium-bench-") as directory:
        figures = uvloop.run(start_and_end(definition, seconds, Path(directory)))
        if definition == TASK_NO_OP:
            figures |= uvloop.run(_archive(Path(directory)))
        return figures


async def _archive(directory: Path) -> Figures:
    """Pack what has closed together, as the engine does when it has a moment."""
    store = SqliteStore(directory)
    epoch = await store.claim(0)
    executions = store.next_key() - 1
    begun, after = time.process_time(), 0
    while after is not None:
        after = await store.compact(0, epoch, after, LOOKED_AT_ONCE)
    cost = time.process_time() - begun
    await store.close()
    with closing(sqlite3.connect(directory / FILE_NAME)) as connection:
        # What is free is used again; here it is left out.
        connection.execute("VACUUM")
    return {
        "bytes on disk per transition, archived": bytes_in(directory) / executions / STEPS,
        "us of CPU time to archive a transition": 1e6 * cost / executions / STEPS,
    }


async def start_and_end(definition: Definition, seconds: float, directory: Path, prefix: str = "") -> Figures:
    """The same on the database of a directory; `prefix` keeps the names of several runs apart."""
    store = SqliteStore(directory)
    engine = await Engine.open(store, Answering(), SystemClock())
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
            name = f"{prefix}{worker}-{number}"
            number += 1
            arn = f"{PREFIX}:execution:m:{name}"
            await engine.start_execution(
                state_machine=machine,
                revision=revision,
                execution_arn=arn,
                name=name,
                input=INPUT,
            )
            if definition == TASK_NO_OP:
                await engine.ended(arn)
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

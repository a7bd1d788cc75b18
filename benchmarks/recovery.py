"""Many executions in flight, `kill -9`, and how long until all of them are under way again.

The engine that is killed runs in a process of its own; the one that recovers is measured in this one. Every
execution waits for the outcome of a call that nobody answers before the crash and everybody after it.
"""

import asyncio
import json
import multiprocessing
import os
import signal
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.engine_alone import PREFIX
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import INPUT, chain
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.engine.clock import SystemClock
from podium.engine.collector import spare_the_garbage_collector
from podium.engine.engine import Engine
from podium.integrations.contract import Deliver, TaskOutcome
from podium.store.records import REVISION, RevisionRecord, StateMachineRecord, pack
from podium.store.sqlite import SqliteStore

TITLE = "In flight, kill -9, recovery"
COUNT = 100_000
AT_ONCE = 512
TASK = chain({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f"}, 1)


def measurements(options: Options) -> list[Measurement]:
    """A hundred thousand, fewer with --quick."""
    count = max(AT_ONCE, int(COUNT * options.scale))
    return [
        Measurement(
            f"{count:,} in flight",
            partial(run, count, options.data),
            "from opening the store; a query is DescribeExecution; resumed is every outcome in and every end durable",
            {"s to a query": "<= 0.5", "s until re-armed": "<= 2", "s until resumed": "<= 20"},
            seconds_at_most=600.0,
        )
    ]


def run(count: int, data: Path) -> Figures:
    """Start them, kill the engine, recover."""
    with TemporaryDirectory(dir=data, prefix="podium-bench-") as name:
        directory = Path(name)
        process = multiprocessing.get_context("spawn").Process(target=_start_and_die, args=(count, directory))
        process.start()
        process.join()
        if process.exitcode != -signal.SIGKILL:
            raise RuntimeError(f"the first engine ended with {process.exitcode}")
        return uvloop.run(_recover(count, directory))


class Holding:
    """A performer that keeps how outcomes are delivered."""

    def __init__(self) -> None:
        self.held: list[Deliver] = []

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """Keep it."""
        self.held.append(deliver)

    def cancel(self, command: CancelTask) -> None:
        """Nothing is stopped early here."""
        raise AssertionError(command)


def _start_and_die(count: int, directory: Path) -> None:
    uvloop.run(_start(count, directory))
    os.kill(os.getpid(), signal.SIGKILL)


async def _start(count: int, directory: Path) -> None:
    store = SqliteStore(directory)
    engine = await Engine.open(store, Holding(), SystemClock())
    spare_the_garbage_collector()
    machine = StateMachineRecord(f"{PREFIX}:stateMachine:m", "m", "STANDARD", "r", 0, 0)
    revision = RevisionRecord("r", machine.arn, json.dumps(TASK), "arn:aws:iam::000000000000:role/r", "STANDARD", 0)
    await store.put(REVISION, "r", pack(revision))

    async def start(first: int) -> None:
        for number in range(first, count, AT_ONCE):
            await engine.start_execution(
                state_machine=machine, revision=revision, execution_arn=_arn(number), name=str(number), input=INPUT
            )

    await asyncio.gather(*(start(first) for first in range(AT_ONCE)))


def _arn(number: int) -> str:
    return f"{PREFIX}:execution:m:{number}"


async def _recover(count: int, directory: Path) -> Figures:
    performer = Holding()
    spare_the_garbage_collector()
    begun = time.perf_counter()
    store = SqliteStore(directory)
    engine = await Engine.open(store, performer, SystemClock(), recover=False)
    view = await engine.describe_execution(_arn(count // 2))
    queried = time.perf_counter() - begun
    await engine.recover()
    armed = time.perf_counter() - begun
    if view is None or view.status != "RUNNING" or len(performer.held) != count:
        raise RuntimeError(f"{count - len(performer.held)} of {count} executions were lost")
    for deliver in performer.held:
        deliver(TaskOutcome(output=b"{}"))
    await engine.quiet()
    resumed = time.perf_counter() - begun
    still_open = await store.count_open()
    await engine.close()
    await store.close()
    if still_open:
        raise RuntimeError(f"{still_open} executions did not end")
    return {"s to a query": queried, "s until re-armed": armed, "s until resumed": resumed}

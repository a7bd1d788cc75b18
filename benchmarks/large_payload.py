"""A payload of 200 KB through ten states, against writing its bytes once.

Executions and plain writes take turns on the same disk, so that the machine's noise falls on both.
"""

import json
import os
import statistics
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.disk import bytes_in, write_durably
from benchmarks.engine_alone import PREFIX, Answering
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import PASS_BARE, PASS_RESULT, Definition
from podium.engine.clock import SystemClock
from podium.engine.engine import Engine
from podium.store.records import RevisionRecord, StateMachineRecord
from podium.store.sqlite import SqliteStore

TITLE = "A payload of 200 KB through ten Pass states, engine alone, one at a time"
PAYLOAD_BYTES = 200_000
TIMES = 60


def measurements(options: Options) -> list[Measurement]:
    """Handed on as it is, and with a field changed by every state."""
    times = max(5, int(TIMES * options.scale))
    includes = "start to durable end; beside it one write and fdatasync of the payload; random hexadecimal text"
    return [
        Measurement(name, partial(run, definition, times, options.data), includes, targets)
        for name, definition, targets in (
            ("passed unchanged", PASS_BARE, {"ratio": "<= 3"}),
            ("one field changed per state", PASS_RESULT, {}),
        )
    ]


def run(definition: Definition, times: int, data: Path) -> Figures:
    """Executions and writes by turns."""
    with TemporaryDirectory(dir=data, prefix="podium-bench-") as directory:
        return uvloop.run(_run(definition, times, Path(directory)))


async def _run(definition: Definition, times: int, directory: Path) -> Figures:
    (directory / "written").mkdir()
    store = SqliteStore(directory / "store")
    engine = await Engine.open(store, Answering(), SystemClock())
    machine = StateMachineRecord(f"{PREFIX}:stateMachine:m", "m", "STANDARD", "r", 0, 0)
    role = "arn:aws:iam::000000000000:role/r"
    revision = RevisionRecord("r", machine.arn, json.dumps(definition), role, "STANDARD", 0)
    executing: list[float] = []
    writing: list[float] = []
    for number in range(times + 1):
        # Random, or compression would make the comparison too easy.
        text = json.dumps({"n": 1, "padding": os.urandom(PAYLOAD_BYTES // 2).hex()}).encode()
        begun = time.perf_counter()
        arn = f"{PREFIX}:execution:m:{number}"
        await engine.start_execution(
            state_machine=machine, revision=revision, execution_arn=arn, name=str(number), input=text
        )
        await engine.ended(arn)
        executing.append(time.perf_counter() - begun)
        writing.append(write_durably(directory / "written", text))
    await engine.close()
    await store.close()
    # The first of each makes files and compiles the definition.
    executed, wrote = statistics.median(executing[1:]), statistics.median(writing[1:])
    return {
        "ratio": executed / wrote,
        "ms per execution": 1e3 * executed,
        "ms to write the bytes once": 1e3 * wrote,
        "bytes on disk per byte of input": bytes_in(directory / "store") / (times + 1) / PAYLOAD_BYTES,
    }

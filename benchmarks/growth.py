"""Whether a transition costs more the longer an execution has lived.

Two executions of one loop share an engine: an old one at event 24,000 and a young one at event 10. They are woken
by turns, so that whatever the machine does meanwhile happens to both. One wake is ten transitions, a new payload
of 100 KB and one commit; when the execution was evicted, it begins with folding it from the journal.
"""

import json
import statistics
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import Definition, counting_loop
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.core.machine.limits import OPEN
from podium.engine.engine import Engine
from podium.integrations.contract import Deliver, TaskOutcome
from podium.store.records import RevisionRecord, StateMachineRecord
from podium.store.sqlite import SqliteStore
from podium.testing import VirtualClock

TITLE = "Growth: cost of a transition at event 24,000 against event 10, payloads of 100 KB"
PREFIX = "arn:aws:states:us-east-1:000000000000"
PAYLOAD_BYTES = 100_000
OLD_EVENT, YOUNG_EVENT = 24_000, 10
QUICKER = 20
"""So many times as much of it is kept as of other counts: the whole takes seconds."""
SAMPLES = 96
"""Wakes of each that are timed; a multiple of the engine's snapshot interval for sleeping executions."""
TRANSITIONS_PER_WAKE = 10
LOOK_AHEAD_SECONDS = 1e9
"""No look-ahead falls into a timed wake."""
WAIT_SECONDS = 60
EVICTED = counting_loop({"Type": "Wait", "Seconds": WAIT_SECONDS})
IN_MEMORY = counting_loop(
    {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f", "ResultPath": None}
)


def measurements(options: Options) -> list[Measurement]:
    """In memory, and evicted and woken."""
    old_event = int(OLD_EVENT * min(1.0, QUICKER * options.scale))
    return [
        Measurement(
            f"{name}, event {old_event:,}",
            partial(run, definition, events_per_wake, old_event, options.data),
            f"{before}; decide, encode, commit to SQLite FULL; ratio of the medians of {SAMPLES} wakes of each",
            {"ratio": "<= 1.1"},
        )
        for name, definition, events_per_wake, before in (
            ("in memory", IN_MEMORY, 23, "a task's outcome, given at once by the benchmark"),
            ("evicted and woken", EVICTED, 20, "a timer, then load and fold (snapshot and rows after it)"),
        )
    ]


def run(definition: Definition, events_per_wake: int, old_event: int, data: Path) -> Figures:
    """One old and one young execution, woken by turns."""
    with TemporaryDirectory(dir=data, prefix="podium-bench-") as directory:
        return uvloop.run(_run(definition, events_per_wake, old_event, Path(directory)))


class Answers:
    """A performer that keeps commands until the benchmark lets them succeed."""

    def __init__(self) -> None:
        self.outstanding: dict[str, Deliver] = {}
        """By execution ARN."""

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """Keep it."""
        self.outstanding[command.execution_arn] = deliver

    def cancel(self, command: CancelTask) -> None:
        """Nothing is stopped early here."""
        raise AssertionError(command)


async def _run(definition: Definition, events_per_wake: int, old_event: int, directory: Path) -> Figures:
    store, clock, answers = SqliteStore(directory), VirtualClock(), Answers()
    engine = await Engine.open(store, answers, clock, limits=OPEN, look_ahead_seconds=LOOK_AHEAD_SECONDS)

    async def wake(arn: str) -> float:
        """Let the execution whose turn it is go on; seconds until it is blocked again."""
        begun = time.perf_counter()
        deliver = answers.outstanding.pop(arn, None)
        if deliver is not None:
            deliver(TaskOutcome(output=b"{}"))
            await engine.quiet()
        else:
            next_ms = clock.next_timer_ms()
            assert next_ms is not None
            await clock.advance(next_ms - clock.now_ms(), engine.quiet)
        return time.perf_counter() - begun

    old = await _start(engine, definition, "old")
    for _ in range(old_event // events_per_wake):
        await wake(old)
    # Half a wait later, so that the timers of the two take turns.
    await clock.advance(WAIT_SECONDS * 500, engine.quiet)
    young = await _start(engine, definition, "young")
    for _ in range(YOUNG_EVENT // events_per_wake):
        await wake(old)
        await wake(young)
    taken: dict[str, list[float]] = {old: [], young: []}
    for _ in range(SAMPLES):
        for arn in (old, young):
            taken[arn].append(await wake(arn))
    for arn, before in ((old, old_event), (young, YOUNG_EVENT)):
        last = (await engine.history(arn, after_event_id=0, limit=1, reverse=True, include_data=False))[0][0]["id"]
        if last < before - events_per_wake + SAMPLES * events_per_wake:
            raise RuntimeError(f"{arn} is only at event {last}: some of its wakes were another's")
    await engine.close()
    await store.close()
    return {
        "ratio": statistics.median(taken[old]) / statistics.median(taken[young]),
        "ratio of means": statistics.mean(taken[old]) / statistics.mean(taken[young]),
        "us per transition, old": 1e6 * statistics.median(taken[old]) / TRANSITIONS_PER_WAKE,
        "us per transition, young": 1e6 * statistics.median(taken[young]) / TRANSITIONS_PER_WAKE,
    }


async def _start(engine: Engine, definition: Definition, name: str) -> str:
    machine = StateMachineRecord(f"{PREFIX}:stateMachine:loop", "loop", "STANDARD", "r", 0, 0)
    role = "arn:aws:iam::000000000000:role/r"
    revision = RevisionRecord("r", machine.arn, json.dumps(definition), role, "STANDARD", 0)
    text = json.dumps({"count": {"n": 0}, "padding": "x" * PAYLOAD_BYTES}).encode()
    arn = f"{PREFIX}:execution:loop:{name}"
    await engine.start_execution(state_machine=machine, revision=revision, execution_arn=arn, name=name, input=text)
    await engine.quiet()
    return arn

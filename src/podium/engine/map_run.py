"""One Map Run under way: reads items, keeps so many children running, counts how they end.

    read a piece of items -> select, batch -> start children, so many at once -> a child's commit pokes the run
      -> ... until nothing is left: write results, record the end, bring the outcome to the execution

Nothing polls and nothing waits: `_pump` works until it is blocked and ends; a child that starts or ends pokes it
again. A child's name follows from the run and its index, so starting one twice finds the first. The record says up
to where all children have ended; after a crash the run reads its items from there on, and finds every later child
either as it was left or not there yet.
"""

import asyncio
import contextlib
import itertools
import logging
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from typing import Any, Final, NamedTuple, Protocol

from podium.core.expressions.errors import EvaluationError
from podium.core.jsontext import InvalidJson
from podium.core.machine.chance import derived_uuid
from podium.core.machine.commands import StartMapRun
from podium.core.machine.failure import DATA_LIMIT, RUNTIME, too_large
from podium.core.machine.limits import Limits
from podium.core.machine.map_run import Item, MapRunLimits, machine_of
from podium.engine.clock import Clock
from podium.engine.errors import CommitFailed, EngineDraining, ExecutionAlreadyExists, ExecutionDoesNotExist
from podium.engine.map_run_batches import Batches, ChildInput, in_one_piece
from podium.engine.map_run_results import Results
from podium.integrations.contract import TaskOutcome
from podium.integrations.items.contract import READER_FAILED, Items, ItemsFailed
from podium.store.contract import Store, StoreError
from podium.store.map_runs import MAP_RUN, OPEN_MAP_RUN, MapRunRecord, Tally, pack_map_run
from podium.store.records import RevisionRecord, StateMachineRecord

log = logging.getLogger(__name__)

CHILDREN_MAX: Final = 10_000
"""AWS's bound of children that run at once."""
STARTS_MAX: Final = 128
"""Children on their way to the journal at once."""
STOPS_MAX: Final = 128
SAVE_CHILDREN: Final = 1_000
SAVE_MS: Final = 500
"""The record is written when this many children ended or this much time passed since."""
EXCEEDED: Final = "States.ExceedToleratedFailureThreshold"

_ENDED_BADLY: Final = ("FAILED", "TIMED_OUT")


class Child(NamedTuple):
    """A child that was started, or is about to be."""

    position: int
    """Among the run's children."""
    items: int


class StartChild(Protocol):
    """`Engine.start_execution`."""

    async def __call__(
        self,
        *,
        state_machine: StateMachineRecord,
        revision: RevisionRecord,
        execution_arn: str,
        name: str,
        input: bytes,
        map_run_arn: str,
        item_count: int,
        test_case: str | None,
    ) -> object:
        """Start it; see there."""


class Surroundings(NamedTuple):
    """What a Map Run works with."""

    store: Store
    clock: Clock
    items: Items
    limits: Limits
    start: StartChild
    stop: Callable[[str, str | None, str | None], Coroutine[Any, Any, object]]
    spawn: Callable[[Coroutine[Any, Any, None]], None]
    later: Callable[[Callable[[], None]], None]


class MapRun:
    """Drives one Map Run. `ended` is told its outcome once, None when nobody waits for it."""

    def __init__(
        self,
        around: Surroundings,
        command: StartMapRun,
        record: MapRunRecord,
        revision: RevisionRecord,
        ended: Callable[[TaskOutcome | None], None],
    ) -> None:
        self._around = around
        self._plan = command.plan
        self._test_case = command.test_case
        self.record = record
        self._revision = revision
        self._ended = ended
        prefix = ":".join(command.execution_arn.split(":", 5)[:5])
        name = revision.state_machine_arn.rpartition(":")[2]
        self._machine = StateMachineRecord(
            revision.state_machine_arn, name, revision.type, revision.revision_id, record.start_ms, record.start_ms
        )
        self._child_prefix = f"{prefix}:execution:{machine_of(name)}/{self._plan.label}:"
        self._ready: deque[ChildInput] = deque()
        self._running: dict[str, Child] = {}
        """Children by ARN: started, or being started."""
        self._starting = 0
        self._next = record.settled
        """Index of the next child to start."""
        self._settled_ahead: dict[int, tuple[str, int]] = {}
        """How children ended that ended before an earlier one: status and items by index."""
        record.tally = record.settled_tally.copy()
        record.executions, record.items = record.settled, record.settled_items
        self._skip = record.settled_items
        self._batches = Batches(self._plan, record.settled_items)
        self._pieces: AsyncGenerator[list[Item]] | None = None
        self._exhausted = False
        self._outputs: dict[str, bytes] = {}
        self._output_bytes = 0
        self._failure: tuple[str | None, str | None] | None = None
        self._aborted = False
        self._pumping = False
        self._poked = False
        self._saved_ms = around.clock.now_ms()
        self._unsaved = 0

    # -- what happens to it ------------------------------------------------------------------------------------

    def poke(self) -> None:
        """Something changed: go on."""
        if self._pumping:
            self._poked = True
            return
        self._pumping = True
        self._around.spawn(self._pump())

    def child_ended(self, arn: str, status: str, output: bytes | None) -> None:
        """A child's end is durable."""
        child = self._running.pop(arn, None)
        if child is None:
            return
        self.record.tally.add(status, child.items)
        self._settle(child, status)
        if output is not None and self._plan.writer.parameters is None:
            self._output_bytes += len(output)
            if self._output_bytes <= 2 * self._around.limits.payload_bytes:
                self._outputs[arn] = output
        self._unsaved += 1
        self._judge()
        self.poke()

    def update(self, limits: dict[str, Any]) -> None:
        """UpdateMapRun: from now on these limits hold."""
        for name, value in limits.items():
            setattr(self.record, name, value)
        self._unsaved += SAVE_CHILDREN
        self._judge()
        self.poke()

    def abort(self) -> None:
        """Nobody waits for it any more."""
        self._aborted = True
        self.poke()

    @property
    def running(self) -> tuple[int, int]:
        """How many children run, and of how many items."""
        return len(self._running), sum(child.items for child in self._running.values())

    # -- going on ------------------------------------------------------------------------------------------------

    async def _pump(self) -> None:
        try:
            while True:
                self._poked = False
                if await self._step():
                    return
                if not self._poked:
                    break
        except (StoreError, CommitFailed) as error:
            log.error("Map Run %s is held up and goes on soon: %s", self.record.arn, error)
            self._around.later(self.poke)
        except EngineDraining:
            log.info("Map Run %s goes on when the server is back", self.record.arn)
        except Exception as error:
            log.exception("Map Run %s cannot go on", self.record.arn)
            self._failure = RUNTIME, f"Podium could not go on with this Map Run: {error!r}"
            self._around.later(self.poke)
        finally:
            self._pumping = False
            if self._poked:
                self.poke()

    async def _step(self) -> bool:
        """Work until blocked; True when the run has ended."""
        while True:
            if self.record.status != "RUNNING":
                return True
            if self._aborted or self._failure is not None:
                if self._starting:
                    # A child on its way can't be stopped before it is there.
                    break
                await self._finish()
                return True
            room = min(self._concurrency() - len(self._running), STARTS_MAX - self._starting)
            while room > 0 and self._ready:
                self._start(self._ready.popleft())
                room -= 1
            if self._ready or room <= 0:
                break
            if self._exhausted:
                if self._running:
                    break
                await self._finish()
                return True
            await self._read()
            await self._save_sometimes()
        await self._save_sometimes()
        return False

    def _concurrency(self) -> int:
        wanted = self.record.max_concurrency
        return min(wanted, CHILDREN_MAX) if wanted else CHILDREN_MAX

    async def _read(self) -> None:
        """Read the next piece of items and make children of it."""
        if self._pieces is None:
            reader = self._plan.reader
            if reader is not None:
                self._pieces = self._around.items.read(reader)
            else:
                self._pieces = in_one_piece(self._plan)
        made: list[ChildInput] = []
        try:
            piece = await anext(self._pieces, None)
            if piece is None:
                self._exhausted = True
                made = self._batches.rest()
            else:
                skipped = min(self._skip, len(piece))
                self._skip -= skipped
                for item in piece[skipped:]:
                    made += self._batches.add(item)
                self.record.items += len(piece) - skipped
        except ItemsFailed as failed:
            self._failure = failed.error, failed.cause
        except EvaluationError as failed:
            self._failure = failed.error, failed.cause
        except InvalidJson as failed:
            self._failure = READER_FAILED, str(failed)
        self.record.executions += len(made)
        self._ready.extend(made)
        if self._exhausted:
            self._judge()

    def _start(self, child: ChildInput) -> None:
        index = self._next
        self._next += 1
        name = derived_uuid(self.record.arn, index)
        arn = self._child_prefix + name
        self._running[arn] = Child(index, child.items)
        self._starting += 1
        self._around.spawn(self._start_child(arn, name, child))

    async def _start_child(self, arn: str, name: str, child: ChildInput) -> None:
        try:
            await self._around.start(
                state_machine=self._machine,
                revision=self._revision,
                execution_arn=arn,
                name=name,
                input=child.text,
                map_run_arn=self.record.arn,
                item_count=child.items,
                test_case=self._test_case,
            )
        except ExecutionAlreadyExists:
            # From before a crash: it has ended, or runs and will tell us when it does.
            found = await self._around.store.find(arn)
            if found is not None and found.status != "RUNNING":
                self.child_ended(arn, found.status, None)
        except EngineDraining:
            return
        except (StoreError, CommitFailed) as error:
            log.error("a child of %s could not be started and is tried again: %s", self.record.arn, error)
            self._around.later(lambda: self._around.spawn(self._start_child(arn, name, child)))
            return
        self._starting -= 1
        self.poke()

    def _settle(self, child: Child, status: str) -> None:
        record, ahead = self.record, self._settled_ahead
        ahead[child.position] = status, child.items
        while (found := ahead.pop(record.settled, None)) is not None:
            record.settled += 1
            record.settled_items += found[1]
            record.settled_tally.add(*found)

    def _judge(self) -> None:
        """See whether more failed than is tolerated; the share is known once all items are."""
        record = self.record
        failed = sum(record.tally.items.get(status, 0) for status in _ENDED_BADLY)
        if not failed or self._failure is not None:
            return
        count, percentage = record.tolerated_count, record.tolerated_percentage
        if count is None and percentage is None:
            count = 0
        too_many = count is not None and failed > count
        if percentage is not None and self._exhausted and failed * 100 > percentage * record.items:
            too_many = True
        if too_many:
            self._failure = EXCEEDED, "The specified tolerated failure threshold was exceeded"

    # -- the end ---------------------------------------------------------------------------------------------

    async def _finish(self) -> None:
        """Stop what runs, write the results, record the end and tell of it."""
        outcome = None
        if self._pieces is not None:
            await self._pieces.aclose()
        await self._stop_children()
        if not self._aborted:
            outcome = await self._outcome()
        record = self.record
        record.status = "ABORTED" if outcome is None else "FAILED" if outcome.output is None else "SUCCEEDED"
        record.stop_ms = self._around.clock.now_ms()
        if outcome is not None:
            record.error, record.cause = outcome.error, outcome.cause
        try:
            await self._save()
        except StoreError:
            record.status, record.stop_ms = "RUNNING", None
            raise
        await self._around.store.delete(OPEN_MAP_RUN, record.arn)
        self._ended(outcome)

    async def _stop_children(self) -> None:
        """Children that haven't ended are stopped; their ends are counted as they come in."""
        while self._running:
            some = itertools.islice(list(self._running), STOPS_MAX)
            await asyncio.gather(*(self._stop_child(arn) for arn in some))

    async def _stop_child(self, arn: str) -> None:
        with contextlib.suppress(ExecutionDoesNotExist):
            await self._around.stop(arn, None, None)
        found = await self._around.store.find(arn)
        if found is None:
            self._running.pop(arn, None)
        elif found.status != "RUNNING":
            self.child_ended(arn, found.status, None)

    async def _outcome(self) -> TaskOutcome:
        around = self._around
        now_ms = around.clock.now_ms()
        results = Results(around.store, self._plan, self.record.arn, now_ms, around.limits.history_events)
        failure = self._failure
        output = None
        try:
            if self._plan.writer.parameters is not None and (failure is None or failure[0] == EXCEEDED):
                output = await results.write(self._children(), self._unstarted(), self._around.items)
                self.record.results_written = True
            elif failure is None:
                self.record.results_written = True
                most = around.limits.payload_bytes
                output = await results.output(self._children(), self._outputs, most)
                if output is None:
                    failure = DATA_LIMIT, too_large(self._plan.state).cause
        except ItemsFailed as failed:
            failure = failure or (failed.error, failed.cause)
        if failure is not None:
            return TaskOutcome(error=failure[0], cause=failure[1])
        return TaskOutcome(output=output)

    async def _children(self) -> AsyncIterator[str]:
        """The ARNs of all started children, in order."""
        for index in range(self._next):
            yield self._child_prefix + derived_uuid(self.record.arn, index)

    async def _unstarted(self) -> AsyncIterator[bytes]:
        """The inputs of children that were made but not started."""
        for child in self._ready:
            yield child.text

    # -- remembering ------------------------------------------------------------------------------------------

    async def _save_sometimes(self) -> None:
        now_ms = self._around.clock.now_ms()
        if self._unsaved >= SAVE_CHILDREN or (self._unsaved and now_ms - self._saved_ms >= SAVE_MS):
            await self._save()

    async def _save(self) -> None:
        self._saved_ms = self._around.clock.now_ms()
        self._unsaved = 0
        await self._around.store.put(MAP_RUN, self.record.arn, pack_map_run(self.record))


def new_record(arn: str, execution_arn: str, limits: MapRunLimits, start_ms: int) -> MapRunRecord:
    """The record of a Map Run that begins."""
    return MapRunRecord(
        arn,
        execution_arn,
        start_ms,
        limits.max_concurrency,
        limits.tolerated_count,
        limits.tolerated_percentage,
        settled_tally=Tally(),
        tally=Tally(),
    )

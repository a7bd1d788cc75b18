"""One Map Run under way: keeps so many children running, judges how they end, and ends itself.

    a redriven run: children that did not succeed run again        `map_run_redrive`
    read a piece of items -> select, batch                         `map_run_input`
      -> start children, so many at once                           `map_run_children`
      -> a child's commit pokes the run, its end is counted        `map_run_progress`
      -> ... until nothing is left: write results                  `map_run_results`
      -> record the end, bring the outcome to the execution

Nothing polls and nothing waits: `_pump` works until it is blocked and ends; a child that starts or ends pokes it
again. After a crash the run reads its items from where all children have ended, and finds every later child either
as it was left or not there yet. docs/decisions/0010-map-runs.md says why it is built so.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

from podium.core.machine.commands import StartMapRun
from podium.core.machine.failure import DATA_LIMIT, RUNTIME, too_large
from podium.engine.errors import CommitFailed, EngineDraining
from podium.engine.map_run_children import STARTS_MAX, Children, Surroundings
from podium.engine.map_run_input import InputFailed, MapRunInput
from podium.engine.map_run_progress import Progress
from podium.engine.map_run_redrive import Redriven
from podium.engine.map_run_results import Results
from podium.integrations.contract import TaskOutcome
from podium.integrations.items.contract import ItemsFailed
from podium.store.contract import StoreError
from podium.store.map_runs import OPEN_MAP_RUN, RUNNING, MapRunRecord
from podium.store.records import RevisionRecord

log = logging.getLogger(__name__)

CHILDREN_MAX: Final = 10_000
"""AWS's bound of children that run at once."""
EXCEEDED: Final = "States.ExceedToleratedFailureThreshold"


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
        self.record = record
        self._ended = ended
        self.progress = Progress(around.store, around.clock, record)
        self._input = MapRunInput(command.plan, around.items, record)
        self._children = Children(around, command, revision, self.progress, self._child_had_ended, self.poke)
        self._redriven = Redriven(around.store, self.progress)
        self._outputs: dict[str, bytes] = {}
        self._output_bytes = 0
        self._failure: tuple[str | None, str | None] | None = None
        self._result: TaskOutcome | None = None
        self._aborted = False
        self._pumping = False
        self._poked = False
        self.over = asyncio.Event()
        """Set when the run has ended, durably."""

    # -- what happens to it ------------------------------------------------------------------------------------

    def poke(self) -> None:
        """Something changed: go on."""
        if self._pumping:
            self._poked = True
            return
        self._pumping = True
        self._around.spawn(self._pump())

    def child_ended(self, arn: str, status: str, output: bytes | None, *, redrivable: bool = True) -> None:
        """A child's end is durable; one with a full history can't be redriven."""
        if not redrivable:
            self.progress.cannot_be_redriven(arn)
        if not self.progress.ended(arn, status):
            return
        if output is not None and self._plan.writer.parameters is None:
            self._output_bytes += len(output)
            if self._output_bytes <= 2 * self._around.limits.payload_bytes:
                self._outputs[arn] = output
        self._judge()
        self.poke()

    def _child_had_ended(self, arn: str, status: str) -> None:
        self.child_ended(arn, status, None)

    async def update(self, limits: dict[str, Any]) -> None:
        """UpdateMapRun: from now on these limits hold. Durable when this returns."""
        for name, value in limits.items():
            setattr(self.record, name, value)
        await self.progress.save()
        self._judge()
        self.poke()

    def abort(self) -> None:
        """Nobody waits for it any more."""
        self._aborted = True
        self.poke()

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
        if self.record.status != RUNNING:
            return True
        if not self._redriven.surveyed:
            await self._redriven.survey()
        while not self._aborted and self._failure is None:
            room = self._room()
            if room > 0 and not self._redriven.done:
                await self._redrive(room)
            elif room > 0 and self._input.ready:
                self._children.start(self._input.ready.popleft())
            elif room <= 0 or (self._input.exhausted and self.progress.running):
                await self.progress.save_sometimes()
                return False
            elif self._input.exhausted:
                break
            else:
                await self._read()
                await self.progress.save_sometimes()
        if self._children.starting:
            # A child on its way can't be stopped before it is there.
            return False
        await self._finish()
        return True

    def _room(self) -> int:
        """How many children may be started now."""
        wanted = self.record.max_concurrency
        most = min(wanted, CHILDREN_MAX) if wanted else CHILDREN_MAX
        return min(most - len(self.progress.running), STARTS_MAX - self._children.starting)

    async def _redrive(self, room: int) -> None:
        for _ in range(room):
            arn = await self._redriven.next()
            if arn is None:
                break
            self._children.redrive(arn)

    async def _read(self) -> None:
        try:
            await self._input.read()
        except InputFailed as failed:
            self._failure = failed.error, failed.cause
        if self._input.exhausted:
            self._judge()

    def _judge(self) -> None:
        """See whether more failed than is tolerated; the share is known once all items are."""
        record, failed = self.record, self.progress.failed_items
        if not failed or self._failure is not None:
            return
        count, percentage = record.tolerated_count, record.tolerated_percentage
        if count is None and percentage is None:
            count = 0
        too_many = count is not None and failed > count
        if percentage is not None and self._input.exhausted and failed * 100 > percentage * record.items:
            too_many = True
        if too_many:
            self._failure = EXCEEDED, "The specified tolerated failure threshold was exceeded"

    # -- the end ---------------------------------------------------------------------------------------------

    async def _finish(self) -> None:
        """Stop what runs, write the results, record the end and tell of it."""
        record = self.record
        await self._children.stop_all()
        self.progress.give_up_pending()
        record.all_started = self._input.exhausted and not (self._input.ready or self._input.left_over)
        if self._result is None:
            self._result = await self._outcome()
            await self._input.close()
        outcome = None if self._aborted else self._result
        record.status = "ABORTED" if outcome is None else "FAILED" if outcome.output is None else "SUCCEEDED"
        record.stop_ms = self._around.clock.now_ms()
        if outcome is not None:
            record.error, record.cause = outcome.error, outcome.cause
        try:
            await self.progress.save()
        except StoreError:
            record.status, record.stop_ms = RUNNING, None
            raise
        await self._around.store.delete(OPEN_MAP_RUN, record.arn)
        self.over.set()
        self._ended(outcome)

    async def _outcome(self) -> TaskOutcome:
        around, failure = self._around, self._failure
        results = Results(around.store, self._plan, self.record.arn, around.clock.now_ms(), around.limits)
        exports = self._plan.writer.parameters is not None
        output = None
        try:
            # A run that ends early exports what there is, and what is missing.
            if exports and (failure is None or failure[0] == EXCEEDED):
                output = await results.write(self._children.arns(), self._input.rest(), around.items)
                self.record.results_written = True
            elif failure is None and not self._aborted:
                self.record.results_written = True
                output = await results.output(self._children.arns(), self._outputs)
                if output is None:
                    failure = DATA_LIMIT, too_large(self._plan.state).cause
        except ItemsFailed as failed:
            failure = failure or (failed.error, failed.cause)
        if failure is not None:
            return TaskOutcome(error=failure[0], cause=failure[1])
        return TaskOutcome(output=output)


def new_record(command: StartMapRun, start_ms: int) -> MapRunRecord:
    """The record of a Map Run that begins."""
    limits = command.plan.limits
    return MapRunRecord(
        command.map_run_arn,
        command.execution_arn,
        start_ms,
        limits.max_concurrency,
        limits.tolerated_count,
        limits.tolerated_percentage,
        express=command.plan.execution_type == "EXPRESS",
    )

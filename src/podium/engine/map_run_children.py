"""The children of one Map Run: started, redriven and stopped, so many on their way to the journal at once.

A child's name follows from the run and its position, so starting one twice finds the first.
"""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, Final, NamedTuple, Protocol

from podium.core.machine.chance import derived_uuid
from podium.core.machine.commands import StartMapRun
from podium.core.machine.item_batches import ChildInput
from podium.core.machine.limits import Limits
from podium.core.machine.map_run import machine_of
from podium.core.machine.redrive import UNSUCCESSFUL
from podium.engine import stored_info
from podium.engine.clock import Clock
from podium.engine.errors import CommitFailed, EngineDraining, ExecutionAlreadyExists, ExecutionDoesNotExist
from podium.engine.map_run_progress import Child, Progress
from podium.engine.starting import ChildOf
from podium.integrations.items.contract import Items
from podium.store.contract import ExecutionSummary, Journal, Store, StoreError
from podium.store.records import RevisionRecord, StateMachineRecord

log = logging.getLogger(__name__)

STARTS_MAX: Final = 128
"""Children on their way to the journal at once."""
STOPS_MAX: Final = 128
PAGE: Final = 500


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
        child_of: ChildOf,
        test_case: str | None,
    ) -> object:
        """Start it; see there."""


class RedriveChild(Protocol):
    """`Redriving.redrive_child`."""

    async def __call__(self, arn: str, of_map_run: int, *, from_the_start: bool) -> bool:
        """Let it run again; see there."""


class Surroundings(NamedTuple):
    """What a Map Run works with."""

    store: Store
    clock: Clock
    items: Items
    limits: Limits
    start: StartChild
    redrive: RedriveChild
    stop: Callable[[str, str | None, str | None], Coroutine[Any, Any, object]]
    spawn: Callable[[Coroutine[Any, Any, None]], None]
    later: Callable[[Callable[[], None]], None]


class Children:
    """Starts and stops children.

    Args:
        ended: is told of a child that turns out to have ended already.
        settled: is told when one more is in the journal.
    """

    def __init__(
        self,
        around: Surroundings,
        command: StartMapRun,
        revision: RevisionRecord,
        progress: Progress,
        ended: Callable[[str, str], None],
        settled: Callable[[], None],
    ) -> None:
        self._around = around
        self._progress = progress
        self._record = progress.record
        self._revision = revision
        self._test_case = command.test_case
        self._ended = ended
        self._settled = settled
        prefix = ":".join(command.execution_arn.split(":", 5)[:5])
        name, now_ms = revision.state_machine_arn.rpartition(":")[2], self._record.start_ms
        self._machine = StateMachineRecord(
            revision.state_machine_arn, name, revision.type, revision.revision_id, now_ms, now_ms
        )
        self._arn_prefix = f"{prefix}:execution:{machine_of(name)}/{command.plan.label}:"
        self.starting = 0
        """On their way to the journal."""
        self.next_position = self._record.settled

    def start(self, child: ChildInput) -> None:
        """Start the next one."""
        position = self.next_position
        self.next_position += 1
        arn = f"{self._arn_prefix}{self._name(position)}"
        self._progress.running[arn] = Child(position, child.items)
        self.starting += 1
        self._around.spawn(self._bring(arn, lambda: self._start(arn, position, child)))

    def redrive(self, arn: str) -> None:
        """Let one run again that is in `progress.running`, or count it as it ended if it can't."""
        self.starting += 1
        self._around.spawn(self._bring(arn, lambda: self._redrive(arn)))

    async def _bring(self, arn: str, attempt: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await attempt()
        except EngineDraining:
            return
        except (StoreError, CommitFailed) as error:
            log.error("%s, a child of a Map Run, could not be started and is tried again: %s", arn, error)
            self._around.later(lambda: self._around.spawn(self._bring(arn, attempt)))
            return
        self.starting -= 1
        self._settled()

    async def _start(self, arn: str, position: int, child: ChildInput) -> None:
        record = self._record
        try:
            await self._around.start(
                state_machine=self._machine,
                revision=self._revision,
                execution_arn=arn,
                name=self._name(position),
                input=child.text,
                child_of=ChildOf(record.arn, child.items, position, record.redrive_count),
                test_case=self._test_case,
            )
        except ExecutionAlreadyExists:
            # From before a crash: it has ended, or runs and will tell us when it does.
            found = await self._around.store.find(arn)
            if found is None or found.status == "RUNNING":
                return
            if found.status in UNSUCCESSFUL and stored_info.info_of(found).redrives.of_map_run < record.redrive_count:
                await self._redrive(arn)
            else:
                self._ended(arn, found.status)

    async def _redrive(self, arn: str) -> None:
        again = False
        with contextlib.suppress(ExecutionDoesNotExist):
            again = await self._around.redrive(arn, self._record.redrive_count, from_the_start=self._record.express)
        if not again:
            self._progress.cannot_be_redriven(arn)
        found = await self._around.store.find(arn)
        if found is None:
            # It isn't kept any more; that it failed is all that is known.
            self._ended(arn, "FAILED")
        elif found.status != "RUNNING":
            self._ended(arn, found.status)

    async def stop_all(self) -> None:
        """Those that have not ended are stopped; their ends are counted as they come in."""
        running = self._progress.running
        while running:
            await asyncio.gather(*(self._stop(arn) for arn in itertools.islice(list(running), STOPS_MAX)))

    async def _stop(self, arn: str) -> None:
        with contextlib.suppress(ExecutionDoesNotExist):
            await self._around.stop(arn, None, None)
        found = await self._around.store.find(arn)
        if found is None:
            self._progress.running.pop(arn, None)
        elif found.status != "RUNNING":
            self._ended(arn, found.status)

    async def arns(self) -> AsyncIterator[str]:
        """Of all that were started, in order."""
        for position in range(self.next_position):
            yield f"{self._arn_prefix}{self._name(position)}"

    def _name(self, position: int) -> str:
        return derived_uuid(self._record.arn, position)


async def children_of(journal: Journal, map_run_arn: str, status: str) -> AsyncIterator[ExecutionSummary]:
    """The children of a Map Run in a status, the newest first, read a page at a time."""
    before_key = None
    while True:
        page = await journal.list_executions(
            state_machine_arn=map_run_arn, status=status, before_key=before_key, limit=PAGE
        )
        for summary in page:
            yield summary
        if len(page) < PAGE:
            return
        before_key = page[-1].key

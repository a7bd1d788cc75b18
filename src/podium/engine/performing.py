"""Performing: commands go out to the world, their outcomes come back to their executions, once.

Knows which commands this process performs and which it only watches; not what an execution is. Activities are a
part of it: their tasks are offered to workers instead of being performed here.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from podium.core.machine.commands import Command, GiveTask, InvokeTask, StartMapRun, StopMapRun
from podium.core.machine.payload import Payload
from podium.core.machine.stimuli import (
    ActivityTaken,
    Stimulus,
    TaskFailed,
    TaskReported,
    TaskSubmitted,
    TaskSucceeded,
)
from podium.engine.activities import Activities, ActivityTask, Offer
from podium.engine.clock import Clock
from podium.engine.map_runs import MapRuns
from podium.integrations.contract import TaskOutcome, TaskPerformer
from podium.store.activities import ACTIVITY
from podium.store.contract import Catalogue, StoreError

log = logging.getLogger(__name__)

CommandId = tuple[int, int]
"""The key of an execution and the event that scheduled the command."""


class Performing:
    """Commands under way.

    Args:
        deliver: lets something happen to an execution.
        tell: the same, and returns when it is durable.
        spawn: runs work of the engine beside it.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        performer: TaskPerformer,
        clock: Clock,
        map_runs: MapRuns,
        deliver: Callable[[int, Stimulus], None],
        tell: Callable[[int, Stimulus], Awaitable[Any]],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._store = catalogue
        self._performer = performer
        self._map_runs = map_runs
        self._deliver = deliver
        self._tell = tell
        self._spawn = spawn
        self._calling: set[CommandId] = set()
        """Commands this process performs whose outcome is still to come."""
        self._watched: set[CommandId] = set()
        """Those that were submitted: their end may take as long as it likes, so a drain doesn't wait for it."""
        self._given: dict[CommandId, ActivityTask] = {}
        """Activity tasks on their way to the worker that took them."""
        self._none_left = asyncio.Event()
        self.activities = Activities(clock, self._take)

    @property
    def under_way(self) -> int:
        """How many commands this process performs."""
        return len(self._calling)

    async def ended(self, seconds: float) -> None:
        """Return when every command under way has its outcome, or after a time."""
        if self._calling:
            self._none_left.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._none_left.wait(), seconds)

    def close(self) -> None:
        """Wait for nothing any more: outcomes that still come find nobody."""
        self._calling.clear()
        self._watched.clear()

    def perform(self, key: int, commands: Sequence[Command]) -> None:
        """Perform the commands of a durable decision, or those whose outcome a restart found missing."""
        for command in commands:
            if isinstance(command, InvokeTask):
                if command.resource.kind == "activity":
                    self._spawn(self._offer(key, command))
                else:
                    self._invoke(key, command)
            elif isinstance(command, GiveTask):
                self._given[key, command.scheduled_id] = ActivityTask(command.token, command.input.decode())
            elif isinstance(command, StartMapRun):
                self._map_runs.start(command, partial(self._map_run_ended, key, command))
            elif isinstance(command, StopMapRun):
                self._map_runs.stop(command)
            elif command.resource.kind == "activity":
                self.activities.withdraw(command.resource.text, key, command.scheduled_id)
            else:
                self._forget((key, command.scheduled_id))
                try:
                    self._performer.cancel(command)
                except Exception:
                    log.exception("cancelling %s failed; it goes on unheeded", command.resource.text)

    def _invoke(self, key: int, command: InvokeTask) -> None:
        deliver = partial(self.outcome, key, command)
        (self._watched if command.submitted else self._calling).add((key, command.scheduled_id))
        try:
            self._performer.perform(command, deliver)
        except Exception as error:
            log.exception("performing %s failed; the task fails", command.resource.text)
            deliver(TaskOutcome(error="States.Runtime", cause=f"Podium could not perform the task: {error!r}"))

    def _map_run_ended(self, key: int, command: StartMapRun, outcome: TaskOutcome) -> None:
        branch_id, scheduled_id = command.branch_id, command.scheduled_id
        if outcome.output is not None:
            self._deliver(key, TaskSucceeded(branch_id, scheduled_id, Payload.from_text(outcome.output)))
        else:
            self._deliver(key, TaskFailed(branch_id, scheduled_id, outcome.error, outcome.cause))

    async def _offer(self, key: int, command: InvokeTask) -> None:
        """Offer an activity's task to its workers, if there is such an activity."""
        arn = command.resource.text
        try:
            known = await self._store.get(ACTIVITY, arn) is not None
        except StoreError as error:
            log.error("whether activity %s exists could not be read: %s", arn, error)
            known = True
        if known:
            self.activities.offer(arn, Offer(key, command.branch_id, command.scheduled_id))
        else:
            cause = f"Activity Does Not Exist: '{arn}'"
            self._deliver(key, TaskFailed(command.branch_id, command.scheduled_id, "ActivityDoesNotExist", cause))

    async def _take(self, offer: Offer, worker: str | None) -> ActivityTask | None:
        """A worker takes an offered task; see `activities.Take`."""
        await self._tell(offer.key, ActivityTaken(offer.branch_id, offer.scheduled_id, worker))
        return self._given.pop((offer.key, offer.scheduled_id), None)

    def _forget(self, command: CommandId) -> bool:
        """Wait no more for a command's outcome; False when nobody did."""
        if command in self._calling:
            self._calling.remove(command)
            if not self._calling:
                self._none_left.set()
            return True
        if command in self._watched:
            self._watched.remove(command)
            return True
        return False

    def outcome(self, key: int, command: InvokeTask, outcome: TaskOutcome) -> None:
        """A command's outcome, once. One that nobody waits for any more is dropped by `decide`."""
        branch_id, scheduled_id = command.branch_id, command.scheduled_id
        was_watched = (key, scheduled_id) in self._watched
        if not self._forget((key, scheduled_id)):
            return
        if outcome.output is None:
            self._deliver(key, TaskFailed(branch_id, scheduled_id, outcome.error, outcome.cause))
            return
        output = Payload.from_text(outcome.output)
        if not (outcome.submitted or outcome.reported is not None or command.resource.pattern == "waitForTaskToken"):
            self._deliver(key, TaskSucceeded(branch_id, scheduled_id, output))
            return
        if outcome.submitted and not was_watched:
            self._watched.add((key, scheduled_id))
        if outcome.reported is not None:
            # Kept until TaskSubmitted, so that a crash between the two loses nothing.
            self._deliver(key, TaskReported(branch_id, scheduled_id, Payload.from_text(outcome.reported)))
        self._deliver(key, TaskSubmitted(branch_id, scheduled_id, output))

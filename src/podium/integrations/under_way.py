"""Which tasks are being performed, for who must know when none is: time may only be skipped then."""

import asyncio
from functools import partial

from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.contract import Deliver, TaskOutcome, TaskPerformer


class UnderWay:
    """A performer that counts what another performs.

    A task whose token somebody holds isn't under way: nobody here is at work on it.
    """

    def __init__(self, performer: TaskPerformer) -> None:
        self._performer = performer
        self._tasks: set[tuple[str, int]] = set()
        self._none = asyncio.Event()
        self._none.set()

    @property
    def any(self) -> bool:
        """Whether a task is under way."""
        return bool(self._tasks)

    async def ended(self) -> None:
        """Return when no task is under way."""
        await self._none.wait()

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """Start the task."""
        task = (command.execution_arn, command.scheduled_id)
        self._tasks.add(task)
        self._none.clear()
        self._performer.perform(command, partial(self._deliver, task, deliver))

    def cancel(self, command: CancelTask) -> None:
        """Stop the task if that is possible."""
        self._forget((command.execution_arn, command.scheduled_id))
        self._performer.cancel(command)

    def _deliver(self, task: tuple[str, int], deliver: Deliver, outcome: TaskOutcome) -> None:
        if not outcome.submitted:
            self._forget(task)
        deliver(outcome)

    def _forget(self, task: tuple[str, int]) -> None:
        self._tasks.discard(task)
        if not self._tasks:
            self._none.set()

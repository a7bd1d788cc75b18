"""Tasks that wait for somebody: callbacks whose token is in other hands, activities no worker has taken.

Nothing is kept for this. What waits is in the journal already, so a listing reads the open executions, a bounded
number at a time, and an execution that waits costs no more for being listed.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from msgspec import Struct

from podium.core.machine import branch as status
from podium.core.machine.branch import HANDED_OVER, OFFERED, Branch
from podium.core.machine.task_token import read_token
from podium.engine.active import Active
from podium.engine.activities import Activities
from podium.engine.errors import TaskDoesNotExist, TaskTimedOut
from podium.store.contract import Journal

READ_AT_ONCE: Final = 500
"""Open executions looked at for one page."""


class WaitingTask(Struct, frozen=True):
    """A task that waits. Times in epoch milliseconds."""

    token: str
    execution_arn: str
    state_machine_arn: str
    state: str
    resource: str
    scheduled_id: int
    entered_ms: int
    deadline_ms: int | None
    """When it times out or misses a heartbeat, where it can."""
    input: str
    """JSON text: what the service, or the activity's worker, was given."""
    taken: bool
    """Whether somebody has the task; False for an activity's that no worker took."""


class Inbox:
    """Lists waiting tasks, and lets a person take one.

    Args:
        resident: the execution with this key as it is in memory, else as the journal has it; None when it is closed.
    """

    def __init__(
        self,
        journal: Journal,
        secret: bytes,
        activities: Activities,
        resident: Callable[[int], Awaitable[Active | None]],
    ) -> None:
        self._journal = journal
        self._secret = secret
        self._activities = activities
        self._resident = resident

    async def page(self, before_key: int | None, limit: int) -> tuple[list[WaitingTask], int | None]:
        """Waiting tasks, those of the latest executions first, and where the next page starts.

        A page ends with a whole execution, so it may hold a few more than `limit`.
        """
        found: list[WaitingTask] = []
        open_ones = await self._journal.list_executions(
            state_machine_arn=None, status="RUNNING", before_key=before_key, limit=READ_AT_ONCE
        )
        for summary in open_ones:
            active = await self._resident(summary.key)
            if active is not None:
                found.extend(_waiting(active))
            if len(found) >= limit:
                return found, summary.key
        return found, open_ones[-1].key if len(open_ones) == READ_AT_ONCE else None

    async def find(self, account: str, token: str) -> WaitingTask:
        """The task a token names.

        Raises:
            InvalidTaskToken: it is no token.
            TaskDoesNotExist, TaskTimedOut: nobody waits for that task (any more).
        """
        named = read_token(self._secret, account, token)
        active = await self._resident(named.execution_key)
        task = next((task for task in _waiting(active) if task.token == token), None) if active is not None else None
        if task is None:
            raise TaskTimedOut if await self._journal.rows_at(named.execution_key, [1]) else TaskDoesNotExist
        return task

    async def take(self, account: str, token: str, worker: str) -> WaitingTask:
        """Make sure the task is in somebody's hands: an activity's that nobody took is this person's from now on.

        Raises:
            InvalidTaskToken, TaskDoesNotExist, TaskTimedOut: as `find`.
        """
        task = await self.find(account, token)
        if not task.taken:
            key = read_token(self._secret, account, token).execution_key
            await self._activities.claim(task.resource, key, task.scheduled_id, worker)
        return task


def _waiting(active: Active) -> list[WaitingTask]:
    return [_task(active, branch) for branch in active.execution.branches.values() if _waits(branch)]


def _waits(branch: Branch) -> bool:
    return branch.status == status.TASK and branch.task is not None and branch.task.phase in (OFFERED, HANDED_OVER)


def _task(active: Active, branch: Branch) -> WaitingTask:
    info, task, key = active.execution.info, branch.task, active.execution.token_key
    assert task is not None
    assert key is not None
    state = active.machine.scopes[branch.scope].states[branch.state]
    return WaitingTask(
        token=key.token(branch.id, task.scheduled_id, branch.attempt),
        execution_arn=info.arn,
        state_machine_arn=info.state_machine_arn,
        state=branch.state,
        resource=state.resource.text if state.resource is not None else "",
        scheduled_id=task.scheduled_id,
        entered_ms=branch.entered_ms,
        deadline_ms=branch.wake_ms,
        input=task.parameters.text.decode(),
        taken=task.phase == HANDED_OVER,
    )

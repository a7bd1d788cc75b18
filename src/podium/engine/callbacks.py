"""Callbacks: what the holders of task tokens tell the engine. Accepted means durable."""

from collections.abc import Awaitable, Callable

from podium.core.machine.payload import Payload
from podium.core.machine.stimuli import Stimulus, TaskReported
from podium.core.machine.task_token import read_token
from podium.engine.errors import TaskDoesNotExist, TaskTimedOut
from podium.engine.heartbeats import Heartbeat
from podium.store.contract import Journal

Tell = Callable[[int, Stimulus | Heartbeat], Awaitable[bool]]
"""Let something happen to the execution with this key; whether anything followed."""


class Callbacks:
    """Takes reports and heartbeats. Every method raises InvalidTaskToken, TaskDoesNotExist or TaskTimedOut."""

    def __init__(self, journal: Journal, secret: bytes, tell: Tell) -> None:
        self._journal = journal
        self._secret = secret
        self._tell = tell

    def check(self, account: str, token: str) -> None:
        """Only whether it is a token at all."""
        read_token(self._secret, account, token)

    async def succeed(self, account: str, token: str, output: bytes) -> None:
        """The task ended with an output (JSON text)."""
        task = read_token(self._secret, account, token)
        report = TaskReported(task.branch_id, task.scheduled_id, Payload.from_text(output))
        await self._deliver(task.execution_key, report)

    async def fail(self, account: str, token: str, error: str | None, cause: str | None) -> None:
        """The task failed."""
        task = read_token(self._secret, account, token)
        await self._deliver(task.execution_key, TaskReported(task.branch_id, task.scheduled_id, None, error, cause))

    async def heartbeat(self, account: str, token: str) -> None:
        """The task goes on."""
        task = read_token(self._secret, account, token)
        await self._deliver(task.execution_key, Heartbeat(task.branch_id, task.scheduled_id))

    async def _deliver(self, key: int, report: Stimulus | Heartbeat) -> None:
        if not await self._tell(key, report):
            known = await self._journal.rows_at(key, [1])
            raise TaskTimedOut if known else TaskDoesNotExist

"""Group commit: decisions of many executions share one transaction and one fsync.

A batch is written as soon as the store is idle, never on a timer; what arrives during a commit forms the next
batch. So at concurrency 1 the latency is one fsync, and under load the batch size follows by itself.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from podium.store.contract import Journal, Write


class Pending(Protocol):
    """Something to be made durable."""

    @property
    def write(self) -> Write:
        """What the store is to write."""


P = TypeVar("P", bound=Pending)


class Committer(Generic[P]):
    """Takes pending writes in order and commits them in batches."""

    def __init__(
        self,
        journal: Journal,
        shard: int,
        epoch: int,
        committed: Callable[[Sequence[P]], None],
        failed: Callable[[Sequence[P], Exception], None],
    ) -> None:
        self._journal = journal
        self._shard = shard
        self._epoch = epoch
        self._committed = committed
        self._failed = failed
        self._pending: list[P] = []
        self._arrived = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._barriers: list[asyncio.Future[None]] = []
        self._closing = False
        self._task = asyncio.create_task(self._run(), name="group-commit")

    @property
    def busy(self) -> bool:
        """Whether anything is pending or being committed."""
        return not self._idle.is_set()

    @property
    def waiting(self) -> int:
        """How many writes wait for the next batch."""
        return len(self._pending)

    def submit(self, pending: P) -> None:
        """Commit with the next batch; `committed` or `failed` will be called with it."""
        self._pending.append(pending)
        self._idle.clear()
        self._arrived.set()

    async def quiet(self) -> None:
        """Return when nothing is pending; under load that may be never."""
        await self._idle.wait()

    async def flushed(self) -> None:
        """Return when everything submitted so far is durable or has failed."""
        if self.busy:
            barrier = asyncio.get_running_loop().create_future()
            self._barriers.append(barrier)
            self._arrived.set()
            await barrier

    async def close(self) -> None:
        """Commit what is pending, then stop."""
        self._closing = True
        self._arrived.set()
        await self._task

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            # Everything that is ready in this turn of the loop joins the batch before it is closed.
            await asyncio.sleep(0)
            batch, self._pending = self._pending, []
            barriers, self._barriers = self._barriers, []
            self._arrived.clear()
            if batch:
                try:
                    await self._journal.commit(self._shard, self._epoch, [pending.write for pending in batch])
                except Exception as error:
                    # Whatever failed, nothing of the batch is stored; what was decided since rests on it.
                    after, self._pending = self._pending, []
                    self._failed([*batch, *after], error)
                else:
                    self._committed(batch)
            for barrier in barriers:
                if not barrier.done():
                    barrier.set_result(None)
            if self._pending or self._barriers:
                self._arrived.set()
                continue
            self._idle.set()
            if self._closing:
                return

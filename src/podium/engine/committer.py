"""Group commit: decisions of many executions share one transaction and one fsync.

A batch is written as soon as the store is idle, never on a timer; what arrives during a commit forms the next
batch. So at concurrency 1 the latency is one fsync, and under load the batch size follows by itself.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from podium.engine.errors import Refused
from podium.store.contract import Fenced, Journal, Write

log = logging.getLogger(__name__)

BATCH_MAX: Final = 1024
"""Writes of one batch: inserting them holds up the event loop, about 10 ms for so many."""


class Pending(Protocol):
    """Something to be made durable. One of the two methods is called once; neither may raise."""

    @property
    def write(self) -> Write:
        """What the store is to write."""

    def committed(self) -> None:
        """It is durable."""

    def failed(self, error: Exception) -> None:
        """It is not stored: because of `Refused`, its execution's own, or because the whole batch failed."""


class Committer:
    """Takes pending writes in order and commits them in batches.

    `lost` is called when another owner has claimed the shard: nothing can be made durable here any more.
    """

    def __init__(self, journal: Journal, shard: int, epoch: int, lost: Callable[[], None]) -> None:
        self._journal = journal
        self._shard = shard
        self._epoch = epoch
        self._pending: list[Pending] = []
        self._done = 0
        """Writes that are durable or have failed."""
        self._arrived = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._barriers: list[tuple[int, asyncio.Future[None]]] = []
        """(how many writes must be done, who waits for it), in order."""
        self._in_commit = 0
        self._closing = False
        self._lost = lost
        self._task = asyncio.create_task(self._run(), name="group-commit")

    @property
    def busy(self) -> bool:
        """Whether anything is pending or being committed."""
        return not self._idle.is_set()

    def submit(self, pending: Pending) -> None:
        """Commit with the next batch; it is told how that went."""
        self._pending.append(pending)
        if not self._arrived.is_set():
            self._idle.clear()
            self._arrived.set()

    async def quiet(self) -> None:
        """Return when nothing is pending; under load that may be never."""
        await self._idle.wait()

    async def flushed(self) -> None:
        """Return when everything submitted so far is durable or has failed."""
        if self.busy:
            barrier: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._barriers.append((self._done + self._in_commit + len(self._pending), barrier))
            await barrier

    async def close(self) -> None:
        """Commit what is pending, then stop."""
        self._closing = True
        self._arrived.set()
        await self._task

    async def _run(self) -> None:
        while True:
            # Woken in the next turn of the loop: everything that is ready in this one joins the batch.
            await self._arrived.wait()
            batch, self._pending = self._pending[:BATCH_MAX], self._pending[BATCH_MAX:]
            if batch:
                self._in_commit = len(batch)
                await self._commit(batch)
            self._lift_barriers()
            if self._pending:
                # A journal that needs no thread must not keep everybody else from having a turn.
                await asyncio.sleep(0)
                continue
            self._arrived.clear()
            self._idle.set()
            if self._closing:
                return

    async def _commit(self, batch: list[Pending]) -> None:
        try:
            refused = await self._journal.commit(self._shard, self._epoch, [pending.write for pending in batch])
        except Exception as error:
            # Nothing of the batch is stored; what was decided since rests on it.
            failed, self._pending = [*batch, *self._pending], []
            log.error("a commit of %d decisions failed: %s", len(failed), error)
            if isinstance(error, Fenced):
                self._lost()
            self._settle([], failed, error)
            return
        if not refused:
            self._settle(batch, [], None)
            return
        failed = [pending for pending in [*batch, *self._pending] if pending.write.key in refused]
        batch = [pending for pending in batch if pending.write.key not in refused]
        self._pending = [pending for pending in self._pending if pending.write.key not in refused]
        self._settle(batch, failed, Refused("the journal holds something else"))

    def _settle(self, committed: list[Pending], failed: list[Pending], error: Exception | None) -> None:
        self._in_commit = 0
        self._done += len(committed) + len(failed)
        committed.reverse()
        while committed:
            # Taken out one by one: each is given back while it is at hand, not all of them a batch later.
            committed.pop().committed()
        if error is not None:
            for pending in failed:
                pending.failed(error)

    def _lift_barriers(self) -> None:
        while self._barriers and self._barriers[0][0] <= self._done:
            barrier = self._barriers.pop(0)[1]
            if not barrier.done():
                barrier.set_result(None)

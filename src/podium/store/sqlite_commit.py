"""Where the slow parts of SQLite run: COMMIT, which waits for the disk, and checkpoints.

Handing COMMIT to a thread lets the event loop go on while the disk works, but a hand-over costs more than a
fast disk's fsync. So the last durations decide: in place while they are short, in a thread otherwise.
"""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")

_log = logging.getLogger(__name__)

IN_PLACE_SECONDS = 0.0003
"""Commits shorter than this do not leave the event loop."""
_REMEMBERED = 8
_CHECKPOINT_PAGES = 4_000
"""Pages written (about 16 MiB) after which the write-ahead log is copied into the database."""
_BLOCKING_PAGES = 16_000
"""Length of the log (about 64 MiB) at which commits wait for a checkpoint to catch up with them."""


class Committer:
    """Commits one connection's transactions, in place or in a thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._executor = ThreadPoolExecutor(1, "podium-store-commit")
        self._seconds: deque[float] = deque(maxlen=_REMEMBERED)
        """Of the last commits, all in place or all in the thread."""
        self._in_place = False
        self.committed = 0
        """How many transactions are durable: tells when whoever waited for one was cancelled."""

    async def commit(self) -> None:
        """Return when the open transaction would survive a power cut. Even when cancelled, not before."""
        if self.in_place():
            self._commit()
        else:
            await finished(self._executor, self._commit)

    def in_place(self) -> bool:
        """Whether the next commit runs on the calling thread.

        In a thread, a duration contains the wait for the interpreter's lock, so that only the shortest ones say how
        fast the disk is: the second shortest of the last decides. In place, their mean is what the event loop loses.
        """
        if len(self._seconds) == _REMEMBERED:
            typical = sum(self._seconds) / _REMEMBERED if self._in_place else sorted(self._seconds)[1]
            if (typical < IN_PLACE_SECONDS) != self._in_place:
                self._in_place = not self._in_place
                self._seconds.clear()
        return self._in_place

    def _commit(self) -> None:
        started = perf_counter()
        self._connection.execute("COMMIT")
        self.committed += 1
        self._seconds.append(perf_counter() - started)

    def close(self) -> None:
        """Stop the thread."""
        self._executor.shutdown()


class Checkpointer:
    """Copies the write-ahead log into the database, in a thread and on a connection of its own.

    A checkpoint never stops a commit, but as long as commits go on it never catches up with them and the log
    grows. Past `_BLOCKING_PAGES` it is `behind`: the next transaction lets it copy the short remainder first,
    after which the log starts afresh.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._executor = ThreadPoolExecutor(1, "podium-store-checkpoint")
        self._running: Future[None] | None = None
        self._pages = 0
        self.behind = False

    def wrote(self, pages: int) -> None:
        """Count what a commit wrote and start a checkpoint when it is time."""
        self._pages += pages
        if self._pages >= _CHECKPOINT_PAGES and (self._running is None or self._running.done()):
            self._pages = 0
            self._running = self._executor.submit(self._checkpoint)

    async def catch_up(self) -> None:
        """Copy what is left of the log; nobody may be writing."""
        await finished(self._executor, self._checkpoint)
        self.behind = False

    def _checkpoint(self) -> None:
        try:
            _, length, _ = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self.behind = length >= _BLOCKING_PAGES
        except sqlite3.Error as error:
            # Nothing is lost: the log keeps what could not be copied, and the next checkpoint tries again.
            _log.warning("the write-ahead log could not be copied into the database: %s", error)

    def close(self) -> None:
        """Wait for a checkpoint under way and stop the thread."""
        self._executor.shutdown()


async def finished(executor: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    """Run `work` in the executor; when cancelled, wait until it has ended before passing the cancellation on."""
    future = asyncio.get_running_loop().run_in_executor(executor, work)
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.shield(future)
        except asyncio.CancelledError as error:
            cancelled = error
        except BaseException:
            # What the work raised is raised below.
            break
    if cancelled is not None:
        raise cancelled
    return future.result()

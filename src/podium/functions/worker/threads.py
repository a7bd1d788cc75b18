"""Threads for synchronous handlers, without a hand-off per call.

One thread drains the queue, call after call, for as long as calls are quick: waking another thread for each
call costs several times what a quick handler does. Only when the threads at work have made no progress for a
tick (a handler waits for the network, or sleeps) are more of them woken, each time twice as many, up to the
limit; so a slow handler delays the calls behind it by some ticks, not by its own duration.
"""

import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Final, Generic, TypeVar

TICK_SECONDS: Final = 0.002

Job = TypeVar("Job")


class Threads(Generic[Job]):
    """Runs `job`s one after the other on as few threads as keep the queue moving.

    Args:
        run: performs a job; must not raise.
        idle: called by a thread that found the queue empty, and after every `batch` jobs.
        limit: most threads at once.
    """

    def __init__(self, run: Callable[[Job], None], idle: Callable[[], None], *, limit: int, batch: int = 32) -> None:
        self._run = run
        self._idle = idle
        self._limit = limit
        self._batch = batch
        self._queue: deque[Job] = deque()
        # Its C implementation wakes a thread several times faster than threading.Semaphore does.
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._lock = threading.Lock()
        self._active = 0
        self._started = 0
        self._done = 0
        self._done_at_last_tick = -1

    @property
    def busy(self) -> bool:
        """Whether jobs are waiting, so that `tick` is wanted."""
        return bool(self._queue)

    def submit(self, jobs: list[Job]) -> None:
        """Queue jobs; at least one thread is at work when this returns."""
        self._queue.extend(jobs)
        with self._lock:
            if not self._active:
                self._activate(1)

    def tick(self) -> None:
        """Call every `TICK_SECONDS` while `busy`: wakes more threads when none of them gets anywhere."""
        if self._queue and self._done == self._done_at_last_tick:
            with self._lock:
                self._activate(min(max(self._active, 1), len(self._queue)))
        self._done_at_last_tick = self._done

    def _activate(self, count: int) -> None:
        count = min(count, self._limit - self._active)
        for _ in range(count):
            self._active += 1
            if self._active > self._started:
                self._started += 1
                threading.Thread(target=self._work, name=f"handler-{self._started}", daemon=True).start()
            self._wake.put(None)

    def _work(self) -> None:
        while True:
            self._wake.get()
            while self._drain():
                pass

    def _drain(self) -> bool:
        """Run jobs until there are none; False when this thread has gone back to waiting."""
        take = self._queue.popleft
        since_idle = 0
        while True:
            try:
                job = take()
            except IndexError:
                break
            self._run(job)
            # Not exact when several threads count at once; it only has to move.
            self._done += 1
            since_idle += 1
            if since_idle >= self._batch:
                since_idle = 0
                self._idle()
        self._idle()
        with self._lock:
            # Under the lock `submit` takes: a job queued meanwhile either is seen here or wakes a thread there.
            if self._queue:
                return True
            self._active -= 1
            return False

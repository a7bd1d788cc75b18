"""How long ended Express executions stay in the store: not at all, as on AWS, or while their history is to be seen.

What ended in this process is queued and forgotten in its turn; what an earlier process left is looked for once, in the
background. The newest one always waits for a newer one: the store keeps its newest execution anyway. What is missed,
as the newest one of an earlier process, goes with the Standard ones (`retention.py`).
"""

import logging
from collections import deque
from typing import Final

from podium.engine.background import Background
from podium.engine.clock import Clock
from podium.engine.driving import SHARD
from podium.engine.express import is_express
from podium.store.contract import Fenced, Store

log = logging.getLogger(__name__)

FORGOTTEN_AT_ONCE: Final = 256
"""Executions of one piece of work. A piece holds up commits for about as long as one of them takes."""
QUEUED_MAX: Final = 1_000_000
PAUSE_MS: Final = 1_000
"""Before something that has ended is looked at: many go at once."""
SCAN_PAUSE_MS: Final = 50


class ExpressRetention:
    """Forgets Express executions `kept_ms` after their end."""

    def __init__(self, store: Store, clock: Clock, epoch: int, kept_ms: int, background: Background) -> None:
        self._store = store
        self._clock = clock
        self._epoch = epoch
        self._kept_ms = kept_ms
        self._background = background
        self._ended: deque[tuple[int, int]] = deque()
        """(when it may be forgotten, key), in the order they ended."""
        self._waiting = False
        self._started = 0

    def begin(self) -> None:
        """Look for what an earlier process has left."""
        self._started = self._store.next_key()
        self._background.spawn(self._scan(0))

    def ended(self, key: int, stop_ms: int) -> None:
        """An execution has ended, durably. When too many wait already, it goes with the Standard ones."""
        if len(self._ended) >= QUEUED_MAX:
            return
        self._ended.append((stop_ms + self._kept_ms, key))
        self._wait()

    def _wait(self) -> None:
        if not self._waiting and len(self._ended) > 1:
            self._waiting = True
            at_ms = max(self._ended[0][0], self._clock.now_ms() + PAUSE_MS)
            self._clock.call_at(at_ms, lambda: self._background.spawn(self._forget_some()))

    async def _forget_some(self) -> None:
        self._waiting = False
        now_ms, keys = self._clock.now_ms(), list[int]()
        while len(self._ended) > 1 and self._ended[0][0] <= now_ms and len(keys) < FORGOTTEN_AT_ONCE:
            keys.append(self._ended.popleft()[1])
        try:
            await self._store.forget(SHARD, self._epoch, keys)
        except Fenced:
            return
        except Exception:
            log.exception("%d Express executions could not be forgotten and are tried again", len(keys))
            self._ended.extendleft((now_ms, key) for key in reversed(keys))
        self._wait()

    async def _scan(self, after_key: int) -> None:
        try:
            closed, following = await self._store.closed_before(self._clock.now_ms() + 1, after_key, FORGOTTEN_AT_ONCE)
        except Exception:
            log.exception("ended Express executions could not be looked for; they go with the others")
            return
        for summary in closed:
            if is_express(summary.arn) and summary.key < self._started and summary.stop_ms is not None:
                self.ended(summary.key, summary.stop_ms)
        if following is not None and following < self._started:
            at_ms = self._clock.now_ms() + SCAN_PAUSE_MS
            self._clock.call_at(at_ms, lambda: self._background.spawn(self._scan(following)))

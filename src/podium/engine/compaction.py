"""Compaction: what closed executions left is packed together, in the background and never under load."""

import logging
from collections.abc import Callable
from typing import Final

from podium.engine.background import Background
from podium.engine.clock import Clock
from podium.engine.driving import SHARD
from podium.store.contract import Fenced, Store

log = logging.getLogger(__name__)

LOOKED_AT_ONCE: Final = 24
"""Executions of one piece of work: some two milliseconds, for which commits wait."""
PAUSE_MS: Final = 40
"""Between two pieces, and before looking again whether the engine has a moment."""
SWEEP_MS: Final = 10 * 60 * 1000
"""Between the end of a sweep over the journal and the next."""


class Compaction:
    """Sweeps over the journal.

    Args:
        busy: whether decisions are on their way; what can wait, waits.
    """

    def __init__(
        self, store: Store, clock: Clock, epoch: int, busy: Callable[[], bool], background: Background
    ) -> None:
        self._store = store
        self._clock = clock
        self._epoch = epoch
        self._busy = busy
        self._background = background

    def begin(self) -> None:
        """Sweep every so often from now on; not at once, when there is most to recover."""
        self._later(0, SWEEP_MS)

    def _later(self, after_key: int, pause_ms: int) -> None:
        self._clock.call_at(self._clock.now_ms() + pause_ms, lambda: self._background.spawn(self._sweep(after_key)))

    async def _sweep(self, after_key: int) -> None:
        """One piece of a sweep; the next one follows after a pause."""
        if self._busy():
            self._later(after_key, PAUSE_MS)
            return
        try:
            following = await self._store.compact(SHARD, self._epoch, after_key, LOOKED_AT_ONCE)
        except Fenced:
            return
        except Exception:
            log.exception("closed executions could not be packed and are tried again")
            following = None
        if following is None:
            self._later(0, SWEEP_MS)
        else:
            self._later(following, PAUSE_MS)

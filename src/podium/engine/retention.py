"""Retention: closed executions are kept for a time, then forgotten, in the background and a few at once.

AWS keeps a Standard execution for 90 days after it closed:
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions.
Its name may be used again then.
"""

import logging
from typing import Final

from podium.engine.background import Background
from podium.engine.clock import Clock
from podium.engine.driving import SHARD
from podium.store.contract import ExecutionSummary, Fenced, Store
from podium.store.map_runs import MAP_RUN, MAP_RUN_OF_EXECUTION, OPEN_MAP_RUN, execution_key
from podium.store.records import DECISION, EDITED_INPUT

log = logging.getLogger(__name__)

LOOKED_AT_ONCE: Final = 64
"""Executions of one piece of work: some two milliseconds, for which commits wait."""
PAUSE_MS: Final = 20
"""Between two pieces: some 2,500 executions are forgotten in a second."""
SWEEP_MS: Final = 10 * 60 * 1000
"""Between the end of a sweep over the store and the next."""


class Retention:
    """Forgets what closed longer than `kept_ms` ago."""

    def __init__(self, store: Store, clock: Clock, epoch: int, kept_ms: int, background: Background) -> None:
        self._store = store
        self._clock = clock
        self._epoch = epoch
        self._kept_ms = kept_ms
        self._background = background

    def begin(self) -> None:
        """Sweep now and every so often from now on."""
        self._background.spawn(self._sweep(0))

    async def _sweep(self, after_key: int) -> None:
        """One piece of a sweep; the next one follows after a pause."""
        following: int | None = after_key
        pause_ms = PAUSE_MS
        try:
            closed, following = await self._store.closed_before(
                self._clock.now_ms() - self._kept_ms, after_key, LOOKED_AT_ONCE
            )
            wanted = [summary for summary in closed if not await self._is_needed(summary)]
            for summary in wanted:
                await self._forget_map_runs(summary)
                await self._forget_human_acts(summary)
            left = await self._store.forget(SHARD, self._epoch, [summary.key for summary in wanted])
            if left and following is None:
                following = after_key
        except Fenced:
            return
        except Exception:
            log.exception("closed executions could not be forgotten and are tried again")
            following = None
        if following is None:
            following, pause_ms = 0, SWEEP_MS
        self._clock.call_at(self._clock.now_ms() + pause_ms, lambda: self._background.spawn(self._sweep(following)))

    async def _is_needed(self, summary: ExecutionSummary) -> bool:
        """Whether it is a child of a Map Run that still runs, which would start it again when it can't be found."""
        return await self._store.get(OPEN_MAP_RUN, summary.state_machine_arn) is not None

    async def _forget_human_acts(self, summary: ExecutionSummary) -> None:
        for kind in (DECISION, EDITED_INPUT):
            for record in await self._store.list(kind, prefix=f"{summary.arn}#"):
                await self._store.delete(kind, record.key)

    async def _forget_map_runs(self, summary: ExecutionSummary) -> None:
        for record in await self._store.list(MAP_RUN_OF_EXECUTION, prefix=execution_key(summary.arn, 0)[:-12]):
            await self._store.delete(MAP_RUN, record.data.decode())
            await self._store.delete(MAP_RUN_OF_EXECUTION, record.key)

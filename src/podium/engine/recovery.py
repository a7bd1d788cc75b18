"""Recovery and look-ahead: what the store knows of and memory doesn't yet.

At start-up everything that was under way is taken up again: outstanding commands are performed with the same keys,
slices that were not done go on. From then on the timers' horizon moves over the store.
"""

import asyncio
import logging
from typing import Final

from podium.core import interpreter
from podium.core.machine.stimuli import Continue
from podium.engine.active import Active
from podium.engine.background import Background
from podium.engine.clock import Clock
from podium.engine.driving import Driving
from podium.engine.express import Express, is_express
from podium.engine.performing import Performing
from podium.store.contract import Store, StoreError

log = logging.getLogger(__name__)

RECOVERY_BATCH: Final = 512
NO_LIMIT: Final = 1 << 30


class Recovery:
    """Brings executions back from the store."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        driving: Driving,
        performing: Performing,
        express: Express,
        background: Background,
        look_ahead_ms: int,
    ) -> None:
        self._store = store
        self._clock = clock
        self._driving = driving
        self._residents = driving.residents
        self._performing = performing
        self._express = express
        self._background = background
        self._look_ahead_ms = look_ahead_ms
        self._first_new = store.next_key()
        """Executions with this key or a later one were started by this process."""
        self._taken_up_to = 0
        """Executions up to this key have had their turn..."""
        self._late: set[int] = set()
        """...but for these, which were being read when it came."""
        self._early: set[int] = set()
        """Taken up before their turn: something happened to them meanwhile."""
        self._residents.brought_in = self._brought_in

    async def take_up_all(self) -> None:
        """Take up what was under way: perform outstanding commands again, go on with unfinished slices."""
        after = 0
        while batch := await self._store.resumable(after, RECOVERY_BATCH):
            after = batch[-1].summary.key
            for loaded in batch:
                key = loaded.summary.key
                if key >= self._first_new or self._has_been_read(key):
                    continue
                try:
                    active = await self._residents.restore(loaded)
                except StoreError:
                    raise
                except Exception:
                    log.exception("execution %d cannot be folded and stays as it is; the others go on", key)
                    continue
                if not self._has_been_read(key):
                    self._taken_up_to = key
                    self._take_up(active)
            await asyncio.sleep(0)
        self._taken_up_to = self._first_new
        self._early.clear()

    def _has_been_read(self, key: int) -> bool:
        """Whether an execution whose turn it is was brought in before; if it is just being read, that takes it up."""
        if key in self._early:
            return True
        if key in self._residents:
            self._late.add(key)
            return True
        return False

    def _brought_in(self, active: Active) -> None:
        """Something happened to an execution of before the start; if it was not taken up yet, it is now."""
        key = active.key
        if key in self._late:
            self._late.remove(key)
        elif self._taken_up_to < key < self._first_new and key not in self._early:
            self._early.add(key)
        else:
            return
        self._perform(active)

    async def revive(self, key: int) -> None:
        """Fold an execution again and perform what it waits for."""
        await self._driving.committer.flushed()
        active = await self._residents.fold(key)
        if active is not None:
            self._take_up(active)

    def _take_up(self, active: Active) -> None:
        execution = active.execution
        if is_express(execution.info.arn):
            self._residents.heartbeats.forget(active.key)
            self._express.run_again(active.key, execution, active.machine)
            return
        self._residents.active[active.key] = active
        self._perform(active)
        if not active.unfinished:
            self._residents.rest(active)

    def _perform(self, active: Active) -> None:
        """Perform what it waits for; go on with what it doesn't wait in."""
        execution = active.execution
        self._performing.perform(
            active.key, interpreter.outstanding_commands(execution, active.machine, self._clock.now_ms())
        )
        if active.unfinished:
            self._residents.deliver(active.key, Continue())

    async def look_ahead(self) -> None:
        """Move the horizon on and bring in the timers that fall before it; do so again half a look-ahead later."""
        now_ms, timers = self._clock.now_ms(), self._residents.timers
        timers.horizon_ms = now_ms + self._look_ahead_ms
        try:
            for wake_ms, key in await self._store.due(timers.horizon_ms, NO_LIMIT):
                active = self._residents.active.get(key)
                if active is not None:
                    next_ms = active.execution.next_wake_ms()
                    timers.set(key, next_ms)
                    if not active.uncommitted:
                        self._residents.correct(active, next_ms)
                elif key not in timers:
                    # What a timer knows is never older than what is stored: heartbeats move it.
                    timers.set(key, wake_ms)
        except Exception:
            log.exception("timers could not be read and are tried again")
        self._clock.call_at(now_ms + self._look_ahead_ms // 2, lambda: self._background.spawn(self.look_ahead()))

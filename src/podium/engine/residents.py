"""Residents: the executions in memory, those being read into it, and when each is looked at again.

a stimulus -> the execution is here: decide
           -> it is not: read and fold it, then decide on everything that arrived meanwhile
after a decision is durable -> `rest`: its timer is set, and what will sleep leaves memory
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from podium.core.machine.limits import Limits
from podium.core.machine.stimuli import Stimulus, Wake
from podium.engine.active import Active, Done, Loading, load_active, refuse, resolve, restore_active
from podium.engine.background import Background
from podium.engine.clock import Clock
from podium.engine.heartbeats import Heartbeat, Heartbeats
from podium.engine.machines import Machines
from podium.engine.timers import Timers
from podium.store.contract import LoadedExecution, Store, StoreError

log = logging.getLogger(__name__)

EVICT_AFTER_MS: Final = 1_000
"""An execution that sleeps at least this long leaves memory."""
WAKES_AT_ONCE: Final = 512
"""Executions being loaded because their time has come; more wait until these are in memory."""


class Residents:
    """Executions by key.

    Args:
        decide: lets something happen to an execution in memory.
        move_wake: has the store told that an execution's wake-up time is another one.
        flushed: returns when every decision made so far is in the journal.
    """

    def __init__(
        self,
        store: Store,
        machines: Machines,
        limits: Limits,
        secret: bytes,
        clock: Clock,
        background: Background,
        decide: Callable[[Active, Stimulus | Heartbeat, Done | None], None],
        move_wake: Callable[[int, int | None], None],
        flushed: Callable[[], Awaitable[None]],
    ) -> None:
        self._store = store
        self._machines = machines
        self._limits = limits
        self._secret = secret
        self._clock = clock
        self._background = background
        self._decide = decide
        self._move_wake = move_wake
        self._flushed = flushed
        self.active: dict[int, Active] = {}
        self._loading: dict[int, Loading] = {}
        self.timers = Timers(clock, lambda key: self.deliver(key, Wake()), lambda: WAKES_AT_ONCE - len(self._loading))
        self.heartbeats = Heartbeats(clock.now_ms())
        self.brought_in: Callable[[Active], None] = lambda active: None
        """Is told of an execution that was read because something happened to it, before that is decided on."""

    def __contains__(self, key: int) -> bool:
        return key in self.active or key in self._loading

    def deliver(self, key: int, stimulus: Stimulus | Heartbeat, done: Done | None = None) -> None:
        """Let something happen to an execution, wherever it is. `done` is resolved when that is durable."""
        active = self.active.get(key)
        if active is not None:
            self._decide(active, stimulus, done)
            return
        loading = self._loading.get(key)
        if loading is None:
            loading = self._loading[key] = Loading()
            self._background.spawn(self._load(key, loading))
        loading.stimuli.append((stimulus, done))

    def read_again(self, key: int, stimulus: Stimulus, done: Done | None) -> None:
        """Forget an execution as it is in memory; as the journal has it, let something happen to it."""
        self.active.pop(key, None)
        self.deliver(key, stimulus, done)

    async def fold(self, key: int, *, closed: bool = False) -> Active | None:
        """The running (or else closed) execution as the journal has it; None when it is not that, or unknown."""
        active = await load_active(self._store, self._machines, self._limits, self._secret, key, closed=closed)
        if active is not None and not closed:
            self.heartbeats.restore(key, active.execution)
        return active

    async def restore(self, loaded: LoadedExecution) -> Active:
        """A running execution that has been read from the journal."""
        active = await restore_active(self._store, self._machines, self._limits, self._secret, loaded)
        self.heartbeats.restore(active.key, active.execution)
        return active

    async def look_at(self, key: int) -> Active | None:
        """The execution as it stands, without bringing it into memory; None when it is closed or unknown."""
        return self.active.get(key) or await load_active(self._store, self._machines, self._limits, self._secret, key)

    async def _load(self, key: int, loading: Loading) -> None:
        # Decisions of it that are still on their way must be in the journal before it is read.
        await self._flushed()
        try:
            active = await self.fold(key)
        except StoreError as error:
            log.error("execution %d could not be read and is tried again: %s", key, error)
            self._background.later(lambda: self._background.spawn(self._load(key, loading)))
            return
        except Exception as error:
            log.exception("execution %d cannot be folded and stays as it is", key)
            del self._loading[key]
            for _, done in loading.stimuli:
                refuse(done, error)
            return
        del self._loading[key]
        if active is not None:
            self.active[key] = active
            self.brought_in(active)
        for stimulus, done in loading.stimuli:
            if active is not None:
                self.deliver(key, stimulus, done)
            elif done is not None:
                resolve(done, followed=False)

    def rest(self, active: Active) -> None:
        """Set the timer of an execution that waits, and let it leave memory when it will wait long."""
        if active.uncommitted or self.active.get(active.key) is not active:
            return
        wake_ms = active.execution.next_wake_ms()
        self.timers.set(active.key, wake_ms)
        if self.sleeps(active, wake_ms):
            self.correct(active, wake_ms)
            del self.active[active.key]

    def correct(self, active: Active, wake_ms: int | None) -> None:
        """Store when the execution is to be woken, where the look-ahead would come upon it for nothing, or not at all.

        A heartbeat moves it without a row, and decisions of what stays in memory leave an earlier time stored.
        """
        if wake_ms != active.stored_wake_ms and (wake_ms is None or wake_ms > self.timers.horizon_ms):
            active.stored_wake_ms = wake_ms
            self._move_wake(active.key, wake_ms)

    def sleeps(self, active: Active, wake_ms: int | None) -> bool:
        """Whether nothing is expected to happen to the execution for a while."""
        if active.execution.calls():
            return False
        return wake_ms is None or wake_ms - self._clock.now_ms() >= EVICT_AFTER_MS

    def closed(self, active: Active) -> None:
        """The execution is over, durably."""
        self.timers.set(active.key, None)
        self.heartbeats.forget(active.key)
        if self.active.get(active.key) is active:
            del self.active[active.key]

    def forget(self, key: int) -> None:
        """What is in memory of it rests on something that was not stored."""
        self.active.pop(key, None)
        self.timers.set(key, None)

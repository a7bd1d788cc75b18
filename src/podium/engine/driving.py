"""Driving: stimulus -> its turn -> decide -> encode -> group commit -> only then, what follows from it.

Single-threaded on one event loop: between two awaits nothing else touches an execution. Decisions of one
execution may be pipelined (a second one decided while the first is being committed); a failed commit takes
everything decided on it down, and the execution is folded again.
"""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Final

from podium.core import interpreter
from podium.core.machine import callbacks
from podium.core.machine.decision import Decision
from podium.core.machine.limits import Limits
from podium.core.machine.payload import Payload
from podium.core.machine.stimuli import (
    Abandon,
    Continue,
    Redrive,
    Start,
    Stimulus,
    TaskReported,
    TaskSubmitted,
    TaskSucceeded,
)
from podium.core.minutes import Minutes
from podium.engine import stored_info
from podium.engine.active import Active, Done, refuse, resolve
from podium.engine.background import Background
from podium.engine.clock import Clock
from podium.engine.committer import Committer
from podium.engine.errors import CommitFailed
from podium.engine.heartbeats import Heartbeat
from podium.engine.machines import Machines
from podium.engine.residents import Residents
from podium.engine.turns import Turns
from podium.store.contract import Append, Store, Wake

log = logging.getLogger(__name__)

SHARD: Final = 0
SNAPSHOT_ROWS: Final = 16
"""A sleeping execution is snapshot once this many rows follow its last snapshot..."""
SNAPSHOT_ROWS_AWAKE: Final = 256
"""...and one that stays awake, so that recovery reads a bounded tail."""
SNAPSHOT_BYTES: Final = 64 * 1024
"""Or once they hold so many bytes: all of them would be read, for the one payload that still counts..."""
SNAPSHOT_BYTES_AWAKE: Final = 16 * SNAPSHOT_BYTES
"""...likewise."""


class Driving:
    """Takes stimuli, makes what follows durable, acts on it.

    Args:
        act: what follows from a durable decision outside this file: commands, observers, logs.
        take_up: folds an execution again and performs what it waits for.
    """

    def __init__(
        self,
        store: Store,
        machines: Machines,
        clock: Clock,
        epoch: int,
        limits: Limits,
        secret: bytes,
        background: Background,
        act: Callable[[Active, Decision], None],
        take_up: Callable[[int], None],
    ) -> None:
        self._clock = clock
        self._background = background
        self._act = act
        self._take_up = take_up
        self.committer = Committer(store, SHARD, epoch, self._lose)
        self.residents = Residents(
            store,
            machines,
            limits,
            secret,
            clock,
            background,
            self._decide,
            lambda key, wake_ms: self.committer.submit(_PendingWake(key, wake_ms)),
            self.committer.flushed,
        )
        self.transitions = Minutes()
        """States entered, of all executions."""
        self._turns = Turns(self.residents.deliver, self.begin)
        self.deliver = self._turns.deliver
        """Lets something happen to an execution, wherever it is."""
        self.start = self._turns.begin
        """Lets a new execution begin; its `done` gets CommitFailed when it did not."""
        self._continuing = 0
        """Slices to go on with in the next turn of the loop."""
        self.lost = asyncio.Event()
        """Set when another owner has claimed the shard."""

    @property
    def busy(self) -> bool:
        """Whether a decision is on its way or about to be made."""
        return self._turns.busy or self.committer.busy or bool(self._continuing)

    async def flushed(self) -> None:
        """Return when everything that has happened so far is durable, or could not be made so."""
        self._turns.finish()
        await self.committer.flushed()

    async def close(self) -> None:
        """Decide on what has happened, make it durable, then stop."""
        self._turns.finish()
        await self.committer.close()

    async def tell(self, key: int, stimulus: Stimulus | Heartbeat) -> bool:
        """Let something happen to an execution and wait until that is durable; whether anything followed."""
        done: Done = asyncio.get_running_loop().create_future()
        self.deliver(key, stimulus, done)
        return await done

    def begin(self, active: Active, stimulus: Start | Redrive, done: Done) -> None:
        """Let a new execution begin, or a closed one go on, at once; `done` gets CommitFailed when it did not."""
        self.residents.active[active.key] = active
        self._decide(active, stimulus, done)

    # -- decide ------------------------------------------------------------------------------------------------

    def _decide(self, active: Active, stimulus: Stimulus | Heartbeat, done: Done | None) -> None:
        execution = active.execution
        if isinstance(stimulus, Heartbeat):
            self._hear(active, stimulus, done)
            return
        if isinstance(stimulus, Continue):
            active.unfinished = False
        try:
            decision = interpreter.decide(execution, active.machine, stimulus, self._clock.now_ms())
            row = None if decision is None else decision.encode()
        except Exception as error:
            log.exception("deciding on %s failed; the execution is ended", execution.info.arn)
            self._abandon(active, stimulus, f"Podium could not go on with this execution: {error!r}", done)
            return
        if decision is None or row is None:
            if done is not None:
                self._background.spawn(self._after_commits(done))
            self.residents.rest(active)
            return
        active.unfinished |= decision.more
        append = self._append(active, decision, row)
        if isinstance(stimulus, Redrive):
            append.meta = stored_info.whole_meta_of(execution.info)
        active.uncommitted += 1
        self.committer.submit(_PendingDecision(self, active, stimulus, decision, append, done))

    def _hear(self, active: Active, heartbeat: Heartbeat, done: Done | None) -> None:
        execution = active.execution
        branch_id, scheduled_id = heartbeat.branch_id, heartbeat.scheduled_id
        waits = callbacks.heartbeat(execution, branch_id, scheduled_id, self._clock.now_ms())
        if waits and (wake_ms := execution.branches[branch_id].wake_ms) is not None:
            self.residents.heartbeats.keep(active.key, branch_id, scheduled_id, wake_ms)
        if done is not None:
            resolve(done, followed=waits)
        self.residents.rest(active)

    def _append(self, active: Active, decision: Decision, row: bytes) -> Append:
        execution, closed = active.execution, decision.closed
        wake_ms = None if closed else self._wake_to_store(active, decision.now_ms)
        append = Append(
            active.key,
            decision.sequence,
            row,
            execution.status,
            wake_ms,
            not closed and (active.unfinished or bool(execution.tasks)),
            stop_ms=decision.now_ms if closed else None,
            likeness=execution.info.revision_id,
        )
        active.stored_wake_ms = wake_ms
        active.tail_bytes += len(row)
        if decision.sequence == 1:
            append.new = stored_info.new_execution(execution.info)
        elif not closed and self._wants_snapshot(active, decision.sequence):
            append.snapshot = execution.snapshot()
            active.snapshot_sequence = decision.sequence
            active.tail_bytes = 0
        return append

    def _wake_to_store(self, active: Active, now_ms: int) -> int | None:
        """Its next time; while it stays in memory, which knows that, an earlier one that is stored already will do.

        So a Task with a time-out doesn't change its execution's summary in every step.
        """
        wake_ms, stored_ms = active.execution.next_wake_ms(), active.stored_wake_ms
        if stored_ms is None or stored_ms <= now_ms or (wake_ms is not None and wake_ms < stored_ms):
            return wake_ms
        return wake_ms if self.residents.sleeps(active, wake_ms) else stored_ms

    def _wants_snapshot(self, active: Active, sequence: int) -> bool:
        rows, size = sequence - active.snapshot_sequence, active.tail_bytes
        if rows < SNAPSHOT_ROWS and size < SNAPSHOT_BYTES:
            return False
        if rows >= SNAPSHOT_ROWS_AWAKE or size >= SNAPSHOT_BYTES_AWAKE:
            return True
        return self.residents.sleeps(active, active.execution.next_wake_ms())

    def _abandon(self, active: Active, stimulus: Stimulus, cause: str, done: Done | None) -> None:
        """Forget a half-decided execution; as the journal has it, it fails."""
        if isinstance(stimulus, Start | Redrive | Abandon):
            self.residents.active.pop(active.key, None)
            refuse(done, CommitFailed(cause))
        else:
            self.residents.read_again(active.key, Abandon(cause), done)

    async def _after_commits(self, done: Done) -> None:
        await self.committer.flushed()
        resolve(done, followed=False)

    # -- commit --------------------------------------------------------------------------------------------------

    def committed(self, active: Active, decision: Decision) -> None:
        """A decision is durable: tell and do what follows from it."""
        active.uncommitted -= 1
        if decision.entered:
            self.transitions.add(decision.now_ms, decision.entered)
        try:
            self._act(active, decision)
            if not self._background.closed:
                self._follow(active, decision)
        except Exception:
            # One execution's trouble must not keep the others of the batch from being acted on.
            log.exception("acting on %s failed; it is taken up again", active.execution.info.arn)
            self.residents.active.pop(active.key, None)
            self._take_up(active.key)

    def _lose(self) -> None:
        # Another owner drives these executions now; to go on here would only be in its way.
        self._background.closed = True
        self.lost.set()

    def failed(self, active: Active, stimulus: Stimulus, done: Done | None, error: Exception) -> None:
        """A decision is not stored: forget what rested on it, and let what happened happen again."""
        self.residents.forget(active.key)
        if isinstance(stimulus, Start | Redrive) or self._background.closed:
            refuse(done, error if isinstance(error, CommitFailed) else CommitFailed(str(error)))
        else:
            self._background.later(partial(self.deliver, active.key, _afresh(stimulus), done))

    def _follow(self, active: Active, decision: Decision) -> None:
        if decision.closed:
            self.residents.closed(active)
        elif decision.more:
            self.residents.timers.set(active.key, active.execution.next_wake_ms())
            self._continuing += 1
            asyncio.get_running_loop().call_soon(self._continue, active.key)
        else:
            self.residents.rest(active)

    def _continue(self, key: int) -> None:
        self._continuing -= 1
        self.deliver(key, Continue())


class _PendingDecision:
    """A decision on its way to the disk."""

    __slots__ = ("active", "decision", "done", "driving", "stimulus", "write")

    def __init__(
        self, driving: Driving, active: Active, stimulus: Stimulus, decision: Decision, write: Append, done: Done | None
    ) -> None:
        self.driving = driving
        self.active = active
        self.stimulus = stimulus
        self.decision = decision
        self.write = write
        self.done = done

    def committed(self) -> None:
        if self.done is not None:
            resolve(self.done, followed=True)
        self.driving.committed(self.active, self.decision)

    def failed(self, error: Exception) -> None:
        self.driving.failed(self.active, self.stimulus, self.done, error)


class _PendingWake:
    """A wake-up time on its way to the disk, without a decision: a heartbeat moved it."""

    __slots__ = ("write",)

    def __init__(self, key: int, wake_at_ms: int | None) -> None:
        self.write = Wake(key, wake_at_ms)

    def committed(self) -> None:
        pass

    def failed(self, error: Exception) -> None:
        # The stored time is an earlier one: the execution is looked at too soon, which does no harm.
        pass


def _afresh(stimulus: Stimulus) -> Stimulus:
    """A stimulus whose decision was not stored: its payload's reference names a row that doesn't exist."""
    if isinstance(stimulus, TaskSucceeded):
        return TaskSucceeded(stimulus.branch_id, stimulus.scheduled_id, Payload.from_text(stimulus.output.text))
    if isinstance(stimulus, TaskSubmitted):
        return TaskSubmitted(stimulus.branch_id, stimulus.scheduled_id, Payload.from_text(stimulus.output.text))
    if isinstance(stimulus, TaskReported) and stimulus.output is not None:
        return TaskReported(stimulus.branch_id, stimulus.scheduled_id, Payload.from_text(stimulus.output.text))
    return stimulus

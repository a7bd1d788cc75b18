"""The engine: drives executions through decide -> commit -> act.

    stimulus (API, timer, outcome) -> the execution, in memory or folded from the store
      -> decide -> encode -> committer (one transaction for many) -> durable
      -> answer the caller, tell subscribers, perform commands, set the timer, evict what sleeps

Single-threaded on one event loop: between two awaits nothing else touches an execution. Decisions of one
execution may be pipelined (a second one decided while the first is being committed); a failed commit takes
everything decided on it down, and the execution is folded again.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

import msgspec

from podium.core import interpreter
from podium.core.machine import callbacks
from podium.core.machine.commands import CancelTask, StopMapRun
from podium.core.machine.decision import Decision
from podium.core.machine.execution import Execution, ExecutionInfo
from podium.core.machine.limits import AWS, Limits
from podium.core.machine.payload import Payload
from podium.core.machine.stimuli import (
    Abandon,
    Continue,
    Start,
    Stimulus,
    Stop,
    TaskReported,
    TaskSubmitted,
    TaskSucceeded,
    Wake,
)
from podium.engine import views
from podium.engine.active import Active, Done, Loading, PendingDecision, PendingWake, load_active, token_key
from podium.engine.callbacks import Callbacks
from podium.engine.clock import Clock
from podium.engine.committer import Committer
from podium.engine.errors import (
    CommitFailed,
    EngineDraining,
    ExecutionAlreadyExists,
    ExecutionDoesNotExist,
)
from podium.engine.execution_log import ExecutionLog
from podium.engine.express import Express, PendingRow, is_express
from podium.engine.heartbeats import Heartbeat, Heartbeats
from podium.engine.machines import Machines
from podium.engine.map_run import Surroundings
from podium.engine.map_runs import MapRuns
from podium.engine.observers import Observers
from podium.engine.performing import Performing
from podium.engine.task_secret import task_secret
from podium.engine.timers import Timers
from podium.integrations.contract import TaskPerformer
from podium.integrations.items.contract import Items, NoItems
from podium.integrations.log_delivery import LogSink
from podium.store.contract import Append, ExecutionSummary, Fenced, NewExecution, Store, StoreError
from podium.store.records import RevisionRecord, StateMachineRecord

log = logging.getLogger(__name__)

SHARD = 0
EVICT_AFTER_MS = 1_000
"""An execution that sleeps at least this long leaves memory."""
SNAPSHOT_ROWS = 16
"""A sleeping execution is snapshot once this many rows follow its last snapshot..."""
SNAPSHOT_ROWS_AWAKE = 256
"""...and one that stays awake, so that recovery reads a bounded tail."""
RETRY_PAUSE_MS = 200
"""Between a failure of the store and the next try."""
RECOVERY_BATCH = 512
NO_LIMIT = 1 << 30
WAKES_AT_ONCE = 512
"""Executions being loaded because their time has come; more wait until these are in memory."""


class StartedExecution(msgspec.Struct, frozen=True):
    """An execution that is durable. `start_ms` in epoch milliseconds."""

    arn: str
    start_ms: int


class Engine:
    """Runs executions of one shard. Make one with `Engine.open`; end it with `drain` and `close`."""

    def __init__(
        self,
        store: Store,
        performer: TaskPerformer,
        clock: Clock,
        epoch: int,
        limits: Limits,
        look_ahead_ms: int,
        secret: bytes,
        items: Items,
        log_sink: LogSink | None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._look_ahead_ms = look_ahead_ms
        self.execution_log = ExecutionLog(store, log_sink)
        self._machines = Machines(store, self.execution_log.add)
        self._active: dict[int, Active] = {}
        self._loading: dict[int, Loading] = {}
        self._starting: dict[str, asyncio.Future[None]] = {}
        self._continuing = 0
        """Slices to go on with in the next turn of the loop."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers = Timers(clock, lambda key: self.deliver(key, Wake()), lambda: WAKES_AT_ONCE - len(self._loading))
        self._committer: Committer[PendingDecision | PendingWake | PendingRow] = Committer(
            store, SHARD, epoch, self._committed, self._failed
        )
        self._secret = secret
        self._heartbeats = Heartbeats(clock.now_ms())
        self.callbacks = Callbacks(store, secret, self._tell)
        self.express = Express(
            self._machines, performer, clock, limits, self._committer.submit, store.next_key, self.execution_log
        )
        self.map_runs = MapRuns(
            Surroundings(
                store,
                clock,
                items,
                limits.payload_bytes,
                self.start_execution,
                self.stop_execution,
                self._spawn,
                self._later,
            )
        )
        self._performing = Performing(store, performer, clock, self.map_runs, self.deliver, self._tell, self._spawn)
        self.activities = self._performing.activities
        self._draining = False
        self._closed = False
        self.lost = asyncio.Event()
        """Set when another owner has claimed the shard: nothing can be made durable here any more."""
        self.observers = Observers(store)
        self.recovered = False
        """Whether every execution found at start-up is under way again."""

    @classmethod
    async def open(
        cls,
        store: Store,
        performer: TaskPerformer,
        clock: Clock,
        *,
        limits: Limits = AWS,
        look_ahead_seconds: float = 60,
        items: Items | None = None,
        log_sink: LogSink | None = None,
        recover: bool = True,
    ) -> "Engine":
        """Claim the shard and take up every execution that was under way.

        Without `recover` nothing is taken up yet: a server listens first, so that one that can't listen has not acted.
        """
        epoch = await store.claim(SHARD)
        secret = await task_secret(store)
        look_ahead_ms = int(look_ahead_seconds * 1000)
        engine = cls(store, performer, clock, epoch, limits, look_ahead_ms, secret, items or NoItems(), log_sink)
        if recover:
            await engine.recover()
        return engine

    async def recover(self) -> None:
        """Take up every execution that was under way. Call once, before anything else is asked of the engine."""
        await self._take_up_all()
        await self.map_runs.recover()
        # Timers come after: one that fired meanwhile would load what is just being taken up.
        await self._look_ahead()
        self.recovered = True

    # -- what the API asks -----------------------------------------------------------------------------------

    async def start_execution(
        self,
        *,
        state_machine: StateMachineRecord,
        revision: RevisionRecord,
        execution_arn: str,
        name: str,
        input: bytes,
        trace_header: str | None = None,
        version_arn: str | None = None,
        alias_arn: str | None = None,
        map_run_arn: str | None = None,
        item_count: int | None = None,
        test_case: str | None = None,
    ) -> StartedExecution:
        """Start it, or find the running one of the same name and input. Durable when this returns.

        Raises:
            ExecutionAlreadyExists: the name is taken by a closed execution or one with another input.
            EngineDraining: nothing new is started any more.
            CommitFailed: the store could not take it; it was not started.
        """
        if self._draining:
            raise EngineDraining("the server is shutting down")
        while execution_arn in self._starting:
            await asyncio.wait([self._starting[execution_arn]])
        started = self._starting[execution_arn] = asyncio.get_running_loop().create_future()
        try:
            existing = await self._store.find(execution_arn)
            if existing is not None:
                if existing.status == "RUNNING" and await views.input_of(self._store, existing.key) == input:
                    return StartedExecution(execution_arn, existing.start_ms)
                raise ExecutionAlreadyExists(execution_arn)
            now_ms = self._clock.now_ms()
            info = ExecutionInfo(
                execution_arn,
                name,
                state_machine.arn,
                state_machine.name,
                revision.role_arn,
                revision.revision_id,
                now_ms,
                trace_header,
                version_arn,
                alias_arn,
                map_run_arn=map_run_arn,
                item_count=item_count,
                test_case=test_case,
            )
            machine = self._machines.add(revision)
            key = self._store.next_key()
            tokens = token_key(self._secret, execution_arn, key)
            active = Active(key, Execution(info, machine.timeout_ms, self._limits, tokens), machine)
            self._active[key] = active
            done = asyncio.get_running_loop().create_future()
            self._decide(active, Start(Payload(text=input)), done)
            await done
            return StartedExecution(execution_arn, now_ms)
        finally:
            del self._starting[execution_arn]
            started.set_result(None)

    async def stop_execution(self, arn: str, error: str | None, cause: str | None) -> int:
        """Stop it and return its stop time in epoch milliseconds; a closed one stays as it is.

        Raises:
            ExecutionDoesNotExist: no execution has this ARN.
        """
        summary = await self._store.find(arn)
        if summary is None:
            raise ExecutionDoesNotExist(arn)
        while summary.stop_ms is None:
            # Told again when what it found closed was not stored after all.
            await self._tell(summary.key, Stop(error, cause))
            summary = await self._store.find(arn)
            if summary is None:
                raise ExecutionDoesNotExist(arn)
        return summary.stop_ms

    async def describe_execution(self, arn: str) -> views.ExecutionView | None:
        """The execution with this ARN."""
        return await views.describe(self._store, arn)

    def qualifiers(self, summary: ExecutionSummary) -> tuple[str | None, str | None]:
        """The ARNs of the version and the alias an execution was started through."""
        return views.qualifiers_of(summary)

    def item_count(self, summary: ExecutionSummary) -> int | None:
        """How many items a Map Run gave to an execution; None when it is no Map Run's child."""
        return views.item_count_of(summary)

    async def ended(self, arn: str) -> None:
        """Return when the execution with this ARN is over, durably, or when there is none."""
        await self.observers.ended(arn)

    async def history(
        self, arn: str, *, after_event_id: int, limit: int, reverse: bool, include_data: bool
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Events in AWS's shape (`timestamp` in epoch milliseconds) and the `after_event_id` of the next page.

        Raises:
            ExecutionDoesNotExist: no execution has this ARN.
        """
        summary = await self._store.find(arn)
        if summary is None:
            raise ExecutionDoesNotExist(arn)
        return await views.history(
            self._store,
            summary,
            after_event_id=after_event_id,
            limit=limit,
            reverse=reverse,
            include_data=include_data,
        )

    # -- decide ------------------------------------------------------------------------------------------------

    async def _tell(self, key: int, stimulus: Stimulus | Heartbeat) -> bool:
        """Let something happen to an execution and wait until that is durable; whether anything followed."""
        done: Done = asyncio.get_running_loop().create_future()
        self.deliver(key, stimulus, done)
        return await done

    def deliver(self, key: int, stimulus: Stimulus | Heartbeat, done: Done | None = None) -> None:
        """Let something happen to an execution, wherever it is. `done` is resolved when that is durable."""
        active = self._active.get(key)
        if active is not None:
            self._decide(active, stimulus, done)
            return
        loading = self._loading.get(key)
        if loading is None:
            loading = self._loading[key] = Loading()
            self._spawn(self._load(key, loading))
        loading.stimuli.append((stimulus, done))

    def _decide(self, active: Active, stimulus: Stimulus | Heartbeat, done: Done | None = None) -> None:
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
                self._spawn(self._after_commits(done))
            self._rest(active)
            return
        active.unfinished |= decision.more
        append = self._append(active, decision, row)
        active.uncommitted += 1
        self._committer.submit(PendingDecision(active, stimulus, decision, append, done))

    def _hear(self, active: Active, heartbeat: Heartbeat, done: Done | None) -> None:
        execution = active.execution
        branch_id, scheduled_id = heartbeat.branch_id, heartbeat.scheduled_id
        waits = callbacks.heartbeat(execution, branch_id, scheduled_id, self._clock.now_ms())
        if waits and (wake_ms := execution.branches[branch_id].wake_ms) is not None:
            self._heartbeats.keep(active.key, branch_id, scheduled_id, wake_ms)
        if done is not None:
            _resolve(done, followed=waits)
        self._rest(active)

    def _append(self, active: Active, decision: Decision, row: bytes) -> Append:
        execution, closed = active.execution, decision.closed
        wake_ms = None if closed else execution.next_wake_ms()
        append = Append(
            active.key,
            decision.sequence,
            row,
            execution.status,
            wake_ms,
            not closed and (active.unfinished or bool(execution.tasks)),
            stop_ms=decision.now_ms if closed else None,
        )
        active.stored_wake_ms = wake_ms
        if decision.sequence == 1:
            info = execution.info
            append.new = NewExecution(info.arn, views.listed_under(info), info.name, info.start_ms, views.meta_of(info))
        elif not closed and self._wants_snapshot(active, decision.sequence, wake_ms):
            append.snapshot = execution.snapshot()
            active.snapshot_sequence = decision.sequence
        return append

    def _wants_snapshot(self, active: Active, sequence: int, wake_ms: int | None) -> bool:
        behind = sequence - active.snapshot_sequence
        return behind >= (SNAPSHOT_ROWS if self._sleeps(active, wake_ms) else SNAPSHOT_ROWS_AWAKE)

    def _sleeps(self, active: Active, wake_ms: int | None) -> bool:
        """Whether nothing is expected to happen to the execution for a while."""
        if active.execution.calls():
            return False
        return wake_ms is None or wake_ms - self._clock.now_ms() >= EVICT_AFTER_MS

    def _abandon(self, active: Active, stimulus: Stimulus, cause: str, done: Done | None) -> None:
        """Forget a half-decided execution; as the journal has it, it fails."""
        self._active.pop(active.key, None)
        if isinstance(stimulus, Start | Abandon):
            _refuse(done, CommitFailed(cause))
            return
        loading = self._loading[active.key] = Loading()
        loading.stimuli.append((Abandon(cause), done))
        self._spawn(self._load(active.key, loading))

    async def _after_commits(self, done: Done) -> None:
        await self._committer.flushed()
        _resolve(done, followed=False)

    # -- commit --------------------------------------------------------------------------------------------------

    def _committed(self, batch: Sequence[PendingDecision | PendingWake | PendingRow]) -> None:
        for pending in batch:
            if isinstance(pending, PendingWake):
                continue
            if isinstance(pending, PendingRow):
                _resolve(pending.durable, followed=True)
                continue
            pending.active.uncommitted -= 1
            if pending.done is not None:
                _resolve(pending.done, followed=True)
            try:
                self._act_on(pending)
            except Exception:
                # One execution's trouble must not keep the others of the batch from being acted on.
                log.exception("acting on %s failed; it is taken up again", pending.active.execution.info.arn)
                self._active.pop(pending.active.key, None)
                self._spawn(self._revive(pending.active.key))

    def _act_on(self, pending: PendingDecision) -> None:
        """What follows from a decision that is durable."""
        active, decision = pending.active, pending.decision
        self.observers.tell(active.execution.info.arn, active.key, decision.sequence, decision.closed)
        self.execution_log.tell(active.execution.info, active.key, decision)
        if self._closed:
            # Whoever opens the shard next acts on it.
            return
        commands = decision.commands
        if self._draining:
            # No work is begun that may have to be broken off; the journal has it for the next start.
            commands = [command for command in commands if isinstance(command, CancelTask | StopMapRun)]
        if commands:
            self._performing.perform(active.key, commands)
        if decision.closed:
            self._tell_map_run(active.execution.info, decision)
            self._timers.set(active.key, None)
            self._heartbeats.forget(active.key)
            if self._active.get(active.key) is active:
                del self._active[active.key]
        elif decision.more:
            self._timers.set(active.key, active.execution.next_wake_ms())
            self._continuing += 1
            asyncio.get_running_loop().call_soon(self._continue, active.key)
        else:
            self._rest(active)

    def _tell_map_run(self, info: ExecutionInfo, decision: Decision) -> None:
        if info.map_run_arn is not None:
            output = None if decision.output is None else decision.output.text
            self.map_runs.child_ended(info.map_run_arn, info.arn, decision.execution.status, output)

    def _continue(self, key: int) -> None:
        self._continuing -= 1
        self.deliver(key, Continue())

    def _rest(self, active: Active) -> None:
        """Set the timer of an execution that waits, and let it leave memory when it will wait long."""
        if active.uncommitted or self._active.get(active.key) is not active:
            return
        wake_ms = active.execution.next_wake_ms()
        self._timers.set(active.key, wake_ms)
        if wake_ms != active.stored_wake_ms and (wake_ms is None or wake_ms > self._timers.horizon_ms):
            # A heartbeat moved it out of the timers' sight: the look-ahead must find it. Nearer, the timer knows.
            active.stored_wake_ms = wake_ms
            self._committer.submit(PendingWake(active.key, wake_ms))
        if self._sleeps(active, wake_ms):
            del self._active[active.key]

    def _failed(self, batch: Sequence[PendingDecision | PendingWake | PendingRow], error: Exception) -> None:
        """Nothing of the batch is stored: forget what it rested on, and let what happened happen again."""
        log.error("a commit of %d decisions failed: %s", len(batch), error)
        if isinstance(error, Fenced):
            # Another owner drives these executions now; to go on here would only be in its way.
            self._closed = True
            self.lost.set()
        for pending in batch:
            if isinstance(pending, PendingWake):
                # The stored time is an earlier one: the execution is looked at too soon, which does no harm.
                continue
            if isinstance(pending, PendingRow):
                _refuse(pending.durable, CommitFailed(str(error)))
                continue
            self._active.pop(pending.active.key, None)
            self._timers.set(pending.active.key, None)
            if isinstance(pending.stimulus, Start) or self._closed:
                _refuse(pending.done, CommitFailed(str(error)))
            else:
                self._later(partial(self.deliver, pending.active.key, _afresh(pending.stimulus), pending.done))

    def _later(self, call: Callable[[], None]) -> None:
        self._clock.call_at(self._clock.now_ms() + RETRY_PAUSE_MS, call)

    # -- load and recover --------------------------------------------------------------------------------------

    async def _load(self, key: int, loading: Loading) -> None:
        """Fold an execution from the store, then let what arrived happen to it."""
        # Decisions of it that are still on their way must be in the journal before it is read.
        await self._committer.flushed()
        try:
            active = await self._fold(key)
        except StoreError as error:
            log.error("execution %d could not be read and is tried again: %s", key, error)
            self._later(lambda: self._spawn(self._load(key, loading)))
            return
        except Exception as error:
            log.exception("execution %d cannot be folded and stays as it is", key)
            del self._loading[key]
            for _, done in loading.stimuli:
                _refuse(done, error)
            return
        del self._loading[key]
        if active is not None:
            self._active[key] = active
        for stimulus, done in loading.stimuli:
            if active is not None:
                self.deliver(key, stimulus, done)
            elif done is not None:
                _resolve(done, followed=False)

    async def _fold(self, key: int) -> Active | None:
        active = await load_active(self._store, self._machines, self._limits, self._secret, key)
        if active is not None:
            self._heartbeats.restore(key, active.execution)
        return active

    async def _take_up_all(self) -> None:
        """Take up what was under way: perform outstanding commands again, go on with unfinished slices."""
        after = 0
        while keys := await self._store.resumable(after, RECOVERY_BATCH):
            after = keys[-1]
            for key in keys:
                if key in self._active or key in self._loading:
                    continue
                try:
                    active = await self._fold(key)
                except StoreError:
                    raise
                except Exception:
                    log.exception("execution %d cannot be folded and stays as it is; the others go on", key)
                    continue
                if active is not None:
                    self._take_up(active)
            await asyncio.sleep(0)

    async def _revive(self, key: int) -> None:
        """Fold an execution again and perform what it waits for."""
        await self._committer.flushed()
        active = await self._fold(key)
        if active is not None:
            self._take_up(active)

    def _take_up(self, active: Active) -> None:
        execution = active.execution
        if is_express(execution.info.arn):
            assert execution.input is not None
            self._heartbeats.forget(active.key)
            self.express.run_again(active.key, execution.info, active.machine, execution.input.text)
            return
        self._active[active.key] = active
        self._performing.perform(
            active.key, interpreter.outstanding_commands(execution, active.machine, self._clock.now_ms())
        )
        if execution.runnable():
            self.deliver(active.key, Continue())
        else:
            self._rest(active)

    async def _look_ahead(self) -> None:
        """Move the horizon on and bring in the timers that fall before it."""
        now_ms = self._clock.now_ms()
        self._timers.horizon_ms = now_ms + self._look_ahead_ms
        try:
            for wake_ms, key in await self._store.due(self._timers.horizon_ms, NO_LIMIT):
                active = self._active.get(key)
                if active is not None:
                    self._timers.set(key, active.execution.next_wake_ms())
                elif key not in self._timers:
                    # What a timer knows is never older than what is stored: heartbeats move it.
                    self._timers.set(key, wake_ms)
        except Exception:
            log.exception("timers could not be read and are tried again")
        self._clock.call_at(now_ms + self._look_ahead_ms // 2, lambda: self._spawn(self._look_ahead()))

    # -- life ----------------------------------------------------------------------------------------------------

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        if self._closed:
            work.close()
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("work of the engine failed", exc_info=error)

    async def quiet(self) -> None:
        """Return when nothing more happens without time passing or an outcome coming from outside."""
        while True:
            await self._committer.quiet()
            await asyncio.sleep(0)
            if not (self._committer.busy or self._tasks or self._continuing or self.express.busy):
                return

    async def drain(self, seconds: float) -> None:
        """Start nothing new; give commands under way `seconds` to end. Correctness never depends on it."""
        self._draining = True
        self.express.drain()
        self.activities.close()
        await self._performing.ended(seconds)
        await self._committer.flushed()

    async def close(self) -> None:
        """Stop driving. What is pending is committed first; the store stays open."""
        self._draining = self._closed = True
        self.express.close()
        self._timers.close()
        self.activities.close()
        self._performing.close()
        await self._committer.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.execution_log.close()


def _resolve(done: Done, *, followed: bool) -> None:
    if not done.done():
        done.set_result(followed)


def _refuse(done: Done | None, error: Exception) -> None:
    if done is not None and not done.done():
        done.set_exception(error)


def _afresh(stimulus: Stimulus) -> Stimulus:
    """A stimulus whose decision was not stored: its payload's reference names a row that doesn't exist."""
    if isinstance(stimulus, TaskSucceeded):
        return TaskSucceeded(stimulus.branch_id, stimulus.scheduled_id, Payload(text=stimulus.output.text))
    if isinstance(stimulus, TaskSubmitted):
        return TaskSubmitted(stimulus.branch_id, stimulus.scheduled_id, Payload(text=stimulus.output.text))
    if isinstance(stimulus, TaskReported) and stimulus.output is not None:
        return TaskReported(stimulus.branch_id, stimulus.scheduled_id, Payload(text=stimulus.output.text))
    return stimulus

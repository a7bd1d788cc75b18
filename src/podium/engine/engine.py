"""The engine: drives executions through decide -> commit -> act.

    stimulus (API, timer, outcome) -> the execution, in memory or folded from the store   `residents`
      -> decide -> encode -> committer (one transaction for many) -> durable              `driving`, `committer`
      -> answer the caller, tell subscribers, perform commands                            `performing`, `observers`
      -> set the timer, evict what sleeps                                                 `residents`, `timers`

This file wires these together and is what the other rooms are handed.
"""

import asyncio
from typing import Any, Final, Protocol

from podium.core.asl.resources import ParameterCheck, unchecked
from podium.core.machine.commands import CancelTask, StopMapRun
from podium.core.machine.decision import Decision
from podium.core.machine.execution_info import ExecutionInfo
from podium.core.machine.execution_view import ExecutionView
from podium.core.machine.limits import AWS, Limits
from podium.core.machine.redrive import Edit
from podium.core.machine.stimuli import Stop
from podium.engine import stored_info, views
from podium.engine.active import Active
from podium.engine.background import Background
from podium.engine.callbacks import Callbacks
from podium.engine.clock import Clock
from podium.engine.compaction import Compaction
from podium.engine.driving import SHARD, Driving
from podium.engine.errors import ExecutionDoesNotExist
from podium.engine.execution_log import ExecutionLog
from podium.engine.express import Express
from podium.engine.express_retention import ExpressRetention
from podium.engine.inbox import Inbox
from podium.engine.machines import Machines
from podium.engine.map_run_children import Surroundings
from podium.engine.map_runs import MapRuns
from podium.engine.observers import Observers
from podium.engine.open_executions import OpenExecutions
from podium.engine.performing import Performing
from podium.engine.recovery import NO_LIMIT, Recovery
from podium.engine.redriving import Redriving
from podium.engine.retention import Retention
from podium.engine.starting import ChildOf, StartedExecution, Starting
from podium.integrations.contract import TaskPerformer
from podium.integrations.items.contract import Items, NoItems
from podium.integrations.log_delivery import LogSink
from podium.store.contract import ExecutionSummary, Store
from podium.store.records import RevisionRecord, StateMachineRecord
from podium.store.secrets import TASK_TOKENS, kept_secret


class StatusChanged(Protocol):
    """Is told that an execution has started, also by a redrive, or closed, durably."""

    def __call__(self, arn: str, *, started: bool, closed: bool) -> None: ...


MS_PER_DAY: Final = 24 * 60 * 60 * 1000


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
        open_executions_max: int,
        express_kept_ms: int | None,
        parameter_check: ParameterCheck,
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._background = Background(clock)
        self.execution_log = ExecutionLog(store, log_sink)
        self.observers = Observers(store)
        machines = Machines(store, self.execution_log.add, parameter_check)
        self._driving = Driving(
            store,
            machines,
            clock,
            epoch,
            limits,
            secret,
            self._background,
            self._act,
            lambda key: self._background.spawn(self._recovery.revive(key)),
        )
        self._committer = self._driving.committer
        self.lost = self._driving.lost
        self._residents = self._driving.residents
        self.callbacks = Callbacks(store, secret, self._driving.tell)
        self.express = Express(
            machines,
            performer,
            clock,
            limits,
            self._committer.submit,
            store.next_key,
            self.execution_log,
            keeps_history=bool(express_kept_ms),
            ended=self._express_ended,
        )
        self._express_retention: ExpressRetention | None = None
        if express_kept_ms is not None:
            self._express_retention = ExpressRetention(store, clock, epoch, express_kept_ms, self._background)
        spawn = self._background.spawn
        self.map_runs = MapRuns(
            Surroundings(
                store,
                clock,
                items,
                limits,
                self.start_execution,
                self._redrive_child,
                self.stop_execution,
                spawn,
                self._background.later,
            )
        )
        self._performing = Performing(
            store, performer, clock, self.map_runs, self._driving.deliver, self._driving.tell, spawn
        )
        self.activities = self._performing.activities
        self.transitions = self._driving.transitions
        self.timer_lag_ms = self._residents.timers.lag_ms
        self.inbox = Inbox(store, secret, self.activities, self._residents.look_at)
        self._open_executions = OpenExecutions(open_executions_max)
        self._starting = Starting(store, machines, clock, limits, secret, self._driving, self._open_executions)
        self._redriving = Redriving(store, clock, limits, self._driving, self._starting, self._open_executions)
        self._recovery = Recovery(
            store, clock, self._driving, self._performing, self.express, self._background, look_ahead_ms
        )
        self.status_changed: StatusChanged | None = None
        self._retention: Retention | None = None
        self._compaction: Compaction | None = None
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
        open_executions_max: int = NO_LIMIT,
        retention_days: float | None = None,
        express_kept_seconds: float | None = None,
        parameter_check: ParameterCheck = unchecked,
        recover: bool = True,
    ) -> "Engine":
        """Claim the shard and take up every execution that was under way.

        Closed executions are forgotten after `retention_days`, Express ones after `express_kept_seconds`, whose
        history is stored unless that is 0; None keeps them for good.

        With a `parameter_check`, a Task whose parameters can't be used is not scheduled.

        Without `recover` nothing is taken up yet: a server listens first, so that one that can't listen has not acted.
        """
        epoch = await store.claim(SHARD)
        secret = await kept_secret(store, TASK_TOKENS)
        look_ahead_ms = int(look_ahead_seconds * 1000)
        engine = cls(
            store,
            performer,
            clock,
            epoch,
            limits,
            look_ahead_ms,
            secret,
            items or NoItems(),
            log_sink,
            open_executions_max,
            None if express_kept_seconds is None else int(express_kept_seconds * 1000),
            parameter_check,
        )
        if retention_days is not None:
            kept_ms = int(retention_days * MS_PER_DAY)
            engine._retention = Retention(store, clock, epoch, kept_ms, engine._background)
            engine._compaction = Compaction(store, clock, epoch, lambda: engine._driving.busy, engine._background)
        if recover:
            await engine.recover()
        return engine

    async def recover(self) -> None:
        """Take up every execution that was under way. Call once, before anything else is asked of the engine."""
        self._open_executions.recovered(await self._store.open_by_machine())
        await self._recovery.take_up_all()
        for arn in self.express.under_way():
            self._open_executions.closed(arn)
        await self.map_runs.recover()
        # Timers come after: one that fired meanwhile would load what is just being taken up.
        await self._recovery.look_ahead()
        if self._retention is not None:
            self._retention.begin()
        if self._compaction is not None:
            self._compaction.begin()
        if self._express_retention is not None:
            self._express_retention.begin()
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
        child_of: ChildOf | None = None,
        test_case: str | None = None,
    ) -> StartedExecution:
        """Start it, or find the running one of the same name and input. Durable when this returns.

        Raises:
            ExecutionAlreadyExists: the name is taken by a closed execution or one with another input.
            TooManyExecutions: as many are open as may be; a Map Run's children are started all the same.
            EngineDraining: nothing new is started any more.
            CommitFailed: the store could not take it; it was not started.
        """
        return await self._starting.start(
            state_machine=state_machine,
            revision=revision,
            execution_arn=execution_arn,
            name=name,
            input=input,
            trace_header=trace_header,
            version_arn=version_arn,
            alias_arn=alias_arn,
            child_of=child_of,
            test_case=test_case,
        )

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
            await self._driving.tell(summary.key, Stop(error, cause))
            summary = await self._store.find(arn)
            if summary is None:
                raise ExecutionDoesNotExist(arn)
        return summary.stop_ms

    async def redrive_execution(self, arn: str, token: str | None, edit: Edit | None = None) -> int:
        """Let a closed execution go on and return when that was, epoch milliseconds; see `Redriving.redrive`.

        Raises:
            ExecutionDoesNotExist, ExecutionNotRedrivable, EngineDraining, CommitFailed
        """
        return await self._redriving.redrive(arn, token, edit)

    async def _redrive_child(self, arn: str, of_map_run: int, *, from_the_start: bool) -> bool:
        # Map Runs are made before what redrives their children is.
        return await self._redriving.redrive_child(arn, of_map_run, from_the_start=from_the_start)

    async def describe_execution(self, arn: str) -> ExecutionView | None:
        """The execution with this ARN."""
        return await views.describe(self._store, arn, self._clock.now_ms(), self._limits.history_events)

    def info_of(self, summary: ExecutionSummary) -> ExecutionInfo:
        """What was said of a listed execution when it was started or redriven."""
        return stored_info.info_of(summary)

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

    # -- what follows from decisions ---------------------------------------------------------------------------

    def _act(self, active: Active, decision: Decision) -> None:
        """Tell and do what follows from a decision that is durable."""
        info, closed = active.execution.info, decision.closed
        self.observers.tell(info.arn, active.key, decision.sequence, closed, decision.events)
        self.execution_log.tell(info, active.key, decision)
        if closed:
            self._open_executions.closed(info.arn)
        if self.status_changed is not None and ((started := decision.begins) or closed):
            self.status_changed(info.arn, started=started, closed=closed)
        if self._background.closed:
            # Whoever opens the shard next performs it.
            return
        commands = decision.commands
        if self._starting.draining:
            # No work is begun that may have to be broken off; the journal has it for the next start.
            commands = [command for command in commands if isinstance(command, CancelTask | StopMapRun)]
        if commands:
            self._performing.perform(active.key, commands)
        if closed and info.map_run_arn is not None:
            self.map_runs.child_ended(info, decision)

    def _express_ended(self, key: int, stop_ms: int) -> None:
        if self._express_retention is not None:
            self._express_retention.ended(key, stop_ms)

    # -- life ----------------------------------------------------------------------------------------------------

    async def quiet(self) -> None:
        """Return when nothing more happens without time passing or an outcome coming from outside."""
        while True:
            await self._committer.quiet()
            await asyncio.sleep(0)
            if not (self._driving.busy or self._background.tasks or self.express.busy):
                return

    async def drain(self, seconds: float) -> None:
        """Start nothing new; give commands under way `seconds` to end. Correctness never depends on it."""
        self._starting.draining = True
        self.express.drain()
        self.activities.close()
        await self._performing.ended(seconds)
        await self._driving.flushed()

    async def close(self) -> None:
        """Stop driving. What is pending is committed first; the store stays open."""
        self._starting.draining = self._background.closed = True
        self.express.close()
        self._residents.timers.close()
        self.activities.close()
        self._performing.close()
        await self._driving.close()
        await self._background.close()
        await self.execution_log.close()

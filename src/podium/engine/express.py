"""Express executions: the same core, driven in memory, without a journal row per decision.

    synchronous   nothing is stored; the caller waits for the result. At most once: a crash takes it with it.
    asynchronous  two rows: the decision that starts it, durable before the start is acknowledged, and the event
                  that closes it. At least once: after a crash it runs again from its input.

https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from msgspec import structs

from podium.core.machine.commands import CancelTask, InvokeTask
from podium.core.machine.decision import Decision
from podium.core.machine.execution import Execution
from podium.core.machine.execution_info import ExecutionInfo
from podium.core.machine.failure import RUNTIME
from podium.core.machine.limits import Limits
from podium.core.machine.payload import Payload
from podium.core.machine.program import Machine
from podium.core.machine.stimuli import Start
from podium.engine import stored_info
from podium.engine.active import refuse, resolve
from podium.engine.clock import Clock, Timer
from podium.engine.errors import CommitFailed, EngineDraining, TooManyExecutions
from podium.engine.execution_log import ExecutionLog, ExpressLog
from podium.engine.express_run import CLOSE_SEQUENCE, ExpressResult, ExpressRun
from podium.engine.machines import Machines
from podium.integrations.contract import TaskOutcome, TaskPerformer
from podium.store.contract import Append
from podium.store.records import RevisionRecord

log = logging.getLogger(__name__)

DURATION_MAX_MS: Final = 5 * 60 * 1000
OPEN_MAX: Final = 50_000
"""Express executions under way at once; they are all in memory."""
HISTORY_UNBOUNDED: Final = 1 << 40
"""AWS bounds the history of Standard executions only."""
HISTORY_BYTES_MAX: Final = 256 * 1024 * 1024
"""Of histories kept in memory until their executions end; those without room are not kept."""
RETRY_PAUSE_MS: Final = 200
RUNNING: Final = "RUNNING"
_START_SEQUENCE: Final = 1


class PendingRow:
    """A row on its way to the disk. `durable` is resolved when it is there, or gets CommitFailed."""

    __slots__ = ("durable", "write")

    def __init__(self, write: Append) -> None:
        self.write = write
        self.durable: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def committed(self) -> None:
        """It is there."""
        resolve(self.durable, followed=True)

    def failed(self, error: Exception) -> None:
        """It is not."""
        refuse(self.durable, CommitFailed(str(error)))


def is_express(execution_arn: str) -> bool:
    """Whether an execution is an Express one: arn:aws:states:REGION:ACCOUNT:express:MACHINE:NAME:UUID."""
    return execution_arn.split(":", 6)[5] == "express"


class Express:
    """Drives Express executions.

    Args:
        submit: hands a row to the group commit.
        next_key: gives an asynchronous execution its key in the store.
        execution_log: logs executions whose state machine asks for it.
        keeps_history: whether what happened in executions is stored once they have ended, those of synchronous ones
            included. It is written behind: a crash may take it along.
        ended: told of the key and the end of an execution that is stored as ended.
    """

    def __init__(
        self,
        machines: Machines,
        performer: TaskPerformer,
        clock: Clock,
        limits: Limits,
        submit: Callable[[PendingRow], None],
        next_key: Callable[[], int],
        execution_log: ExecutionLog,
        *,
        keeps_history: bool,
        ended: Callable[[int, int], None],
    ) -> None:
        self.keeps_history = keeps_history
        self._ended = ended
        self._machines = machines
        self._performer = performer
        self._clock = clock
        self._limits = structs.replace(limits, history_events=HISTORY_UNBOUNDED)
        self._submit = submit
        self._next_key = next_key
        self._execution_log = execution_log
        self._runs: set[ExpressRun] = set()
        self._draining = False
        self._lent = 0
        """Synchronous executions that run in other processes."""
        self.history_bytes = 0
        self.busy = 0
        """Turns of the loop that executions have asked for."""

    async def run(self, info: ExecutionInfo, revision: RevisionRecord, input: bytes) -> ExpressResult:
        """Run a synchronous execution to its end.

        Raises:
            EngineDraining, TooManyExecutions: it was not started.
        """
        machine = self._machines.at_once(revision) or await self._machines.ready(revision)
        self._admit()
        run = self._new_run(info, machine, waited_for=True)
        try:
            run.begin(input)
            return run.result or await run.end()
        finally:
            run.stop()

    async def start(self, info: ExecutionInfo, revision: RevisionRecord, input: bytes) -> None:
        """Start an asynchronous execution; it is durable when this returns.

        Raises:
            EngineDraining, TooManyExecutions, CommitFailed: it was not started.
        """
        machine = await self._machines.ready(revision)
        self._admit()
        key = self._next_key()
        run = self._new_run(info, machine)
        try:
            decision = run.decide(Start(Payload.from_text(input)))
            assert decision is not None
            append = _append(key, decision, run.execution.status)
            append.new = stored_info.new_execution(info)
            pending = PendingRow(append)
            self._submit(pending)
            await pending.durable
        except BaseException:
            run.stop()
            raise
        if decision.closed:
            # What the first row says of the end needs no second one.
            self._ended(key, decision.now_ms)
        else:
            run.key = key
        run.follow(decision)

    def run_again(self, key: int, stored: Execution, machine: Machine) -> None:
        """Run an asynchronous execution from its beginning that was under way when the process ended.

        Its history, where it is kept, is what was stored before and its end.
        """
        assert stored.input is not None
        run = self._new_run(stored.info, machine)
        run.key, run.stored = key, stored
        run.begin(stored.input.text)

    def lend(self, info: ExecutionInfo, revision: RevisionRecord) -> bool:
        """Let another process of this server run a synchronous execution; it counts here until `returned`.

        Returns:
            False: it can only run here, where its history or its log is kept.

        Raises:
            EngineDraining, TooManyExecutions: it may not start.
        """
        self._machines.add(revision)
        if self.keeps_history or self.log_of(info) is not None:
            return False
        self._admit()
        self._lent += 1
        return True

    def returned(self) -> None:
        """An execution that was lent is over, or its process is."""
        self._lent -= 1

    def under_way(self) -> list[str]:
        """The ARNs of the executions that are stored as running."""
        return [run.execution.info.arn for run in self._runs if run.key is not None]

    def drain(self) -> None:
        """Start nothing new."""
        self._draining = True

    def close(self) -> None:
        """Stop driving: whoever waits for a result is told, and what is durable runs again after the next start."""
        self._draining = True
        for run in list(self._runs):
            run.stop()
            refuse(run.waiting, EngineDraining("the server is shutting down"))

    def _admit(self) -> None:
        if self._draining:
            raise EngineDraining("the server is shutting down")
        if len(self._runs) + self._lent >= OPEN_MAX:
            raise TooManyExecutions

    def _new_run(self, info: ExecutionInfo, machine: Machine, *, waited_for: bool = False) -> ExpressRun:
        run = ExpressRun(self, info, machine, waited_for=waited_for)
        self._runs.add(run)
        return run

    # -- what a run asks for ---------------------------------------------------------------------------------

    def new_execution(self, info: ExecutionInfo, machine: Machine) -> Execution:
        """An execution at its beginning, with five minutes from now."""
        execution = Execution(info, None, self._limits)
        timeout_ms = DURATION_MAX_MS if machine.timeout_ms is None else min(machine.timeout_ms, DURATION_MAX_MS)
        execution.deadline_ms = self._clock.now_ms() + timeout_ms
        return execution

    def log_of(self, info: ExecutionInfo) -> ExpressLog | None:
        """What logs an execution; None when nothing is to be logged."""
        return self._execution_log.express(info)

    def now_ms(self) -> int:
        """Now."""
        return self._clock.now_ms()

    def call_at(self, at_ms: int, callback: Callable[[], None]) -> Timer:
        """Call back at a time."""
        return self._clock.call_at(at_ms, callback)

    def call_soon(self, callback: Callable[[], None]) -> None:
        """Call back in the next turn of the loop."""
        self.busy += 1
        asyncio.get_running_loop().call_soon(self._called, callback)

    def _called(self, callback: Callable[[], None]) -> None:
        self.busy -= 1
        callback()

    def perform(self, command: InvokeTask, deliver: Callable[[TaskOutcome], None]) -> None:
        """Start a task. Whatever goes wrong is an outcome."""
        try:
            self._performer.perform(command, deliver)
        except Exception as error:
            log.exception("performing %s failed; the task fails", command.resource.text)
            deliver(TaskOutcome(error=RUNTIME, cause=f"Podium could not perform the task: {error!r}"))

    def cancel(self, command: CancelTask) -> None:
        """Stop a task if that is possible."""
        try:
            self._performer.cancel(command)
        except Exception:
            log.exception("cancelling %s failed; it goes on unheeded", command.resource.text)

    def has_room(self, more_bytes: int) -> bool:
        """Whether the history of executions under way may take so many bytes more; then they are counted."""
        if self.history_bytes + more_bytes > HISTORY_BYTES_MAX:
            return False
        self.history_bytes += more_bytes
        return True

    def forget(self, run: ExpressRun) -> None:
        """The run is over."""
        self._runs.discard(run)

    def store_end(self, key: int, row: bytes, sequence: int, status: str, at_ms: int) -> None:
        """Make the end of an asynchronous execution durable."""
        self._store(Append(key, sequence, row, status, None, False, stop_ms=at_ms))

    def store_history(self, info: ExecutionInfo, key: int | None, rows: "list[tuple[Decision, bytes]]") -> None:
        """Write what happened in an execution that has ended: after its first row, or all of a synchronous one."""
        first = _START_SEQUENCE if key is None else CLOSE_SEQUENCE
        stored_as = self._next_key() if key is None else key
        for decision, row in rows:
            if decision.sequence >= first:
                append = _append(stored_as, decision, decision.execution.status if decision.closed else RUNNING, row)
                if decision.sequence == _START_SEQUENCE:
                    append.new = stored_info.new_execution(info)
                self._store(append)

    def _store(self, append: Append) -> None:
        """Make a row durable, however often that takes: one that was refused waits for the one before it."""

        def submit() -> None:
            pending = PendingRow(append)
            pending.durable.add_done_callback(submitted)
            self._submit(pending)

        def submitted(durable: "asyncio.Future[bool]") -> None:
            if durable.cancelled():
                return
            if durable.exception() is not None:
                if not self._draining:
                    self._clock.call_at(self._clock.now_ms() + RETRY_PAUSE_MS, submit)
            elif append.stop_ms is not None:
                self._ended(append.key, append.stop_ms)

        submit()


def _append(key: int, decision: Decision, status: str, row: bytes | None = None) -> Append:
    """The row of a decision: one that doesn't end its execution has it run again after a crash."""
    return Append(
        key,
        decision.sequence,
        decision.encode() if row is None else row,
        status,
        None,
        not decision.closed,
        stop_ms=decision.now_ms if decision.closed else None,
    )

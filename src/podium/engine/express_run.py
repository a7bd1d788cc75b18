"""One Express execution in memory, from its start to its end: decide, act, and keep what its history takes.

What it needs of the world (the clock, the performer, the store) it asks of `Express`.
"""

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from podium.core import interpreter
from podium.core.machine import events
from podium.core.machine.commands import CancelTask, Command, InvokeTask
from podium.core.machine.decision import Decision
from podium.core.machine.events import Event
from podium.core.machine.execution import Execution
from podium.core.machine.execution_info import ExecutionInfo
from podium.core.machine.failure import RUNTIME
from podium.core.machine.journal import encode_row
from podium.core.machine.payload import INDEX_BITS, Payload
from podium.core.machine.program import Machine
from podium.core.machine.stimuli import Continue, Start, Stimulus, TaskFailed, TaskSucceeded, Wake
from podium.engine.clock import Timer
from podium.integrations.contract import TaskOutcome

if TYPE_CHECKING:
    from podium.engine.express import Express

log = logging.getLogger(__name__)

CLOSE_SEQUENCE: Final = 2
"""Of the row that ends an asynchronous execution: its first is its start's."""


class ExpressResult(Struct, frozen=True):
    """How an Express execution ended. Times in epoch milliseconds."""

    arn: str
    start_ms: int
    stop_ms: int
    status: str
    output: str | None
    error: str | None
    cause: str | None


class ExpressRun:
    """One execution in memory. `key` is its place in the store, if it has one."""

    __slots__ = (
        "_express",
        "_log",
        "_machine",
        "_over",
        "_rows",
        "_timer",
        "_waited_for",
        "_waiting",
        "execution",
        "key",
        "result",
        "stored",
        "waiting",
    )

    def __init__(self, express: "Express", info: ExecutionInfo, machine: Machine, *, waited_for: bool) -> None:
        self._express = express
        self._machine = machine
        self.execution = express.new_execution(info, machine)
        self._log = express.log_of(info)
        self._waited_for = waited_for
        """Whether somebody is to be told the result: of a synchronous execution."""
        self.result: ExpressResult | None = None
        """Once it has ended."""
        self.waiting: asyncio.Future[ExpressResult] | None = None
        """Where it hasn't yet: most end before anybody has to wait."""
        self.key: int | None = None
        self.stored: Execution | None = None
        """As it was found in the store, of one that runs again."""
        self._rows: list[tuple[Decision, bytes]] = []
        self._waiting: set[int] = set()
        """Scheduled events whose outcome is to come."""
        self._timer: Timer | None = None
        self._over = False

    def begin(self, input: bytes) -> None:
        """Decide on the start and act on it."""
        self._happen(Start(Payload.from_text(input)))

    async def end(self) -> ExpressResult:
        """Wait for the result of a synchronous execution that hasn't ended yet."""
        self.waiting = asyncio.get_running_loop().create_future()
        return await self.waiting

    def decide(self, stimulus: Stimulus) -> Decision | None:
        """What follows from a stimulus."""
        return interpreter.decide(self.execution, self._machine, stimulus, self._express.now_ms())

    def follow(self, decision: Decision) -> None:
        """Act on a decision, once whatever must be durable is."""
        if self._over:
            return
        if self._express.keeps_history and self.stored is None:
            self._keep(decision)
        for command in decision.commands:
            self._perform(command)
        if self._log is not None:
            self._log.tell(decision)
        if decision.closed:
            event: Event = decision.events[-1]
            self._end(decision.now_ms, event, decision.output, decision.error, decision.cause)
        elif decision.more:
            self._express.call_soon(lambda: self._happen(Continue()))
        else:
            self._rest()

    def _keep(self, decision: Decision) -> None:
        """Hold on to a decision for the history; without room for it, to none of them."""
        row = decision.encode()
        if len(self._rows) != decision.sequence - 1 or not self._express.has_room(len(row)):
            self._drop_rows()
        else:
            self._rows.append((decision, row))

    def _drop_rows(self) -> None:
        if self._rows:
            self._express.history_bytes -= sum(len(row) for _, row in self._rows)
            self._rows = []

    def stop(self) -> None:
        """Let nothing happen any more."""
        if self._over:
            return
        self._over = True
        self._drop_rows()
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._express.forget(self)

    def _happen(self, stimulus: Stimulus) -> None:
        if self._over:
            return
        try:
            decision = self.decide(stimulus)
        except Exception as error:
            log.exception("deciding on %s failed; the execution is ended", self.execution.info.arn)
            self._abandon(f"Podium could not go on with this execution: {error!r}")
            return
        if decision is None:
            self._rest()
        else:
            self.follow(decision)

    def _perform(self, command: Command) -> None:
        if isinstance(command, InvokeTask):
            self._waiting.add(command.scheduled_id)
            self._express.perform(command, lambda outcome: self._outcome(command, outcome))
        elif isinstance(command, CancelTask):
            self._waiting.discard(command.scheduled_id)
            self._express.cancel(command)
        else:
            log.error("%s: an Express execution cannot do %r", self.execution.info.arn, command)
            self._express.call_soon(lambda: self._abandon("An Express execution cannot run a distributed Map."))

    def _outcome(self, command: InvokeTask, outcome: TaskOutcome) -> None:
        # Deferred: a task may end while the decision that scheduled it is still being acted on.
        self._express.call_soon(lambda: self._settle(command, outcome))

    def _settle(self, command: InvokeTask, outcome: TaskOutcome) -> None:
        if command.scheduled_id not in self._waiting:
            return
        self._waiting.discard(command.scheduled_id)
        branch_id, scheduled_id = command.branch_id, command.scheduled_id
        if outcome.output is not None:
            self._happen(TaskSucceeded(branch_id, scheduled_id, Payload.from_text(outcome.output)))
        else:
            self._happen(TaskFailed(branch_id, scheduled_id, outcome.error, outcome.cause))

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        wake_ms = self.execution.next_wake_ms()
        self._timer = None if wake_ms is None else self._express.call_at(wake_ms, self._woken)

    def _woken(self) -> None:
        self._timer = None
        self._happen(Wake())

    def _abandon(self, cause: str) -> None:
        if self._over:
            return
        self.execution.status = "FAILED"
        self.execution.next_event_id += 1
        event = (events.EXECUTION_FAILED, 0, RUNTIME, cause)
        at_ms = max(self._express.now_ms(), self.execution.last_ms)
        if self._log is not None:
            self._log.tell_end(self.execution.next_event_id - 1, at_ms, event)
        self._end(at_ms, event, None, RUNTIME, cause)

    def _end(self, at_ms: int, event: Event, output: Payload | None, error: str | None, cause: str | None) -> None:
        execution, info = self.execution, self.execution.info
        whole = bool(self._rows) and self._rows[-1][0].closed
        if whole and (self.key is not None or self._waited_for):
            self._express.store_history(info, self.key, self._rows)
        elif self.key is not None:
            self._store_end(self.key, at_ms, event, output)
        if self._waited_for:
            text = None if output is None else output.text.decode()
            self.result = ExpressResult(info.arn, info.start_ms, at_ms, execution.status, text, error, cause)
            if self.waiting is not None and not self.waiting.done():
                self.waiting.set_result(self.result)
        self.stop()

    def _store_end(self, key: int, at_ms: int, event: Event, output: Payload | None) -> None:
        execution, stored = self.execution, self.stored
        sequence = CLOSE_SEQUENCE if stored is None else stored.sequence + 1
        event_id = execution.next_event_id - 1
        if stored is not None:
            # Running again may have taken another way; what is stored keeps its numbers.
            event_id = max(event_id, stored.next_event_id)
        payloads: list[bytes] = []
        if output is not None:
            code, previous_id, *_ = event
            event = (code, previous_id, sequence << INDEX_BITS)
            payloads = [output.text]
        row = encode_row(event_id, at_ms, [event], payloads, [], [], execution.next_branch_id, execution.status)
        self._express.store_end(key, row, sequence, execution.status, at_ms)

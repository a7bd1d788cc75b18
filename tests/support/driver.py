"""Drives one execution through `decide`, as the engine does but without one: rows are kept in a list.

Time stands still until `advance`; tasks wait until `succeed` or `fail`.
"""

import json
from typing import Any

from definitions import machine as fill

from podium.core.asl.resources import unchecked
from podium.core.asl.validator import validate
from podium.core.interpreter import decide, load
from podium.core.machine.commands import GiveTask, InvokeTask
from podium.core.machine.execution import Execution, fold
from podium.core.machine.execution_info import ExecutionInfo, Redrives
from podium.core.machine.history import render_row
from podium.core.machine.journal import Row, decode_row
from podium.core.machine.limits import AWS
from podium.core.machine.payload import Payload, row_of
from podium.core.machine.stimuli import Continue, Redrive, Start, Stop, TaskFailed, TaskSucceeded, Wake
from podium.core.machine.task_token import TokenKey
from podium.core.states import STATE_TYPES

START_MS = 1_700_000_000_000
INFO = ExecutionInfo(
    "arn:aws:states:us-east-1:123456789012:execution:orders:one",
    "one",
    "arn:aws:states:us-east-1:123456789012:stateMachine:orders",
    "orders",
    "arn:aws:iam::123456789012:role/orders",
    "revision",
    START_MS,
)

TOKEN_KEY = TokenKey(b"s" * 32, "123456789012", 7)


def checked(definition) -> dict[str, Any]:
    """The definition, which must pass the validator; a mapping of states is filled in first."""
    if "States" not in definition:
        definition = fill(definition)
    result = validate(json.dumps(definition), state_types=STATE_TYPES, resources="any")
    assert result.definition is not None, result.diagnostics
    return result.definition


class Run:
    """One execution, started; every decision's row is in `rows`, every command ever asked for in `commands`."""

    def __init__(
        self,
        definition,
        input_value: Any = None,
        *,
        limits=AWS,
        goes_on=True,
        text: bytes | None = None,
        parameter_check=unchecked,
    ):
        self.machine = load(checked(definition), parameter_check)
        self.execution = Execution(INFO, self.machine.timeout_ms, limits, TOKEN_KEY)
        self.now_ms = START_MS
        self.goes_on = goes_on
        self.rows: list[bytes] = []
        self.decisions = []
        self.commands = []
        self.waiting: dict[int, InvokeTask] = {}
        text = json.dumps({} if input_value is None else input_value).encode() if text is None else text
        self.decide(Start(Payload.from_text(text)))

    # -- what happens --------------------------------------------------------------------------------------

    def decide(self, stimulus):
        """One decision, and those that go on after its slice unless `goes_on` is off."""
        decision = decide(self.execution, self.machine, stimulus, self.now_ms)
        if decision is None:
            return None
        self.rows.append(decision.encode())
        self.decisions.append(decision)
        for command in decision.commands:
            self.commands.append(command)
            if isinstance(command, InvokeTask):
                self.waiting[command.scheduled_id] = command
            elif not isinstance(command, GiveTask):
                self.waiting.pop(command.scheduled_id, None)
        if decision.more and self.goes_on:
            self.decide(Continue())
        return decision

    def command(self, function=None) -> InvokeTask:
        """The one outstanding command, or the first of a function."""
        found = [each for each in self.waiting.values() if function in (None, each.resource.action)]
        assert found, f"no command of {function} is outstanding"
        assert function is not None or len(found) == 1, "several commands are outstanding: name the function"
        return found[0]

    def succeed(self, output=None, function=None):
        """Bring the output of an outstanding command."""
        command = self.command(function)
        del self.waiting[command.scheduled_id]
        payload = Payload.from_text(json.dumps(output).encode())
        return self.decide(TaskSucceeded(command.branch_id, command.scheduled_id, payload))

    def fail(self, error, cause=None, function=None):
        """Let an outstanding command fail."""
        command = self.command(function)
        del self.waiting[command.scheduled_id]
        return self.decide(TaskFailed(command.branch_id, command.scheduled_id, error, cause))

    def stop(self, error=None, cause=None):
        """StopExecution."""
        return self.decide(Stop(error, cause))

    def redrive(self, *, restart=False, from_the_start=False, edited=None):
        """RedriveExecution; with `restart`, of the execution as its rows have it; `edited`: a branch and its input."""
        if restart:
            self.execution = self.folded()
        self.waiting.clear()
        redrives = Redrives(self.execution.info.redrives.count + 1, self.now_ms)
        return self.decide(Redrive(redrives, from_the_start, edited))

    def folded(self) -> Execution:
        """The execution as a process that knows only its rows has it."""
        execution = Execution(self.execution.info, self.machine.timeout_ms, self.execution.limits, TOKEN_KEY)
        fold(execution, None, 0, self.rows)
        return execution

    def advance(self, seconds):
        """Let time pass, waking the execution at each of its deadlines on the way."""
        until_ms = self.now_ms + round(seconds * 1000)
        while self.status == "RUNNING" and (wake_ms := self.execution.next_wake_ms()) is not None:
            if wake_ms > until_ms:
                break
            self.now_ms = max(self.now_ms, wake_ms)
            self.decide(Wake())
        self.now_ms = until_ms

    # -- what came of it -----------------------------------------------------------------------------------

    @property
    def status(self) -> str:
        """Of the execution."""
        return self.execution.status

    @property
    def decoded(self) -> list[Row]:
        """Every row, decoded."""
        return [decode_row(row) for row in self.rows]

    def text_of(self, ref) -> str:
        """A payload's text from the rows."""
        sequence, index = row_of(ref)
        return decode_row(self.rows[sequence - 1]).payloads[index].decode()

    @property
    def history(self) -> list[dict[str, Any]]:
        """All events in AWS's shape."""
        rows = self.decoded
        texts = [row.payloads for row in rows]

        def text_of(ref):
            sequence, index = row_of(ref)
            return texts[sequence - 1][index].decode()

        return [event for row in rows for event in render_row(row, text_of)]

    @property
    def types(self) -> list[str]:
        """The types of all events."""
        return [event["type"] for event in self.history]

    def events(self, kind) -> list[dict[str, Any]]:
        """All events of a type."""
        return [event for event in self.history if event["type"] == kind]

    def details(self, kind) -> list[dict[str, Any]]:
        """The details of all events of a type."""
        return [next((value for key, value in e.items() if key.endswith("Details")), {}) for e in self.events(kind)]

    def entered(self) -> list[str]:
        """The names of the states in the order they were entered."""
        return [e["stateEnteredEventDetails"]["name"] for e in self.history if e["type"].endswith("StateEntered")]

    @property
    def output(self):
        """Of an execution that succeeded."""
        assert self.status == "SUCCEEDED", self.history[-1]
        return json.loads(self.history[-1]["executionSucceededEventDetails"]["output"])

    @property
    def error(self) -> tuple[str | None, str | None]:
        """Error and cause of one that failed."""
        assert self.status == "FAILED", self.history[-1]
        details = self.history[-1]["executionFailedEventDetails"]
        return details.get("error"), details.get("cause")

"""Enters one state once and says what came of it.

Retry and Catch are asked as an execution asks them, but nothing is tried again: the verdict names the entry that
takes the failure.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec import Struct

from podium.core.asl.resources import ParameterCheck, unchecked
from podium.core.machine import events, flow
from podium.core.machine.branch import Branch
from podium.core.machine.commands import InvokeTask
from podium.core.machine.execution import Execution
from podium.core.machine.execution_info import ExecutionInfo
from podium.core.machine.failure import TIMEOUT, Failure, matches, next_retry
from podium.core.machine.payload import Payload
from podium.core.machine.program import Exit
from podium.core.machine.task_token import TokenKey
from podium.core.states import STATE_CLASSES
from podium.core.states.base import CompiledState
from podium.core.states.fail import Fail
from podium.core.states.loader import Loader
from podium.core.test_state.finding import STATE_NAME
from podium.core.test_state.inspection import Inspection
from podium.core.test_state.mocked import MockedDistributedMap, MockedMap, MockedParallel, compile_mocked_map
from podium.core.test_state.scope import TrialDecision


class Setting(Struct, frozen=True):
    """What the state is entered with."""

    info: ExecutionInfo
    """Of the execution it seems to run in; an empty role is none."""
    input: Payload
    now_ms: int
    variables: dict[str, Any] | None = None
    context: dict[str, Any] | None = None
    """The whole context object; None for one made from `info`."""
    retries: int = 0
    """How often the Retry entry that takes the failure has been used."""
    failed_iterations: int = 0
    """How many of a Map's iterations have failed."""
    reader_data: str | None = None
    """What a Map's ItemReader reads."""
    parameter_check: ParameterCheck = unchecked
    """Of a Task's parameters."""


class Verdict(Struct, frozen=True):
    """What came of the state."""

    status: str
    """SUCCEEDED, FAILED, RETRIABLE or CAUGHT_ERROR."""
    inspection: dict[str, Any]
    """Members of InspectionData."""
    output: str | None = None
    """JSON text."""
    next_state: str | None = None
    error: str | None = None
    cause: str | None = None


class StateTrial:
    """One state, entered once. `begin`; if that gives no verdict, tell what the world did."""

    def __init__(self, spec: dict[str, Any], language: str, setting: Setting) -> None:
        """Compile the state.

        Args:
            spec: the state's object in a checked definition.
            language: the query language of the machine it stands in.
        """
        self._setting = setting
        self._inspection = Inspection(spec, spec.get("QueryLanguage", language))
        mocked_map = partial(compile_mocked_map, inspection=self._inspection, reader_data=setting.reader_data)
        classes = {**STATE_CLASSES, "Map": mocked_map, "Parallel": MockedParallel}
        loader = Loader(classes, self._inspection.watch, setting.parameter_check)
        machine = loader.load({"QueryLanguage": language, "StartAt": STATE_NAME, "States": {STATE_NAME: spec}})
        state = machine.scopes[0].states[STATE_NAME]
        assert isinstance(state, CompiledState)
        self._state = state
        # A token of a secret nobody keeps: it can be read and sent, and names no task.
        token_key = TokenKey(setting.info.arn.encode(), "", 0)
        execution = Execution(setting.info, None, token_key=token_key)
        execution.input = setting.input
        self._decision = TrialDecision(execution, machine, setting.now_ms, setting.context)
        variables = None if setting.variables is None else Payload(setting.variables)
        self._branch = Branch(1, 0, 0, 0, STATE_NAME, setting.input, 0)
        self._branch.variables = variables
        self._branch.attempt = setting.retries
        self._branch.retries = (setting.retries,) * len(state.retriers)

    @property
    def command(self) -> InvokeTask | None:
        """What a Task wants done before there can be a verdict."""
        commands = self._decision.commands
        return commands[0] if commands and isinstance(commands[0], InvokeTask) else None

    @property
    def wake_at_ms(self) -> int | None:
        """When to call `wake`: the end of a Wait, in epoch milliseconds."""
        return self._branch.wake_ms if self.command is None else None

    def begin(self) -> Verdict | None:
        """Enter the state. None when it waits for time, for a Task's outcome, or for its mocked iterations."""
        decision, branch = self._decision, self._branch
        if isinstance(self._state, Fail):
            # It has no InputPath, so nothing in it could be watched; AWS shows its input all the same.
            self._inspection.payload("afterInputPath", branch.input)
        branch.cursor = decision.emit(events.EXECUTION_STARTED, 0, decision.ref(branch.input), None)
        decision.open(branch)
        return self._attempt(lambda: self._state.run(decision, branch))

    def succeed(self, result: Payload) -> Verdict:
        """The Task, or all branches or iterations, gave this result.

        Raises:
            UnfitMock: a Map of these items can't have had such iterations.
        """
        decision, branch, state = self._decision, self._branch, self._state
        self._inspection.payload("result", result)
        if isinstance(state, MockedMap | MockedDistributedMap):
            state.iterations.check(self._setting.failed_iterations, result)
            failure = state.iterations.failure(self._setting.failed_iterations, result)
            if failure is not None:
                return self._failed(failure)
        if isinstance(state, MockedMap | MockedDistributedMap | MockedParallel):
            return self._ended(lambda: state.leave(decision, branch, result))
        return self._ended(lambda: state.resume(decision, branch, result))

    def fail(self, error: str | None, cause: str | None) -> Verdict:
        """The Task, or one of the branches or iterations, failed.

        Raises:
            UnfitMock: as `succeed`.
        """
        if isinstance(self._state, MockedMap | MockedDistributedMap):
            self._state.iterations.check(self._setting.failed_iterations, None)
        if self.command is None:
            return self._failed(Failure(error, cause))
        return self._failed(self._state.fail(self._decision, self._branch, error, cause))

    def time_out(self) -> Verdict:
        """The Task's own deadline passed, or that of all trials."""
        task = self._branch.task
        if task is None or task.timeout_at_ms is None:
            return self.fail(TIMEOUT, None)
        self._decision.now_ms = task.timeout_at_ms
        return self._failed(self._state.time_out(self._decision, self._branch))

    def wake(self) -> Verdict:
        """The Wait's time has come."""
        return self._ended(lambda: self._state.resume(self._decision, self._branch, None))

    def _ended(self, work: Callable[[], Exit]) -> Verdict:
        verdict = self._attempt(work)
        assert verdict is not None
        return verdict

    def _attempt(self, work: Callable[[], Exit | None]) -> Verdict | None:
        try:
            left = work()
            if left is None:
                return None
        except flow.STATE_ERRORS as error:
            return self._failed(flow.as_failure(self._decision, self._branch, self._state, error))
        return self._left(left, "SUCCEEDED")

    def _failed(self, failure: Failure) -> Verdict:
        state, branch = self._state, self._branch
        details: dict[str, int] = {}
        for index, retrier in enumerate(state.retriers):
            if matches(retrier.error_equals, failure):
                details["retryIndex"] = index
                break
        retry = next_retry(state.retriers, branch.retries, failure)
        if retry is not None:
            delay_ms = retry[0].delay_ms(retry[1], self._setting.info.arn)
            details["retryBackoffIntervalSeconds"] = round(delay_ms / 1000)
            return self._verdict("RETRIABLE", details, failure)
        for index, catcher in enumerate(state.catchers):
            if matches(catcher.error_equals, failure):
                details["catchIndex"] = index
                try:
                    left = catcher.exit(self._decision, branch, failure)
                except flow.STATE_ERRORS as error:
                    failure = flow.as_failure(self._decision, branch, state, error)
                    break
                return self._left(left, "CAUGHT_ERROR", details, failure)
        return self._verdict("FAILED", details, failure)

    def _left(
        self, left: Exit, status: str, details: dict[str, int] | None = None, failure: Failure | None = None
    ) -> Verdict:
        output, following, assigned = left
        variables = {
            **(self._setting.variables or {}),
            **({} if assigned is None else assigned.value),
        }
        return self._verdict(status, details, failure, output.text.decode(), following, variables)

    def _verdict(
        self,
        status: str,
        details: dict[str, int] | None,
        failure: Failure | None,
        output: str | None = None,
        following: str | None = None,
        variables: dict[str, Any] | None = None,
    ) -> Verdict:
        data = {"input": self._branch.input.text.decode(), **self._inspection.data}
        variables = self._setting.variables if variables is None else variables
        if variables:
            data["variables"] = Payload(variables).text.decode()
        if details:
            data["errorDetails"] = details
        error, cause = (None, None) if failure is None else (failure.error, failure.cause)
        return Verdict(status, data, output, following, error, cause)

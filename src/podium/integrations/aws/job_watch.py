"""`.sync` tasks: begin a job, look at it until it is over, stop it when nobody waits for it any more.

A task taken up after a restart goes on looking at the job its journal names; it begins no second one.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from podium.core import jsontext
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws.call import (
    Answer,
    Caller,
    CallFailed,
    Style,
    answer_of,
    find_operation,
    parameters_of,
    task_input,
)
from podium.integrations.aws.failures import OptimizedDialect
from podium.integrations.aws.jobs import JOBS, Ask, Job, asked, reach
from podium.integrations.contract import Deliver, TaskOutcome

FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 20.0
LOOKS_THAT_MAY_FAIL: Final = 5
"""A job isn't given up because a few looks at it in a row failed."""

_NOT_YET: Final = TaskOutcome(submitted=True)
_REASON: Final = "The execution that waited for it ended."


class Looks:
    """When a job is looked at: a second after it began, then ever less often."""

    def __init__(self) -> None:
        self._pause = FIRST_PAUSE_SECONDS
        self._timer: asyncio.TimerHandle | None = None

    def later(self, look: Callable[[], None]) -> None:
        """Look after the next pause."""
        self._timer = asyncio.get_running_loop().call_later(self._pause, look)
        self._pause = min(self._pause * 1.5, LONGEST_PAUSE_SECONDS)

    def stop(self) -> None:
        """Don't look any more."""
        if self._timer is not None:
            self._timer.cancel()


class JobWatch:
    """One task's job.

    Args:
        service: botocore's name of the job's service.
        done: told when nothing more is looked at.
    """

    def __init__(
        self,
        caller: Caller,
        command: InvokeTask,
        service: str,
        style: Style,
        dialect: OptimizedDialect,
        deliver: Deliver,
        done: Callable[[], None],
    ) -> None:
        self._caller = caller
        self._command = command
        self._service = service
        self._style = style
        self._dialect = dialect
        self._deliver = deliver
        self._done = done
        self._job: Job = JOBS[f"{command.resource.service}:{command.resource.action}"]
        self._sources: dict[str, Any] = {"given": parameters_of(command), "reason": _REASON}
        self._looks = Looks()
        self._failures = 0
        self._cancelled = False

    def begin(self, call: Callable[[], TaskOutcome]) -> None:
        """Begin the job, or take up the one that was begun."""
        if self._command.submitted is not None:
            self._go_on(self._command.submitted)
        else:
            self._caller.submit(call, self._begun)

    def cancel(self) -> None:
        """Look no more, and stop the job."""
        self._cancelled = True
        self._looks.stop()
        if "started" in self._sources and self._job.stop is not None:
            self._caller.submit(self._stop, lambda outcome: None)

    def _begun(self, outcome: TaskOutcome) -> None:
        if outcome.output is None:
            self._finish(outcome)
            return
        if self._cancelled:
            self._sources["started"] = jsontext.decode(outcome.output)
            self.cancel()
            return
        self._deliver(TaskOutcome(output=outcome.output, submitted=True))
        self._go_on(outcome.output)

    def _go_on(self, started: bytes) -> None:
        self._sources["started"] = jsontext.decode(started)
        self._later()

    def _later(self) -> None:
        self._looks.later(lambda: self._caller.submit(self._look, self._looked))

    def _looked(self, outcome: TaskOutcome) -> None:
        if self._cancelled:
            return
        if outcome is _NOT_YET:
            self._later()
        else:
            self._finish(outcome)

    def _finish(self, outcome: TaskOutcome) -> None:
        self._done()
        self._deliver(outcome)

    def _look(self) -> TaskOutcome:
        job = self._job
        try:
            result = self._call(job.poll, job.ask).result
        except CallFailed as failure:
            if job.gone and "NotFound" in (failure.outcome.error or ""):
                return TaskOutcome(output=self._text(self._sources["started"]))
            self._failures += 1
            return failure.outcome if self._failures > LOOKS_THAT_MAY_FAIL else _NOT_YET
        self._failures = 0
        status = reach(result, job.status)
        shown: Any = reach(result, job.output)
        if job.shown_as is not None:
            shown = {job.shown_as: shown}
        if job.keeps and isinstance(shown, dict):
            shown = {name: reach(self._sources["started"], name) for name in job.keeps} | shown
        if status in job.failed or (status in job.succeeded and self._exited_badly(result)):
            return TaskOutcome(error="States.TaskFailed", cause=self._text(shown).decode())
        return TaskOutcome(output=self._text(shown)) if status in job.succeeded else _NOT_YET

    def _exited_badly(self, result: dict[str, Any]) -> bool:
        if self._job.exit_codes is None:
            return False
        return any(container.get("ExitCode") != 0 for container in reach(result, self._job.exit_codes) or ())

    def _stop(self) -> TaskOutcome:
        assert self._job.stop is not None
        try:
            self._call(self._job.stop, self._job.stop_ask)
        except CallFailed as failure:
            return failure.outcome
        return _NOT_YET

    def _call(self, action: str, ask: Ask) -> Answer:
        operation = find_operation(self._caller, self._service, action, self._command.resource.text)
        input = task_input(self._command, operation, asked(ask, self._sources), self._style)
        return answer_of(self._caller, self._command, operation, input, self._style, self._dialect)

    @staticmethod
    def _text(shown: Any) -> bytes:
        if isinstance(shown, dict):
            shown = {name: value for name, value in shown.items() if not name.startswith("Sdk")}
        return jsontext.encode(shown)


Watches = dict[tuple[str, int], JobWatch]
"""By execution and scheduled event."""


def key_of(command: InvokeTask | CancelTask) -> tuple[str, int]:
    """What a task is found by."""
    return command.execution_arn, command.scheduled_id

"""The contract between the engine and whatever performs a Task's resource."""

from collections.abc import Callable
from typing import Any, Protocol

from msgspec import Struct

from podium.core.machine.commands import CancelTask, InvokeTask


class TaskOutcome(Struct, frozen=True, gc=False):
    """How a task ended: `output` (JSON text) when it succeeded, else `error` and perhaps `cause`.

    With `submitted`, it has only begun: `output` is the answer of the call that began it, the end is still to come.
    With `reported`, the end is known with it: `reported` is the output of the task, `output` as with `submitted`.
    """

    output: bytes | None = None
    error: str | None = None
    cause: str | None = None
    submitted: bool = False
    reported: bytes | None = None
    exchange: dict[str, Any] | None = None
    """Of an HTTP Task, for TestState to show: `request`, `revealed_request` (with secrets) and `response`."""


Deliver = Callable[[TaskOutcome], None]


class TaskPerformer(Protocol):
    """Performs commands. Called after their decision is durable, on the event loop; must not block."""

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """Start the task; call `deliver` at most once (twice with `submitted`), on the event loop.

        Failures are outcomes, not exceptions.
        """

    def cancel(self, command: CancelTask) -> None:
        """Stop the task if that is possible."""


def caller_of(command: InvokeTask) -> tuple[str, str]:
    """Region and account a task calls in: the execution's region, the account of the role the call is made as."""
    _, _, _, region, account, _ = command.execution_arn.split(":", 5)
    if command.role_arn is not None and command.role_arn.count(":") >= 5:
        account = command.role_arn.split(":", 5)[4]
    return region, account


class RoleRefused(Exception):
    """The role a task is to be performed as can't be assumed. The text is why, in the words of STS."""


def role_refused(command: InvokeTask) -> TaskOutcome:
    """The outcome of a task whose role can't be assumed, as users of AWS were told in 2022."""
    cause = (
        f"The role {command.machine_role_arn} is not authorized to assume the task state's role, {command.role_arn}."
    )
    return TaskOutcome(error="States.TaskFailed", cause=cause)


def unusable(command: InvokeTask, reason: object) -> TaskOutcome:
    """The outcome of a task whose parameters are not those of its resource, in AWS's words."""
    text = command.parameters.decode(errors="replace")
    cause = f"The Parameters '{text}' could not be used to start the Task: [{reason}]"
    return TaskOutcome(error="States.Runtime", cause=cause)

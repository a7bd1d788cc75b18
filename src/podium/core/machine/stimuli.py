"""Stimuli: what can happen to an execution. The input of `decide`."""

from msgspec import Struct

from podium.core.machine.execution_info import Redrives
from podium.core.machine.payload import Payload


class Start(Struct, gc=False):
    """The execution begins."""

    input: Payload


class TaskSucceeded(Struct, gc=False):
    """The command scheduled by event `scheduled_id` on a branch brought an output."""

    branch_id: int
    scheduled_id: int
    output: Payload


class TaskFailed(Struct, gc=False):
    """The command scheduled by event `scheduled_id` on a branch failed."""

    branch_id: int
    scheduled_id: int
    error: str | None
    cause: str | None


class TaskSubmitted(Struct, gc=False):
    """The call that begins a task with a pattern was answered; the task itself goes on."""

    branch_id: int
    scheduled_id: int
    output: Payload


class ActivityTaken(Struct, gc=False):
    """A worker polls for the activity and is to have this task."""

    branch_id: int
    scheduled_id: int
    worker: str | None


class TaskReported(Struct, gc=False):
    """The holder of a task's token said how it ended: with an output, or with error and cause."""

    branch_id: int
    scheduled_id: int
    output: Payload | None
    error: str | None = None
    cause: str | None = None


class Wake(Struct, gc=False):
    """Time has passed: look at every deadline."""


class Continue(Struct, gc=False):
    """Go on after a slice."""


class Stop(Struct, gc=False):
    """StopExecution."""

    error: str | None
    cause: str | None


class EditedInput(Struct, frozen=True, gc=False):
    """Another input for the state that a branch is redriven in: JSON text."""

    branch_id: int
    input: bytes


class Redrive(Struct, gc=False):
    """RedriveExecution, or a Map Run redriving its child. `from_the_start`: nothing of the earlier attempt is kept."""

    redrives: Redrives
    """As they are with this one."""
    from_the_start: bool = False
    edited: EditedInput | None = None
    """What one of the states is given in place of the input it had."""


class Abandon(Struct, gc=False):
    """Podium itself cannot go on with the execution (a defect of ours): it fails rather than hang."""

    cause: str


Stimulus = (
    Start
    | TaskSucceeded
    | TaskFailed
    | TaskSubmitted
    | ActivityTaken
    | TaskReported
    | Wake
    | Continue
    | Stop
    | Redrive
    | Abandon
)

"""A loaded definition: scopes of compiled states, and what every state must be able to do.

Compiled once per revision and shared by all its executions; holds no state of any of them.
"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from podium.core.asl.resources import Resource
from podium.core.machine.commands import CancelTask, Command
from podium.core.machine.failure import Failure, Retrier
from podium.core.machine.payload import Payload

if TYPE_CHECKING:
    from podium.core.machine.branch import Branch
    from podium.core.machine.decision import Decision

Exit = tuple[Payload, str | None, Payload | None]
"""A state's output, journalled; the state that comes next, None at the scope's end; assigned variables, an object."""


class Catcher(ABC):
    """One entry of a Catch field; how it words its output depends on the query language."""

    error_equals: tuple[str, ...]

    @abstractmethod
    def exit(self, decision: "Decision", branch: "Branch", failure: Failure) -> Exit:
        """How the state that failed is left."""


class State(ABC):
    """A compiled state. `run` begins its work, `resume` ends it when the world was needed in between."""

    entered: ClassVar[int]
    exited: ClassVar[int] = 0
    aborted: ClassVar[int] = 0
    """Event code when the state is cut short by its Parallel or Map; 0 for states that can't be."""

    counts_retries: ClassVar[bool] = False
    """Whether the context object shows State.RetryCount."""

    name: str
    next: str | None
    query_language: str
    resource: Resource | None = None
    retriers: tuple[Retrier, ...] = ()
    catchers: tuple[Catcher, ...] = ()

    @abstractmethod
    def run(self, decision: "Decision", branch: "Branch") -> Exit | None:
        """Do the state's work on `branch.input`; None when it is blocked on a stimulus.

        Raises:
            Failure, EvaluationError: the state failed; retry and catch are not its business.
        """

    def redrive(self, decision: "Decision", branch: "Branch") -> Exit | None:
        """Do the state's work again after it ended the execution; it has been entered and was not left."""
        branch.task = branch.join = None
        return self.run(decision, branch)

    def resume(self, decision: "Decision", branch: "Branch", result: Payload | None) -> Exit:
        """Go on after the stimulus the state was blocked on."""
        raise NotImplementedError(f"{type(self).__name__} never blocks")

    def fail(self, decision: "Decision", branch: "Branch", error: str | None, cause: str | None) -> Failure:
        """Record that the state's outstanding command failed; gives the failure to handle."""
        raise NotImplementedError(f"{type(self).__name__} has no command")

    def time_out(self, decision: "Decision", branch: "Branch") -> Failure:
        """Record that a deadline of the outstanding command passed; gives the failure to handle."""
        raise NotImplementedError(f"{type(self).__name__} has no command")

    def cancellation(self, decision: "Decision", branch: "Branch") -> Command:
        """What stops the outstanding command."""
        assert self.resource is not None
        assert branch.task is not None
        return CancelTask(decision.execution.info.arn, branch.task.scheduled_id, self.resource)

    def submitted(self, decision: "Decision", branch: "Branch", output: Payload) -> None:
        """Record that the outstanding command's call was answered with `output`; the task goes on."""
        raise NotImplementedError(f"{type(self).__name__} has no command")

    def taken(self, decision: "Decision", branch: "Branch", worker: str | None) -> None:
        """Record that a worker took the outstanding task."""
        raise NotImplementedError(f"{type(self).__name__} has no command")

    def interrupted(self, decision: "Decision", branch: "Branch") -> int:
        """Record that the outstanding command ends with the state; the event the state's own end follows."""
        return branch.cursor

    def gave_up(self, decision: "Decision", branch: "Branch") -> None:
        """Record that no retry takes the state's failure (MapStateFailed, ParallelStateFailed)."""
        return

    # -- of a state whose work is done by child branches ---------------------------------------------------------

    def start_children(self, decision: "Decision", branch: "Branch") -> None:
        """Start as many children as may run now and the slice allows."""
        raise NotImplementedError(f"{type(self).__name__} has no children")

    def child_done(self, decision: "Decision", branch: "Branch", child: "Branch") -> Exit | None:
        """A child ended with an output; the state's exit when it was the last."""
        raise NotImplementedError(f"{type(self).__name__} has no children")

    def child_failed(self, decision: "Decision", branch: "Branch", child: "Branch") -> None:
        """A child failed for good: record it and what it does to its siblings."""
        raise NotImplementedError(f"{type(self).__name__} has no children")

    def cut_short(self, decision: "Decision", branch: "Branch") -> None:
        """Record that children which still run end because the state itself failed."""
        raise NotImplementedError(f"{type(self).__name__} has no children")


class MachineScope:
    """One `States` object: the top level, a Parallel branch's or a Map's processor."""

    __slots__ = ("start", "states")

    def __init__(self, start: str, states: dict[str, State]) -> None:
        self.start = start
        self.states = states


class Machine:
    """A loaded definition; scope 0 is the top level."""

    __slots__ = ("scopes", "timeout_ms")

    def __init__(self, scopes: list[MachineScope], timeout_ms: int | None) -> None:
        self.scopes = scopes
        self.timeout_ms = timeout_ms

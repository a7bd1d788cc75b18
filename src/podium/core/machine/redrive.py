"""Redrive: an execution that failed, was stopped or timed out goes on from where it ended.

What was entered and not left is done again, with the same input and variables: branches of a Parallel and
iterations of a Map that had ended stay as they are; retry counters and time-outs begin anew. States whose own end
failed after all their children had ended (an output over the limit) begin from nothing.
https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-behavior-states

AWS does not publish what the events after ExecutionRedriven name as their previous one. Here ExecutionRedriven
follows the event that closed the execution, and a branch's events follow what the branch did before: so the way back
from any event leads to the state it belongs to.

Beyond AWS, one state that is done again may be given another input. Its StateEntered event stays what it was; what
it does from here on, it does with the new one.
"""

from typing import Final

from msgspec import Struct, structs

from podium.core.machine import branch as status
from podium.core.machine import events, flow
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.execution import Execution, hang_children
from podium.core.machine.execution_info import Redrives
from podium.core.machine.payload import Payload
from podium.core.machine.stimuli import EditedInput

REDRIVABLE_MS: Final = 14 * 24 * 60 * 60 * 1000
"""How long after its end an execution may be redriven."""
OPEN_MS_MAX: Final = 365 * 24 * 60 * 60 * 1000
"""How long after its start an execution may run."""
UNSUCCESSFUL: Final = frozenset({"FAILED", "ABORTED", "TIMED_OUT"})


class Edit(Struct, frozen=True):
    """Another input (JSON text) for the state a redrive does again; `state` may be left out where there is one only."""

    input: bytes
    state: str | None = None


def refusal(
    status: str, start_ms: int, stop_ms: int | None, history_events: int, now_ms: int, history_events_max: int
) -> str | None:
    """Why an execution can't be redriven, in AWS's words for redriveStatusReason; None when it can.

    Room is needed for ExecutionRedriven and one event more.
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
    """
    if status not in UNSUCCESSFUL or stop_ms is None:
        return f"Execution is {status} and cannot be redriven"
    if history_events >= history_events_max - 1:
        return "Execution history event limit exceeded"
    if now_ms - start_ms > OPEN_MS_MAX:
        return "Execution has exceeded the max execution time"
    if now_ms - stop_ms > REDRIVABLE_MS:
        return "Execution redrivable period exceeded"
    return None


def done_again(execution: Execution) -> list[Branch]:
    """The branches of a closed execution whose state a redrive would do again, rather than go on inside it."""
    return [branch for branch in execution.branches.values() if branch.status != status.DONE and not _joins(branch)]


def redrive(decision: Decision, redrives: Redrives, *, from_the_start: bool, edited: EditedInput | None = None) -> bool:
    """Reopen a closed execution; False when it is not closed, or succeeded.

    Args:
        from_the_start: nothing of the earlier attempt is kept, and no redrive shows: how the Express children of a
            Map Run are run again.
        edited: the input that one of `done_again`'s branches goes on with.
    """
    execution = decision.execution
    if execution.status not in UNSUCCESSFUL:
        return False
    execution.status = "RUNNING"
    execution.info = structs.replace(execution.info, redrives=redrives)
    timeout_ms = decision.machine.timeout_ms
    execution.deadline_ms = None if timeout_ms is None else decision.now_ms + timeout_ms
    execution.tasks.clear()
    execution.wakes.clear()
    if from_the_start:
        for branch in list(execution.branches.values()):
            decision.remove(branch)
        assert execution.input is not None
        flow.begin(decision, execution.input)
        return True
    decision.emit(events.EXECUTION_REDRIVEN, execution.next_event_id - 1, redrives.count)
    if edited is not None:
        execution.branches[edited.branch_id].input = Payload.from_text(edited.input)
    hang_children(execution)
    for branch in list(execution.branches.values()):
        _reopen(decision, branch)
    return True


def _joins(branch: Branch) -> bool:
    """Whether children of its Parallel or Map are still to be run."""
    return branch.join is not None and branch.join.done < branch.join.total


def _reopen(decision: Decision, branch: Branch) -> None:
    if branch.status == status.DONE:
        return
    branch.attempt = 0
    branch.retries = ()
    branch.wake_ms = None
    if _joins(branch):
        branch.status = status.JOINING
        if branch.join is not None and branch.join.can_start:
            decision.queue.append(branch)
    else:
        if branch.status != status.READY:
            branch.status = status.ENTERED
        decision.queue.append(branch)
    decision.touch(branch)

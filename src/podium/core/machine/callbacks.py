"""Tasks whose end comes from outside: `.waitForTaskToken`, `.sync`, activities, and what holders of tokens report.

    CALLING ──TaskSubmitted──> HANDED_OVER   (.waitForTaskToken: the call answered, the token's holder decides)
       │  └────TaskSubmitted──> WATCHED      (.sync: the job runs, its performer waits for the end)
    OFFERED ──ActivityStarted─> HANDED_OVER  (a worker took the activity's task)

A report that overtakes TaskSubmitted is kept, durably, and takes effect right after it. Heartbeats are not
journalled: they only move the branch's next deadline.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
"""

from podium.core.machine import branch as status
from podium.core.machine import flow
from podium.core.machine.branch import CALLING, HANDED_OVER, OFFERED, WATCHED, Branch, Report, Task
from podium.core.machine.commands import GiveTask
from podium.core.machine.decision import Decision
from podium.core.machine.execution import Execution
from podium.core.machine.payload import Payload


def waiting_for(execution: Execution, branch_id: int, scheduled_id: int) -> Branch | None:
    """The branch whose task was scheduled by that event, if it still waits for its end."""
    branch = execution.branches.get(branch_id)
    if branch is None or branch.status != status.TASK or branch.task is None:
        return None
    return branch if branch.task.scheduled_id == scheduled_id else None


def submitted(decision: Decision, branch_id: int, scheduled_id: int, output: Payload) -> bool:
    """The call of a task was answered; False when the task is over or was submitted before."""
    branch = waiting_for(decision.execution, branch_id, scheduled_id)
    if branch is None or branch.task is None or branch.task.phase != CALLING:
        return False
    state = flow.state_of(decision, branch)
    state.submitted(decision, branch, output)
    resource = state.resource
    task = branch.task
    if resource is not None and resource.pattern == "waitForTaskToken":
        _hand_over(decision, branch, task)
    else:
        task.phase = WATCHED
        task.submission = output
    decision.touch(branch)
    report, task.report = task.report, None
    if report is not None:
        _apply(decision, branch, report)
    return True


def taken(decision: Decision, branch_id: int, scheduled_id: int, worker: str | None) -> bool:
    """A worker took an activity's task: from now on its time-out and heartbeats count."""
    branch = waiting_for(decision.execution, branch_id, scheduled_id)
    if branch is None or branch.task is None or branch.task.phase != OFFERED:
        return False
    task = branch.task
    flow.state_of(decision, branch).taken(decision, branch, worker)
    _hand_over(decision, branch, task)
    task.start_clock(decision.now_ms)
    decision.block(branch, status.TASK, task.deadline_ms(decision.now_ms))
    key, info = decision.execution.token_key, decision.execution.info
    if key is not None:
        token = key.token(branch.id, task.scheduled_id, branch.attempt)
        decision.commands.append(GiveTask(info.arn, task.scheduled_id, token, task.parameters.text))
    return True


def reported(decision: Decision, branch_id: int, scheduled_id: int, report: Report) -> bool:
    """The holder of a task's token says how it ended; False when nobody waits for that (any more)."""
    branch = waiting_for(decision.execution, branch_id, scheduled_id)
    if branch is None or branch.task is None or branch.task.phase == OFFERED:
        return False
    if branch.task.phase == CALLING:
        if branch.task.report is not None:
            return False
        branch.task.report = report
        decision.touch(branch)
    else:
        _apply(decision, branch, report)
    return True


def heartbeat(execution: Execution, branch_id: int, scheduled_id: int, now_ms: int) -> bool:
    """Move the branch's deadline by a heartbeat of its task; False when nobody waits for that task."""
    branch = waiting_for(execution, branch_id, scheduled_id)
    if branch is None or branch.task is None or branch.task.phase == OFFERED:
        return False
    if branch.task.heartbeat_ms is not None:
        deadline_ms = branch.task.deadline_ms(now_ms)
        assert deadline_ms is not None
        execution.wake_at(deadline_ms, branch)
    return True


def _hand_over(decision: Decision, branch: Branch, task: Task) -> None:
    task.phase = HANDED_OVER
    # A restart has nothing to perform again: what is missing is in somebody else's hands.
    decision.execution.tasks.discard(branch.id)


def _apply(decision: Decision, branch: Branch, report: Report) -> None:
    if report.output is not None:
        flow.resume(decision, branch, report.output)
        return
    state = flow.state_of(decision, branch)
    failure = state.fail(decision, branch, report.error, report.cause)
    flow.settle(decision, branch, flow.handle(decision, branch, state, failure))

"""How branches move: enter a state, leave it, block, fail, finish, close the execution.

A branch runs until it is blocked or the slice is used up. Whatever else can go on at once (children of a
Parallel, a parent whose last child ended) is queued in the decision, first in, first out.
"""

from collections.abc import Callable
from typing import Final

from podium.core.expressions.errors import EvaluationError
from podium.core.jsontext import InvalidJson
from podium.core.machine import branch as status
from podium.core.machine import events
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.failure import RUNTIME, Failure, Retrier, matches, next_retry
from podium.core.machine.payload import Payload
from podium.core.machine.program import Exit, State

QUERY_EVALUATION_ERROR: Final = "States.QueryEvaluationError"
STATE_ERRORS: Final = (Failure, EvaluationError, InvalidJson)
"""What a state that fails raises."""


def state_of(decision: Decision, branch: Branch) -> State:
    """The state a branch is in."""
    return decision.machine.scopes[branch.scope].states[branch.state]


def begin(decision: Decision, payload: Payload) -> None:
    """Start at the beginning of the state machine with an input."""
    execution, machine = decision.execution, decision.machine
    root = Branch(execution.next_branch_id, 0, 0, 0, machine.scopes[0].start, payload, 0)
    execution.next_branch_id += 1
    execution.branches[root.id] = root
    info = execution.info
    through = (info.version_arn, info.alias_arn) if info.version_arn is not None else ()
    decision.emit(events.EXECUTION_STARTED, 0, decision.ref(payload), info.role_arn, *through)
    decision.queue.append(root)
    if decision.full:
        # An input as large as a slice leaves the first state to the next one.
        decision.touch(root)


def run_queue(decision: Decision) -> None:
    """Run queued branches until none can go on, the slice is used up, or the execution closed."""
    queue = decision.queue
    while queue and not decision.closed and not decision.full:
        branch = queue.popleft()
        if branch.status == status.READY:
            advance(decision, branch)
        elif branch.status == status.JOINING:
            state = state_of(decision, branch)
            try:
                state.start_children(decision, branch)
            except STATE_ERRORS as error:
                settle(decision, branch, handle(decision, branch, state, error))
        elif branch.status == status.ENTERED:
            again(decision, branch, state_of(decision, branch).redrive)


def advance(decision: Decision, branch: Branch, left: Exit | None = None) -> None:
    """Go on from state to state until the branch blocks or ends, or the slice is used up.

    `left` is how the state it is in was left, with an output that is journalled; without, that is still to be entered.
    """
    states = decision.machine.scopes[branch.scope].states
    append, now_ms = decision.append, decision.now_ms
    state = states[branch.state]
    while True:
        if left is None:
            held = branch.input
            branch.cursor = branch.entered_id = append(
                (state.entered, branch.cursor, state.name, held.ref or decision.ref(held))
            )
            branch.entered_ms = now_ms
            decision.entered += 1
            if branch.attempt:
                branch.attempt = 0
                branch.retries = ()
            try:
                left = state.run(decision, branch)
            except STATE_ERRORS as error:
                left = handle(decision, branch, state, error)
            if left is None:
                return
        output, following, assigned = left
        if assigned is not None:
            branch.cursor = append((state.exited, branch.cursor, state.name, output.ref, decision.ref(assigned)))
            _assign(branch, assigned)
        elif state.exited:
            branch.cursor = append((state.exited, branch.cursor, state.name, output.ref))
        if following is None:
            finish(decision, branch, output)
            return
        branch.state = following
        branch.input = output
        branch.status = status.READY
        if decision.next_event_id >= decision.slice_end:
            decision.touch(branch)
            decision.queue.append(branch)
            return
        state = states[following]
        left = None


def again(decision: Decision, branch: Branch, work: Callable[[Decision, Branch], Exit | None]) -> None:
    """Do the work of a state that has been entered, another time, and go on from there."""
    try:
        left = work(decision, branch)
    except STATE_ERRORS as error:
        left = handle(decision, branch, state_of(decision, branch), error)
    settle(decision, branch, left)


def _assign(branch: Branch, assigned: Payload) -> None:
    held = {} if branch.variables is None else branch.variables.value
    branch.variables = Payload({**held, **assigned.value})


def settle(decision: Decision, branch: Branch, left: Exit | None) -> None:
    """Leave the state a branch was blocked in, if it is over, and go on."""
    if left is None:
        return
    branch.task = branch.join = branch.wake_ms = None
    advance(decision, branch, left)


def resume(decision: Decision, branch: Branch, result: Payload | None) -> None:
    """Go on with a branch whose stimulus came."""
    state = state_of(decision, branch)
    left: Exit | None
    try:
        left = state.resume(decision, branch, result)
    except STATE_ERRORS as error:
        left = handle(decision, branch, state, error)
    settle(decision, branch, left)


def finish(decision: Decision, branch: Branch, output: Payload) -> None:
    """The branch's scope is over: the execution succeeds, or the parent hears of it."""
    if not branch.parent_id:
        decision.output = output
        decision.emit_last(events.EXECUTION_SUCCEEDED, branch.cursor, decision.ref(output))
        decision.close("SUCCEEDED")
        return
    parent = decision.execution.branches[branch.parent_id]
    state = state_of(decision, parent)
    branch.status = status.DONE
    branch.output = output
    branch.task = branch.join = branch.wake_ms = None
    decision.touch(branch)
    decision.touch(parent)
    try:
        left = state.child_done(decision, parent, branch)
    except STATE_ERRORS as error:
        left = handle(decision, parent, state, error)
    settle(decision, parent, left)


def location(branch: Branch) -> str:
    """AWS's opening of every cause that a state itself is to blame for."""
    entered = f"(entered at the event id #{branch.entered_id})"
    return f"An error occurred while executing the state '{branch.state}' {entered}."


def as_failure(decision: Decision, branch: Branch, state: State, error: Exception) -> Failure:
    """What went wrong, as Retry and Catch know it; errors of expressions get AWS's prefix.

    In JSONPath mode an expression's failure is what it says, nearly always States.Runtime; in JSONata mode it is
    an EvaluationFailed event and can be caught.
    """
    if isinstance(error, Failure):
        return error
    where = location(branch)
    if not isinstance(error, EvaluationError):
        return Failure(RUNTIME, f"{where} {error}")
    cause = f"{where} {error.cause}"
    if state.query_language == "JSONPath":
        return Failure(error.error, cause)
    branch.cursor = decision.emit(
        events.EVALUATION_FAILED,
        branch.cursor if error.after_entry else decision.before_entry(branch),
        QUERY_EVALUATION_ERROR,
        cause,
        error.location,
        branch.state,
    )
    return Failure(QUERY_EVALUATION_ERROR, cause)


def handle(decision: Decision, branch: Branch, state: State, error: Exception) -> Exit | None:
    """Take what went wrong in a state through its Retry and Catch, then those of the Parallels and Maps around it.

    Gives the exit of `branch`'s own state when its Catch took it; a Catch further out is settled here.
    """
    failure = as_failure(decision, branch, state, error)
    failed, doomed = branch, list[Branch]()
    if branch.children and not failure.terminal:
        state.cut_short(decision, branch)
        doomed.extend(branch.children)
        branch.children.clear()
    while True:
        if not failure.terminal:
            retry = next_retry(state.retriers, failed.retries, failure)
            if retry is not None:
                _forget(decision, doomed)
                _back_off(decision, failed, *retry)
                return None
            before = failed.cursor
            state.gave_up(decision, failed)
            try:
                left = _caught(decision, failed, state, failure)
            except STATE_ERRORS as further:
                # What goes wrong in a Catch goes on from before the state failed; it then fails again, as on AWS.
                failed.cursor = before
                failure, left = as_failure(decision, failed, state, further), None
                if not failure.terminal:
                    state.gave_up(decision, failed)
            if left is not None:
                _forget(decision, doomed)
                if failed is branch:
                    return left
                settle(decision, failed, left)
                return None
        if not failed.parent_id or failure.terminal:
            branch.status = status.ENTERED
            _journal_path(decision, branch)
            # Whatever branch failed, AWS names the last event there is.
            close_failed(decision, decision.next_event_id - 1, failure)
            return None
        child, failed = failed, decision.execution.branches[failed.parent_id]
        state = state_of(decision, failed)
        state.child_failed(decision, failed, child)
        doomed.extend(failed.children)
        failed.children.clear()


def _journal_path(decision: Decision, branch: Branch) -> None:
    """Have the row show where the execution failed: a redrive starts from there."""
    found: Branch | None = branch
    while found is not None:
        decision.touch(found)
        found = decision.execution.branches.get(found.parent_id)


def close_failed(decision: Decision, cursor: int, failure: Failure) -> None:
    """End the execution as FAILED."""
    decision.error, decision.cause = failure.error, failure.cause
    decision.emit_last(events.EXECUTION_FAILED, cursor, failure.error, failure.cause)
    decision.close("FAILED")


def cancel(decision: Decision, branch: Branch) -> None:
    """Ask the world to stop the branch's outstanding command, if it has one."""
    if branch.id in decision.execution.tasks:
        decision.commands.append(state_of(decision, branch).cancellation(decision, branch))


def _caught(decision: Decision, branch: Branch, state: State, failure: Failure) -> Exit | None:
    for catcher in state.catchers:
        if matches(catcher.error_equals, failure):
            return catcher.exit(decision, branch, failure)
    return None


def _back_off(
    decision: Decision, branch: Branch, retrier: Retrier, retries_so_far: int, retries: tuple[int, ...]
) -> None:
    delay_ms = retrier.delay_ms(retries_so_far, decision.execution.info.arn, branch.entered_id, branch.cursor)
    branch.status = status.RETRYING
    branch.task = branch.join = None
    branch.retries = retries
    branch.attempt += 1
    decision.execution.wake_at(decision.now_ms + delay_ms, branch)
    decision.touch(branch)


def _forget(decision: Decision, doomed: list[Branch]) -> None:
    """Remove the branches under a failed state, and cancel what they were waiting for."""
    for branch in doomed:
        _forget(decision, branch.children)
        cancel(decision, branch)
        decision.remove(branch)
        if branch in decision.queue:
            decision.queue.remove(branch)

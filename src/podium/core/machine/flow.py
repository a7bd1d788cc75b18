"""How branches move: enter a state, leave it, block, fail, finish, close the execution.

A branch runs until it is blocked or the slice is used up. Whatever else can go on at once (children of a
Parallel, a parent whose last child ended) is queued in the decision, first in, first out.
"""

from podium.core.expressions.errors import EvaluationError
from podium.core.jsontext import InvalidJson
from podium.core.machine import branch as status
from podium.core.machine import events
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.failure import RUNTIME, Failure, Retrier, matches, next_retry
from podium.core.machine.payload import Payload
from podium.core.machine.program import Exit, JoinState, State

QUERY_EVALUATION_ERROR = "States.QueryEvaluationError"


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
            assert isinstance(state, JoinState)
            try:
                state.start_children(decision, branch)
            except (Failure, EvaluationError, InvalidJson) as error:
                settle(decision, branch, handle(decision, branch, state, as_failure(decision, branch, state, error)))
        elif branch.status == status.ENTERED:
            settle(decision, branch, attempt(decision, branch, state_of(decision, branch), again=True))


def advance(decision: Decision, branch: Branch) -> None:
    """Enter the branch's state and go on from state to state until it blocks, ends, or the slice is used up."""
    states = decision.machine.scopes[branch.scope].states
    append, now_ms = decision.append, decision.now_ms
    while True:
        state = states[branch.state]
        held = branch.input
        branch.cursor = branch.entered_id = append(
            (state.entered, branch.cursor, state.name, held.ref or decision.ref(held))
        )
        branch.entered_ms = now_ms
        if branch.attempt:
            branch.attempt = 0
            branch.retries = ()
        left = attempt(decision, branch, state)
        if left is None or not leave(decision, branch, state, left):
            return


def attempt(decision: Decision, branch: Branch, state: State, *, again: bool = False) -> Exit | None:
    """Do the state's work, `again` in a redrive; a failure goes through Retry and Catch."""
    try:
        left = state.redrive(decision, branch) if again else state.run(decision, branch)
        if left is not None and not left[0].ref:
            decision.journal(left[0], state.name)
    except (Failure, EvaluationError, InvalidJson) as error:
        return handle(decision, branch, state, as_failure(decision, branch, state, error))
    return left


def leave(decision: Decision, branch: Branch, state: State, left: Exit) -> bool:
    """Leave a state with an output that is journalled; True when the branch should enter the next one at once."""
    output, following, assigned = left
    if state.exited:
        if assigned is None:
            branch.cursor = decision.append((state.exited, branch.cursor, state.name, output.ref))
        else:
            branch.cursor = decision.emit(state.exited, branch.cursor, state.name, output.ref, decision.ref(assigned))
            _assign(branch, assigned)
    if following is None:
        finish(decision, branch, output)
        return False
    branch.state = following
    branch.input = output
    branch.status = status.READY
    if decision.next_event_id >= decision.slice_end:
        decision.touch(branch)
        decision.queue.append(branch)
        return False
    return True


def _assign(branch: Branch, assigned: Payload) -> None:
    held = {} if branch.variables is None else branch.variables.value
    branch.variables = Payload({**held, **assigned.value})


def settle(decision: Decision, branch: Branch, left: Exit | None) -> None:
    """Leave the state a branch was blocked in, if it is over, and go on."""
    if left is None:
        return
    state = state_of(decision, branch)
    branch.task = branch.join = branch.wake_ms = None
    if leave(decision, branch, state, left):
        advance(decision, branch)


def resume(decision: Decision, branch: Branch, result: Payload | None) -> None:
    """Go on with a branch whose stimulus came."""
    state = state_of(decision, branch)
    try:
        exit_ = state.resume(decision, branch, result)
        decision.journal(exit_[0], state.name)
        left: Exit | None = exit_
    except (Failure, EvaluationError, InvalidJson) as error:
        left = handle(decision, branch, state, as_failure(decision, branch, state, error))
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
    assert isinstance(state, JoinState)
    branch.status = status.DONE
    branch.output = output
    branch.task = branch.join = branch.wake_ms = None
    decision.touch(branch)
    decision.touch(parent)
    try:
        left = state.child_done(decision, parent, branch)
        if left is not None:
            decision.journal(left[0], state.name)
    except (Failure, EvaluationError, InvalidJson) as error:
        left = handle(decision, parent, state, as_failure(decision, parent, state, error))
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


def handle(decision: Decision, branch: Branch, state: State, failure: Failure) -> Exit | None:
    """Take a failure through Retry and Catch of the state, then of the Parallels and Maps around it.

    Gives the exit of `branch`'s own state when its Catch took it; a Catch further out is settled here.
    """
    failed, doomed = branch, list[Branch]()
    if branch.children and not failure.terminal:
        assert isinstance(state, JoinState)
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
            state.gave_up(decision, failed)
            try:
                left = _caught(decision, failed, state, failure)
                if left is not None:
                    decision.journal(left[0], state.name)
            except (Failure, EvaluationError, InvalidJson) as error:
                failure, left = as_failure(decision, failed, state, error), None
            if left is not None:
                _forget(decision, doomed)
                if failed is branch:
                    return left
                settle(decision, failed, left)
                return None
        if not failed.parent_id or failure.terminal:
            branch.status = status.ENTERED
            _journal_path(decision, branch)
            close_failed(decision, failed.cursor, failure)
            return None
        child, failed = failed, decision.execution.branches[failed.parent_id]
        state = state_of(decision, failed)
        assert isinstance(state, JoinState)
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

"""The doors of the core: load a definition, decide what follows from a stimulus.

machine = load(definition)
execution = Execution(info, machine.timeout_ms)
decision = decide(execution, machine, Start(payload), now_ms)
row = decision.encode()              # durable first, then perform decision.commands
"""

from typing import Any

from podium.core.asl.resources import ParameterCheck, unchecked
from podium.core.machine import branch as status
from podium.core.machine import callbacks, events, flow, redrive
from podium.core.machine.branch import Report
from podium.core.machine.commands import InvokeTask, StartMapRun
from podium.core.machine.decision import Decision, HistoryFull
from podium.core.machine.execution import Execution
from podium.core.machine.failure import RUNTIME, TIMEOUT, Failure
from podium.core.machine.program import Machine
from podium.core.machine.stimuli import (
    Abandon,
    ActivityTaken,
    Continue,
    Redrive,
    Start,
    Stimulus,
    Stop,
    TaskFailed,
    TaskReported,
    TaskSubmitted,
    TaskSucceeded,
    Wake,
)
from podium.core.states import STATE_CLASSES
from podium.core.states.loader import Loader
from podium.core.states.map_distributed import DistributedMap
from podium.core.states.task import Task


def load(definition: dict[str, Any], parameter_check: ParameterCheck = unchecked) -> Machine:
    """Compile a definition that has passed the validator. Costs milliseconds: do it once per revision."""
    return Loader(STATE_CLASSES, parameter_check=parameter_check).load(definition)


def decide(execution: Execution, machine: Machine, stimulus: Stimulus, now_ms: int) -> Decision | None:
    """Everything that follows from a stimulus without asking the world.

    Changes `execution` in place; the caller makes `decision.encode()` durable before performing its commands,
    or forgets the execution and folds it again. With `decision.more`, call again with `Continue`.

    Returns:
        None when nothing follows: the stimulus answers a command nobody waits for any more, the deadline it
        speaks of has moved, or the execution is over.
    """
    if execution.status != "RUNNING" and not isinstance(stimulus, Redrive):
        return None
    decision = Decision(execution, machine, now_ms)
    try:
        followed = _act(decision, stimulus)
        flow.run_queue(decision)
    except HistoryFull:
        followed = True
        limit = execution.limits.history_events
        failure = Failure(RUNTIME, f"The execution reached the maximum number of history events ({limit}).")
        flow.close_failed(decision, decision.next_event_id - 1, failure)
    if not followed:
        return None
    if decision.closed and execution.tasks:
        for waiting in execution.outstanding():
            flow.cancel(decision, waiting)
    execution.sequence = decision.sequence
    execution.next_event_id = decision.next_event_id
    execution.last_ms = decision.now_ms
    return decision


def outstanding_commands(execution: Execution, machine: Machine, now_ms: int) -> list[InvokeTask | StartMapRun]:
    """The commands whose outcome is not in the journal: what a restart performs again."""
    commands: list[InvokeTask | StartMapRun] = []
    now_ms = max(now_ms, execution.last_ms)
    for waiting in execution.outstanding():
        state = machine.scopes[waiting.scope].states[waiting.state]
        if isinstance(state, Task):
            commands.append(state.invocation(execution, waiting, now_ms))
        else:
            assert isinstance(state, DistributedMap)
            commands.append(state.command(Decision(execution, machine, now_ms), waiting))
    return commands


def _act(decision: Decision, stimulus: Stimulus) -> bool:
    """Let the stimulus do its own part; False when it has none to do."""
    execution = decision.execution
    match stimulus:
        case Start(input=payload):
            decision.execution.input = payload
            flow.begin(decision, payload)
        case Continue():
            decision.queue.extend(execution.runnable())
            return bool(decision.queue)
        case TaskSucceeded(branch_id=branch_id, scheduled_id=scheduled_id, output=output):
            waiting = callbacks.waiting_for(execution, branch_id, scheduled_id)
            if waiting is None:
                return False
            flow.resume(decision, waiting, output)
        case TaskFailed(branch_id=branch_id, scheduled_id=scheduled_id, error=error, cause=cause):
            waiting = callbacks.waiting_for(execution, branch_id, scheduled_id)
            if waiting is None:
                return False
            state = flow.state_of(decision, waiting)
            failure = state.fail(decision, waiting, error, cause)
            flow.settle(decision, waiting, flow.handle(decision, waiting, state, failure))
        case TaskSubmitted(branch_id=branch_id, scheduled_id=scheduled_id, output=output):
            return callbacks.submitted(decision, branch_id, scheduled_id, output)
        case ActivityTaken(branch_id=branch_id, scheduled_id=scheduled_id, worker=worker):
            return callbacks.taken(decision, branch_id, scheduled_id, worker)
        case TaskReported(branch_id=branch_id, scheduled_id=scheduled_id, output=said, error=error, cause=cause):
            return callbacks.reported(decision, branch_id, scheduled_id, Report(said, error, cause))
        case Wake():
            return _wake(decision)
        case Stop(error=error, cause=cause):
            decision.error, decision.cause = error, cause
            decision.emit_last(events.EXECUTION_ABORTED, 0, error, cause)
            decision.close("ABORTED")
        case Redrive(redrives=redrives, from_the_start=from_the_start, edited=edited):
            return redrive.redrive(decision, redrives, from_the_start=from_the_start, edited=edited)
        case Abandon(cause=cause):
            flow.close_failed(decision, 0, Failure(RUNTIME, cause))
    return True


def _wake(decision: Decision) -> bool:
    execution, now_ms = decision.execution, decision.now_ms
    if execution.deadline_ms is not None and execution.deadline_ms <= now_ms:
        decision.error = TIMEOUT
        decision.emit_last(events.EXECUTION_TIMED_OUT, 0, TIMEOUT, None)
        decision.close("TIMED_OUT")
        return True
    followed = False
    while not decision.closed and not decision.full and (branch := execution.due(now_ms)) is not None:
        followed = True
        branch.wake_ms = None
        state = flow.state_of(decision, branch)
        if branch.status == status.WAITING:
            flow.resume(decision, branch, None)
        elif branch.status == status.RETRYING:
            flow.again(decision, branch, state.run)
        elif branch.status == status.TASK:
            failure = state.time_out(decision, branch)
            flow.settle(decision, branch, flow.handle(decision, branch, state, failure))
    return followed

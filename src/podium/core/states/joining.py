"""What Parallel and Map share: gathering the outputs of child branches, and cutting them short."""

from podium.core.machine import branch as status
from podium.core.machine import events
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.flow import state_of
from podium.core.machine.payload import Payload


def gather(decision: Decision, branch: Branch) -> Payload:
    """The array of all children's outputs in their order; the children are forgotten.

    Joined as texts: what nobody looks into is neither decoded nor encoded again.
    """
    children = sorted(branch.children, key=lambda child: child.index)
    texts = []
    for child in children:
        assert child.output is not None
        texts.append(child.output.text)
        decision.remove(child)
    branch.children = []
    return Payload.from_text(b"[" + b",".join(texts) + b"]")


def abort(decision: Decision, branch: Branch) -> None:
    """Record that a child branch is cut short in the state it is in, innermost first."""
    for child in branch.children:
        abort(decision, child)
    if branch.status == status.DONE or not branch.entered_id:
        return
    state = state_of(decision, branch)
    if branch.join is not None and branch.join.items is not None:
        for child in branch.children:
            if child.status != status.DONE:
                decision.emit(events.ITERATION_ABORTED, child.cursor, state.name, child.index)
    if state.aborted and branch.status != status.READY:
        decision.emit(state.aborted, state.interrupted(decision, branch))

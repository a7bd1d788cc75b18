"""The Parallel state: runs several scopes at once on the same input and gathers their outputs in order.

https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
"""

from collections.abc import Iterator
from typing import Any, Final

from podium.core.asl import fields, kinds
from podium.core.asl.fields import Field, OneOf, Scope
from podium.core.machine import branch as status
from podium.core.machine import events
from podium.core.machine.branch import Branch, Join
from podium.core.machine.decision import Decision
from podium.core.machine.program import Exit
from podium.core.states.base import CompiledState
from podium.core.states.joining import abort, gather
from podium.core.states.loader import Loader

FIELDS: Final[tuple[Field, ...]] = (
    *fields.COMMON,
    *fields.FLOW,
    Field("Branches", kinds.array(kinds.anything), required=True),
    *fields.PATHS,
    fields.PARAMETERS,
    fields.ARGUMENTS,
    fields.RESULT_SELECTOR,
    fields.RESULT_PATH,
    fields.OUTPUT,
    fields.ASSIGN,
    *fields.ERROR_HANDLING,
)
GROUPS: Final[tuple[OneOf, ...]] = (fields.NEXT_OR_END,)


def scopes(state: dict[str, Any]) -> Iterator[Scope]:
    """Every branch is a machine of its own."""
    branches = state.get("Branches")
    for index, branch in enumerate(branches if isinstance(branches, list) else ()):
        yield Scope(f"Branches[{index}]", branch)


class Parallel(CompiledState):
    """Blocks its branch until every child branch is done, or one failed."""

    entered = events.PARALLEL_ENTERED
    exited = events.PARALLEL_EXITED
    aborted = events.PARALLEL_ABORTED

    def __init__(self, name: str, spec: dict[str, Any], loader: Loader) -> None:
        super().__init__(name, spec, loader)
        self._scopes = [loader.scope(branch) for branch in spec["Branches"]]

    def run(self, decision: Decision, branch: Branch) -> Exit | None:
        """Every branch starts at once, on the same effective input."""
        effective = self.effective_input(decision, branch)
        started_id = branch.cursor = decision.emit(events.PARALLEL_STARTED, branch.cursor)
        count = len(self._scopes)
        branch.join = Join(count, count, started_id, None, effective)
        decision.block(branch, status.JOINING)
        self.start_children(decision, branch)
        return None

    def start_children(self, decision: Decision, branch: Branch) -> None:
        """A branch's start is no event, so no slice is used up by it."""
        join = branch.join
        assert join is not None
        assert join.effective is not None
        for index in range(join.started, join.total):
            decision.spawn(branch, index, self._scopes[index], join.effective, join.started_id)
        join.started = join.total

    def child_done(self, decision: Decision, branch: Branch, child: Branch) -> Exit | None:
        """The state succeeds with the last of its branches."""
        join = branch.join
        assert join is not None
        join.done += 1
        branch.cursor = child.cursor
        if join.done < join.total:
            return None
        decision.emit(events.PARALLEL_SUCCEEDED, branch.cursor)
        return self.leave(decision, branch, gather(decision, branch))

    def child_failed(self, decision: Decision, branch: Branch, child: Branch) -> None:
        """Every branch that is in a state is cut short, the failed one included."""
        branch.cursor = child.cursor
        self.cut_short(decision, branch)

    def cut_short(self, decision: Decision, branch: Branch) -> None:
        """Every branch that is in a state ends there."""
        for each in branch.children:
            abort(decision, each)

    def gave_up(self, decision: Decision, branch: Branch) -> None:
        """No retry took the failure."""
        branch.cursor = decision.emit(events.PARALLEL_FAILED, branch.cursor)

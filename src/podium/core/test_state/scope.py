"""What expressions of a state under test may see: the context object it is given, or that of an execution of its own.

The execution is an Express one, which is never redriven, so there is no RedriveCount; without a role, RoleArn is null.
"""

from collections.abc import Mapping
from typing import Any

from podium.core.machine.branch import Branch
from podium.core.machine.context import StateScope
from podium.core.machine.decision import Decision
from podium.core.machine.execution import Execution
from podium.core.machine.program import Machine


class TrialScope(StateScope):
    """A scope whose context object may be given from outside."""

    __slots__ = ("_given",)

    def __init__(self, decision: Decision, given: Mapping[str, Any] | None) -> None:
        super().__init__(decision)
        self._given = given

    def context(self) -> Mapping[str, Any]:
        """The context object, with the Map item that is being prepared."""
        if self._given is None:
            built = super().context()
            execution = {key: value for key, value in built["Execution"].items() if key != "RedriveCount"}
            return {**built, "Execution": {**execution, "RoleArn": execution["RoleArn"] or None}}
        if self._item is None:
            return self._given
        return {**self._given, "Map": {"Item": {"Index": self._item[0], "Value": self._item[1]}}}


class TrialDecision(Decision):
    """A decision that is never stored, whose expressions see a `TrialScope`."""

    __slots__ = ()

    def __init__(self, execution: Execution, machine: Machine, now_ms: int, context: Mapping[str, Any] | None) -> None:
        super().__init__(execution, machine, now_ms)
        self._scope = TrialScope(self, context)

    def open(self, branch: Branch) -> None:
        """Enter the branch's state."""
        state = self.machine.scopes[branch.scope].states[branch.state]
        self.execution.branches[branch.id] = branch
        branch.entered_id = branch.cursor = self.emit(state.entered, branch.cursor, state.name, self.ref(branch.input))
        branch.entered_ms = self.now_ms

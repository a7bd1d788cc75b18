"""How data flows through a state in JSONata mode: Arguments in, Output and Assign out.

https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html: Output and Assign are evaluated on
what the state was entered with, neither sees the other.
"""

from typing import Any

from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.failure import Failure
from podium.core.machine.payload import Payload
from podium.core.machine.program import Catcher, Exit
from podium.core.states.jsonata_values import JsonataValue
from podium.core.states.steps import Step, computed, constant, putting_out
from podium.core.states.watching import Watch, unwatched


class JsonataFlow:
    """Arguments, Output and Assign of one state, or of one rule or Catch within it (`place` leads there)."""

    __slots__ = ("_assign", "_shape", "effective_input", "output")

    def __init__(
        self,
        spec: dict[str, Any],
        place: str = "",
        arguments: str | None = "Arguments",
        watch: Watch = unwatched,
        result: str = "result",
    ) -> None:
        """Expressions know what the state's work gave as `$states.<result>`."""
        self.effective_input = watch("afterArguments", _step(spec, arguments) if arguments else None)
        self.output = _step_after(spec, "Output", place, result)
        self._assign = _step_after(spec, "Assign", place, result)
        self._shape = putting_out(self.output)

    @property
    def assigns(self) -> bool:
        """Whether the state assigns variables."""
        return self._assign is not None

    def leave(self, decision: Decision, branch: Branch, result: Payload, following: str | None) -> Exit:
        """The exit of a state whose work gave `result`."""
        if self._assign is None:
            return self._shape(result, decision, branch), following, None
        output = result if self.output is None else self.output.on_payload(result, decision, branch)
        assigned = self._assign.on_payload(result, decision, branch)
        return decision.journalled(output, branch.state), following, assigned


def _step(spec: dict[str, Any], field: str) -> Step | None:
    if field not in spec:
        return None
    value = JsonataValue(spec[field], field)
    if value.static:
        return constant(value.value)
    return computed(lambda document, decision, branch: value.evaluate(decision, branch))


def _step_after(spec: dict[str, Any], field: str, place: str, result: str) -> Step | None:
    if field not in spec:
        return None
    value = JsonataValue(spec[field], f"{place}{field}")
    if value.static:
        return constant(value.value)
    return computed(lambda found, decision, branch: value.evaluate(decision, branch, {result: found}))


class JsonataCatcher(Catcher):
    """One entry of Catch in JSONata mode."""

    def __init__(self, entry: dict[str, Any], index: int) -> None:
        self.error_equals = tuple(entry["ErrorEquals"])
        self._next: str = entry["Next"]
        self._flow = JsonataFlow(entry, f"Catch[{index}]/", result="errorOutput")

    def exit(self, decision: Decision, branch: Branch, failure: Failure) -> Exit:
        """The error output goes on unless Output says otherwise."""
        return self._flow.leave(decision, branch, Payload(failure.output()), self._next)

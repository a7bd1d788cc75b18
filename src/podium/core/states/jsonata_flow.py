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
from podium.core.states.jsonpath_flow import static_step
from podium.core.states.watching import Step, Watch, unwatched


class JsonataFlow:
    """Arguments, Output and Assign of one state, or of one rule or Catch within it (`place` leads there)."""

    __slots__ = ("_assign", "_output", "effective_input", "reshapes")

    def __init__(
        self,
        spec: dict[str, Any],
        place: str = "",
        arguments: str | None = "Arguments",
        watch: Watch = unwatched,
    ) -> None:
        self.effective_input = watch("afterArguments", _step(spec, arguments) if arguments else None)
        self._output = JsonataValue(spec["Output"], f"{place}Output") if "Output" in spec else None
        self._assign = JsonataValue(spec["Assign"], f"{place}Assign") if "Assign" in spec else None
        self.reshapes = self._output is not None
        """As in `JsonPathFlow`."""

    def leave(
        self, decision: Decision, branch: Branch, result: Payload, following: str | None, name: str = "result"
    ) -> Exit:
        """The exit of a state whose work gave `result`, which expressions know as `$states.<name>`."""
        output, assigned = result, None
        if self._output is not None:
            output = Payload(self._output.evaluate(decision, branch, {name: result.value}))
        if self._assign is not None:
            assigned = Payload(self._assign.evaluate(decision, branch, {name: result.value}))
        return output, following, assigned


def _step(spec: dict[str, Any], field: str) -> Step | None:
    if field not in spec:
        return None
    value = JsonataValue(spec[field], field)
    if value.static:
        return static_step(value.value)
    return lambda payload, decision, branch: Payload(value.evaluate(decision, branch))


class JsonataCatcher(Catcher):
    """One entry of Catch in JSONata mode."""

    def __init__(self, entry: dict[str, Any], index: int) -> None:
        self.error_equals = tuple(entry["ErrorEquals"])
        self._next: str = entry["Next"]
        self._flow = JsonataFlow(entry, f"Catch[{index}]/")

    def exit(self, decision: Decision, branch: Branch, failure: Failure) -> Exit:
        """The error output goes on unless Output says otherwise."""
        return self._flow.leave(decision, branch, Payload(failure.output()), self._next, "errorOutput")

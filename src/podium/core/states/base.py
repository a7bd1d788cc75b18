"""What all compiled states share: their place in the definition, Retry and Catch, and how data flows through them."""

from abc import ABC
from typing import Any

from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.failure import compile_retriers, too_large
from podium.core.machine.payload import Payload
from podium.core.machine.program import Exit, State
from podium.core.states.jsonpath_flow import JsonPathCatcher, JsonPathFlow
from podium.core.states.loader import Loader


class CompiledState(State, ABC):
    """A state built from its object in a checked definition."""

    def __init__(self, name: str, spec: dict[str, Any], loader: Loader) -> None:
        self.name = name
        self.next = spec.get("Next")
        self.query_language = loader.language
        self.flow = JsonPathFlow(spec)
        self.retriers = compile_retriers(spec.get("Retry", []))
        self.catchers = tuple(JsonPathCatcher(entry) for entry in spec.get("Catch", []))

    def leave(self, decision: Decision, branch: Branch, result: Payload) -> Exit:
        """The exit of a state whose work gave `result`: the output is shaped, and bounded."""
        output = self.flow.output(decision, branch, result)
        if output is not branch.input and len(output.text) > decision.execution.limits.payload_bytes:
            raise too_large(self.name)
        return output, self.next, None

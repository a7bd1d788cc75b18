"""What all compiled states share: their place in the definition, Retry and Catch, and how data flows through them."""

from abc import ABC
from typing import Any

from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.failure import compile_retriers
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

    def effective_input(self, decision: Decision, branch: Branch) -> Payload:
        """The raw input as the state's work sees it."""
        step = self.flow.effective_input
        return branch.input if step is None else step(branch.input, decision, branch)

    def leave(self, decision: Decision, branch: Branch, result: Payload) -> Exit:
        """The exit of a state whose work gave `result`: the output is shaped."""
        step = self.flow.output
        return (result if step is None else step(result, decision, branch)), self.next, None

"""What all compiled states share: their place in the definition, Retry and Catch, and how data flows through them."""

from abc import ABC
from typing import Any

from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.failure import compile_retriers
from podium.core.machine.payload import Payload
from podium.core.machine.program import Catcher, Exit, State
from podium.core.states.jsonata_flow import JsonataCatcher, JsonataFlow
from podium.core.states.jsonpath_flow import JsonPathCatcher, JsonPathFlow
from podium.core.states.loader import Loader


class CompiledState(State, ABC):
    """A state built from its object in a checked definition."""

    def __init__(self, name: str, spec: dict[str, Any], loader: Loader) -> None:
        self.name = name
        self.next = spec.get("Next")
        self.query_language = loader.language
        self.watch = loader.watch
        self.flow = self.make_flow(spec)
        self.retriers = compile_retriers(spec.get("Retry", []))
        caught = spec.get("Catch", [])
        self.catchers: tuple[Catcher, ...] = (
            tuple(JsonataCatcher(entry, index) for index, entry in enumerate(caught))
            if self.is_jsonata
            else tuple(JsonPathCatcher(entry) for entry in caught)
        )

    @property
    def is_jsonata(self) -> bool:
        """Whether the state's expressions are JSONata."""
        return self.query_language == "JSONata"

    def make_flow(self, spec: dict[str, Any]) -> JsonPathFlow | JsonataFlow:
        """How data flows through the state; a Map, whose `Parameters` mean something else, has its own."""
        return JsonataFlow(spec, watch=self.watch) if self.is_jsonata else JsonPathFlow(spec, watch=self.watch)

    def effective_input(self, decision: Decision, branch: Branch) -> Payload:
        """The raw input as the state's work sees it."""
        step = self.flow.effective_input
        return branch.input if step is None else step.on_payload(branch.input, decision, branch)

    def leave(self, decision: Decision, branch: Branch, result: Payload) -> Exit:
        """The exit of a state whose work gave `result`: the output is shaped."""
        return self.flow.leave(decision, branch, result, self.next)

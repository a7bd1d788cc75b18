"""Builds compiled scopes from a checked definition."""

from collections.abc import Mapping
from typing import Any, Protocol

from podium.core.asl.resources import ParameterCheck, unchecked
from podium.core.machine.program import Machine, MachineScope, State
from podium.core.states.watching import Watch, unwatched


class StateClass(Protocol):
    """How a compiled state is made."""

    def __call__(self, name: str, spec: dict[str, Any], loader: "Loader") -> State:
        """Compile one state; nested machines go through `loader.scope`."""


class Loader:
    """Walks a definition once; states hand nested machines back to it."""

    def __init__(
        self,
        state_classes: Mapping[str, StateClass],
        watch: Watch = unwatched,
        parameter_check: ParameterCheck = unchecked,
    ) -> None:
        self._state_classes = state_classes
        self.watch = watch
        self.parameter_check = parameter_check
        self._scopes: list[MachineScope] = []
        self.machine_language = "JSONPath"
        """Query language of the whole machine: states inside a Parallel or Map that says otherwise speak it too."""
        self.language = "JSONPath"
        """Query language of the state being compiled."""

    def load(self, definition: dict[str, Any]) -> Machine:
        """The whole machine. The definition must have passed the validator."""
        timeout = definition.get("TimeoutSeconds")
        self.machine_language = definition.get("QueryLanguage", "JSONPath")
        self.scope(definition)
        return Machine(self._scopes, None if timeout is None else timeout * 1000)

    def scope(self, definition: dict[str, Any]) -> int:
        """Compile one `States` object; gives the scope's number."""
        number = len(self._scopes)
        states: dict[str, State] = {}
        self._scopes.append(MachineScope(definition["StartAt"], states))
        outer = self.language
        for name, spec in definition["States"].items():
            self.language = spec.get("QueryLanguage", self.machine_language)
            states[name] = self._state_classes[spec["Type"]](name, spec, self)
        self.language = outer
        return number

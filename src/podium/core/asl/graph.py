"""How states follow one another: names that are unique, targets that exist, states that can be reached, an end.

Runs on a definition whose structure was found sound. https://states-language.net/spec.html#transitions;
wording and places: as ValidateStateMachineDefinition answers.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from podium.core.asl.diagnostics import Report
from podium.core.asl.fields import StateType

STATE_NAME_LENGTH_MAX: Final = 80
_TARGET = "MISSING_TRANSITION_TARGET"


def check_graph(machine: dict[str, Any], state_types: Mapping[str, StateType], report: Report) -> None:
    """Check names, targets, reachability and the end of a definition and of all the machines inside it."""
    graph = _Graph(state_types)
    graph.check_scope(machine, report)
    ends = any(graph.is_terminal(state) for state in machine["States"].values())
    if not ends:
        report.refuse("Workflow has no terminal state", "MISSING_END_STATE", placeless=True)
    graph.check_reachable(machine, report, whole=not ends)


def transitions(state: dict[str, Any], state_types: Mapping[str, StateType]) -> Iterator[tuple[str, str]]:
    """(place below the state, name) of every state that may follow."""
    if "Next" in state:
        yield "Next", state["Next"]
    for index, catcher in enumerate(state.get("Catch", ())):
        yield f"Catch[{index}]/Next", catcher["Next"]
    more = state_types[state["Type"]].targets
    if more is not None:
        yield from more(state)


class _Graph:
    """One walk over one definition; names and labels are unique across all of it."""

    def __init__(self, state_types: Mapping[str, StateType]) -> None:
        self.state_types = state_types
        self.names: set[str] = set()
        self.labels: set[str] = set()

    def check_scope(self, machine: dict[str, Any], report: Report) -> None:
        """Names and targets of a scope, then of the scopes inside it."""
        states = machine["States"]
        if machine["StartAt"] not in states:
            report.at("StartAt").refuse(f"Missing 'Next' target: {machine['StartAt']}", _TARGET)
        for name, state in states.items():
            here = report.at("States").at(name)
            self.check_name(name, here)
            self.check_label(state, here)
            for location, target in transitions(state, self.state_types):
                if target not in states:
                    here.at(location).refuse(f"Missing 'Next' target: {target}", _TARGET)
        for inside, scope_report in self.scopes(states, report):
            self.check_scope(inside, scope_report)

    def check_name(self, name: str, report: Report) -> None:
        if len(name) > STATE_NAME_LENGTH_MAX:
            limit = f"exceeds the {STATE_NAME_LENGTH_MAX}-character limit allowed by the service"
            report.refuse(f"State name '{name}' {limit}", "INVALID_STATE_NAME")
        if name in self.names:
            report.refuse(f"Duplicate State name: {name}", "DUPLICATE_STATE_NAME")
        self.names.add(name)

    def check_label(self, state: dict[str, Any], report: Report) -> None:
        label = state.get("Label")
        if label is None:
            return
        if label in self.labels:
            report.at("Label").refuse(f"Duplicate Label name: {label}", "DUPLICATE_LABEL_NAME")
        self.labels.add(label)

    def check_reachable(self, machine: dict[str, Any], report: Report, *, whole: bool = False) -> None:
        """Every state can be reached from `StartAt`. With `whole`, AWS leaves this scope's own states alone."""
        states = machine["States"]
        if not whole and machine["StartAt"] in states:
            reached = self.reached(machine)
            for name in states:
                if name not in reached:
                    report.at("States").at(name).refuse(f'State "{name}" is not reachable.', _TARGET)
        for inside, scope_report in self.scopes(states, report):
            self.check_reachable(inside, scope_report)

    def reached(self, machine: dict[str, Any]) -> set[str]:
        states: dict[str, Any] = machine["States"]
        reached: set[str] = set()
        waiting = [machine["StartAt"]]
        while waiting:
            name = waiting.pop()
            if name in states and name not in reached:
                reached.add(name)
                waiting.extend(target for _, target in transitions(states[name], self.state_types))
        return reached

    def is_terminal(self, state: dict[str, Any]) -> bool:
        return self.state_types[state["Type"]].terminal or state.get("End") is True

    def scopes(self, states: dict[str, Any], report: Report) -> Iterator[tuple[dict[str, Any], Report]]:
        """The machines directly inside these states."""
        for name, state in states.items():
            scopes = self.state_types[state["Type"]].scopes
            if scopes is not None:
                for scope in scopes(state):
                    yield scope.machine, report.at("States").at(name).at(scope.location)

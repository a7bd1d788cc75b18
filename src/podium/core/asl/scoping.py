"""No scope assigns a variable that a scope around it may already have assigned: shadowing is not allowed.

Runs on a definition whose structure and transitions were found sound. A name counts as assigned before a state
if some path from the scope's start to that state assigns it; what the state's own catchers assign comes too late.
https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from podium.core.asl.diagnostics import QueryLanguage, Report
from podium.core.asl.fields import StateType
from podium.core.asl.graph import transitions
from podium.core.asl.variables import assigned

_RULE: Final = re.compile(r"(Catch|Choices)\[(\d+)\]/")


def check_scoping(
    machine: dict[str, Any],
    state_types: Mapping[str, StateType],
    report: Report,
    outer: frozenset[str] = frozenset(),
) -> None:
    """Check a definition and all the machines inside it; `report` speaks what the whole machine speaks."""
    own = _Assignments(machine, state_types, report)
    for name, state in machine["States"].items():
        here = report.at("States").at(name)
        for location, assign in _assigns(state):
            for variable in assigned(assign, _language(state, report)):
                if variable in outer:
                    message = f"The variable name '{variable}' was already defined in a parent scope."
                    here.at(location).refuse(message, "DUPLICATE_VARIABLE_NAME")
        scopes = state_types[state["Type"]].scopes
        if scopes is not None:
            around = outer | own.before(name)
            for scope in scopes(state):
                seen = frozenset[str]() if scope.isolated else around
                check_scoping(scope.machine, state_types, here.at(scope.location), seen)


def _language(state: dict[str, Any], report: Report) -> QueryLanguage:
    return "JSONata" if state.get("QueryLanguage") == "JSONata" else report.language


def _assigns(state: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(place below the state, Assign) of a state, of its choices and of its catchers."""
    if "Assign" in state:
        yield "Assign", state["Assign"]
    for holder in ("Choices", "Catch"):
        for index, rule in enumerate(state.get(holder, ())):
            if "Assign" in rule:
                yield f"{holder}[{index}]/Assign", rule["Assign"]


class _Assignments:
    """Which names the transitions of one scope assign."""

    def __init__(self, machine: dict[str, Any], state_types: Mapping[str, StateType], report: Report) -> None:
        self.into: dict[str, list[tuple[str, frozenset[str]]]] = {}
        self.any = False
        for source, state in machine["States"].items():
            language = _language(state, report)
            for location, target in transitions(state, state_types):
                rule = _RULE.match(location)
                holder = state[rule[1]][int(rule[2])] if rule is not None else state
                names = frozenset(assigned(holder.get("Assign", {}), language))
                self.into.setdefault(target, []).append((source, names))
                self.any = self.any or bool(names)

    def before(self, name: str) -> frozenset[str]:
        """What may have been assigned when a state is entered."""
        names: set[str] = set()
        seen: set[str] = set()
        waiting = [name] if self.any else []
        while waiting:
            for source, assigned_there in self.into.get(waiting.pop(), ()):
                names |= assigned_there
                if source not in seen:
                    seen.add(source)
                    waiting.append(source)
        return frozenset(names)

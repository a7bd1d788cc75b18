"""No scope assigns a variable that a scope around it may already have assigned: shadowing is not allowed.

Runs on a definition whose structure was found sound. A name counts as assigned before a state if some path from
the scope's start to that state assigns it; what the state's own catchers assign comes too late.
https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from podium.core.asl.diagnostics import QueryLanguage, Report
from podium.core.asl.fields import StateType
from podium.core.asl.graph import transitions
from podium.core.asl.references import variables_read
from podium.core.asl.variables import assigned

_RULE: Final = re.compile(r"(Catch|Choices)\[(\d+)\]/")

_Outer = tuple["_Before", ...]


def check_scoping(
    machine: dict[str, Any], state_types: Mapping[str, StateType], report: Report, outer: _Outer = ()
) -> None:
    """Check a definition and all the machines inside it; `report` speaks what the whole machine speaks.

    Args:
        outer: what each of the scopes around has assigned when this one is entered.
    """
    own = _Assignments(machine, state_types, report)
    for name, state in machine["States"].items():
        here = report.at("States").at(name)
        for location, assign in _assigns(state):
            for variable in assigned(assign, _language(state, report)):
                if any(before.has(variable) for before in outer):
                    message = f"The variable name '{variable}' was already defined in a parent scope."
                    here.at(location).refuse(message, "DUPLICATE_VARIABLE_NAME")
        scopes = state_types[state["Type"]].scopes
        if scopes is not None:
            around = (*outer, own.before(name))
            for scope in scopes(state):
                seen = () if scope.isolated else around
                check_scoping(scope.machine, state_types, here.at(scope.location), seen)


def unassigned(
    machine: dict[str, Any], state_types: Mapping[str, StateType], report: Report, outer: _Outer = ()
) -> Iterator[tuple[str, str]]:
    """(place, variable) of every state that reads a variable which nothing can have assigned before it.

    Not an error for AWS, which fails the state when it gets there. `$eval` is a function AWS doesn't have.
    """
    own = _Assignments(machine, state_types, report)
    for name, state in machine["States"].items():
        here = report.at("States").at(name)
        around = (*outer, own.before(name))
        for variable in sorted(variables_read(state, report.language) - {"eval"}):
            if not any(before.has(variable) for before in around):
                yield here.location, variable
        scopes = state_types[state["Type"]].scopes
        for scope in scopes(state) if scopes is not None else ():
            yield from unassigned(scope.machine, state_types, here.at(scope.location), () if scope.isolated else around)


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


class _Before:
    """The names that may have been assigned when a state is entered, as bits of a number."""

    __slots__ = ("_bits", "_names")

    def __init__(self, names: dict[str, int], bits: int) -> None:
        self._names = names
        self._bits = bits

    def has(self, name: str) -> bool:
        return name in self._names and bool(self._bits >> self._names[name] & 1)


class _Assignments:
    """Follows the names that one scope assigns along its transitions. Sets of names are bits of a number: a
    definition of a million characters has room for thousands of names in thousands of states."""

    def __init__(self, machine: dict[str, Any], state_types: Mapping[str, StateType], report: Report) -> None:
        self.names: dict[str, int] = {}
        self.edges: dict[str, list[tuple[str, int]]] = {}
        states = machine["States"]
        for source, state in states.items():
            edges = self.edges[source] = []
            for location, target in transitions(state, state_types):
                rule = _RULE.match(location)
                holder = state[rule[1]][int(rule[2])] if rule is not None else state
                bits = self.bits(assigned(holder.get("Assign", {}), _language(state, report)))
                if target in states:
                    edges.append((target, bits))
        self.entered = dict.fromkeys(states, 0)
        order = _depth_first(machine["StartAt"], self.edges)
        while self.names and self.follow(order):
            pass

    def bits(self, names: Iterator[str]) -> int:
        bits = 0
        for name in names:
            bits |= 1 << self.names.setdefault(name, len(self.names))
        return bits

    def follow(self, order: list[str]) -> bool:
        """Hand on what every state knows to the next; whether anyone learned something."""
        learned = False
        for source in order:
            for target, bits in self.edges[source]:
                known = self.entered[target] | self.entered[source] | bits
                learned = learned or known != self.entered[target]
                self.entered[target] = known
        return learned

    def before(self, name: str) -> _Before:
        return _Before(self.names, self.entered[name])


def _depth_first(start: str, edges: dict[str, list[tuple[str, int]]]) -> list[str]:
    """States in the order in which one pass hands on the most: each before those it leads to, loops aside."""
    left: list[str] = []
    seen: set[str] = set()
    waiting = [(start, False)]
    while waiting:
        name, done = waiting.pop()
        if done:
            left.append(name)
        elif name in edges and name not in seen:
            seen.add(name)
            waiting.append((name, True))
            waiting.extend((target, False) for target, _ in edges[name])
    return left[::-1]

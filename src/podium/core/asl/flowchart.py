"""A definition as a flowchart: its states, what may follow what and why, and which states lie inside which.

For drawing; what it says of broken definitions is as much as can be said.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from podium.core import jsontext
from podium.core.asl.fields import StateType
from podium.core.asl.graph import transitions


class Step(NamedTuple):
    """A state that can be drawn. `scope` is 0 at the top; states' names are unique in a definition."""

    name: str
    type: str
    scope: int
    is_start: bool
    is_end: bool


class Scope(NamedTuple):
    """What lies inside a state: one branch of a Parallel, or a Map's processor."""

    number: int
    owner: str


class Arrow(NamedTuple):
    """From a state to one that may follow it; `label` says when, empty for the ordinary way."""

    source: str
    target: str
    label: str


class Flowchart(NamedTuple):
    """All of a definition, states before what is inside them."""

    steps: list[Step]
    scopes: list[Scope]
    arrows: list[Arrow]


def flowchart(definition: dict[str, Any], state_types: Mapping[str, StateType]) -> Flowchart:
    """The flowchart of a definition that passed the validator."""
    chart = Flowchart([], [], [])
    _add(definition, 0, chart, state_types)
    return chart


def _add(machine: dict[str, Any], scope: int, chart: Flowchart, state_types: Mapping[str, StateType]) -> None:
    for name, state in machine["States"].items():
        kind = state_types[state["Type"]]
        is_end = kind.terminal or state.get("End") is True
        chart.steps.append(Step(name, state["Type"], scope, name == machine["StartAt"], is_end))
        chart.arrows.extend(_arrows(name, state, state_types))
        for nested in kind.scopes(state) if kind.scopes is not None else ():
            number = len(chart.scopes) + 1
            chart.scopes.append(Scope(number, name))
            _add(nested.machine, number, chart, state_types)


def _arrows(name: str, state: dict[str, Any], state_types: Mapping[str, StateType]) -> Iterator[Arrow]:
    for place, target in transitions(state, state_types):
        yield Arrow(name, target, _label(state, place))


def _label(state: dict[str, Any], place: str) -> str:
    field, _, rest = place.partition("[")
    if not rest:
        return "" if place == "Next" else "default"
    index = int(rest.partition("]")[0])
    if field == "Catch":
        return ", ".join(state["Catch"][index]["ErrorEquals"])
    rule = state["Choices"][index]
    return rule["Condition"] if "Condition" in rule else _condition(rule)


_OPERATORS = {"Equals": "=", "LessThan": "<", "GreaterThan": ">", "LessThanEquals": "≤", "GreaterThanEquals": "≥"}


def _condition(rule: dict[str, Any]) -> str:
    """A JSONPath choice rule as a person says it."""
    for word in ("And", "Or"):
        if word in rule:
            return f" {word.lower()} ".join(_condition(inner) for inner in rule[word])
    if "Not" in rule:
        return f"not ({_condition(rule['Not'])})"
    variable = rule.get("Variable", "?")
    operator, operand = next(
        (pair for pair in rule.items() if pair[0] not in ("Variable", "Next", "Comment")), ("", "")
    )
    if operator.startswith("Is"):
        return f"{variable} {'is' if operand else 'is not'} {operator[2:].lower()}"
    comparison = operator.removesuffix("Path")
    for prefix in ("String", "Numeric", "Timestamp", "Boolean"):
        comparison = comparison.removeprefix(prefix)
    return f"{variable} {_OPERATORS.get(comparison, comparison.lower())} {jsontext.encode(operand).decode()}"

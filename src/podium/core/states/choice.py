"""The Choice state: goes where the first rule that holds says.

https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from podium.core.asl import fields, kinds, queries
from podium.core.asl.diagnostics import Report
from podium.core.asl.fields import Field, OneOf
from podium.core.asl.kinds import Kind
from podium.core.expressions.scope import NO_SCOPE
from podium.core.machine import events
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.failure import RUNTIME, Failure
from podium.core.machine.flow import location
from podium.core.machine.payload import Payload
from podium.core.machine.program import Exit
from podium.core.states.base import CompiledState
from podium.core.states.choice_rules import compile_rule, is_scoped
from podium.core.states.jsonata_flow import JsonataFlow
from podium.core.states.jsonata_values import JsonataValue
from podium.core.states.jsonpath_flow import JsonPathFlow
from podium.core.states.loader import Loader

_ORDERS = ("Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals")


def _operators() -> dict[str, Kind]:
    ordered: dict[str, Kind] = {"String": kinds.text, "Numeric": kinds.number(), "Timestamp": kinds.timestamp}
    operators: dict[str, Kind] = {f"{of}{order}": kind for of, kind in ordered.items() for order in _ORDERS}
    operators["BooleanEquals"] = kinds.boolean
    operators |= {f"{operator}Path": queries.any_reference_path for operator in operators}
    operators["StringMatches"] = kinds.text
    operators |= {
        f"Is{what}": kinds.boolean for what in ("Null", "Present", "Numeric", "String", "Boolean", "Timestamp")
    }
    return operators


OPERATORS: Final = _operators()
"""Every comparison of a JSONPath rule, and what it compares with."""

_COMBINED = (
    Field("And", kinds.array(kinds.anything), language="JSONPath"),
    Field("Or", kinds.array(kinds.anything), language="JSONPath"),
    Field("Not", kinds.anything, language="JSONPath"),
)
_COMPARED = (
    Field("Variable", queries.any_reference_path, language="JSONPath"),
    *(Field(operator, kind, language="JSONPath") for operator, kind in OPERATORS.items()),
)
_COMMENT = Field("Comment", kinds.text)


def _condition(value: Any, report: Report) -> None:
    if not isinstance(value, bool):
        queries.expression(value, report)


_RULE = (
    Field("Next", kinds.name, required=True),
    Field("Condition", _condition, language="JSONata"),
    *_COMBINED,
    *_COMPARED,
    _COMMENT,
    fields.ASSIGN,
    fields.OUTPUT,
)
_NESTED_RULE = (*_COMBINED, *_COMPARED, _COMMENT)
_TESTS = ("And", "Or", "Not", "Variable", "Condition")
_ONE_OPERATOR = (OneOf(tuple(OPERATORS)),)


def _rule(value: Any, report: Report) -> None:
    _check_rule(value, _RULE, report)


def _nested_rule(value: Any, report: Report) -> None:
    _check_rule(value, _NESTED_RULE, report)


def _check_rule(value: Any, known: tuple[Field, ...], report: Report) -> None:
    rule = fields.check_object(value, known, _ONE_OPERATOR, report)
    if rule is None:
        return
    tests = [test for test in _TESTS if test in rule]
    if len(tests) != 1:
        report.refuse(f"The object must have only one of the following fields, [{', '.join(_TESTS)}]")
    compared = any(operator in rule for operator in OPERATORS)
    if "Variable" in rule and not compared:
        report.refuse(f"This object should have only one of the following fields: [{', '.join(OPERATORS)}]")
    for combined in ("And", "Or"):
        if isinstance(rule.get(combined), list):
            for index, nested in enumerate(rule[combined]):
                _nested_rule(nested, report.at(combined).item(index))
    if "Not" in rule:
        _nested_rule(rule["Not"], report.at("Not"))


FIELDS: Final[tuple[Field, ...]] = (
    *fields.COMMON,
    Field("Choices", kinds.array(_rule), required=True),
    Field("Default", kinds.name),
    *fields.PATHS,
    fields.OUTPUT,
    fields.ASSIGN,
)


def targets(state: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Where the rules and `Default` lead."""
    choices = state.get("Choices")
    for index, rule in enumerate(choices if isinstance(choices, list) else ()):
        if isinstance(rule, dict) and "Next" in rule:
            yield f"Choices[{index}]/Next", rule["Next"]
    if "Default" in state:
        yield "Default", state["Default"]


Test = Callable[[Payload, Decision, Branch], bool]
"""(effective input, decision, branch) -> whether a rule holds."""
Flow = JsonPathFlow | JsonataFlow


class Choice(CompiledState):
    """Goes where the first rule that holds says, else to Default."""

    entered = events.CHOICE_ENTERED
    exited = events.CHOICE_EXITED

    def __init__(self, name: str, spec: dict[str, Any], loader: Loader) -> None:
        super().__init__(name, spec, loader)
        self._rules = [self._compile_rule(rule, index, spec) for index, rule in enumerate(spec["Choices"])]
        self._default: str | None = spec.get("Default")

    def _compile_rule(self, rule: dict[str, Any], index: int, spec: dict[str, Any]) -> tuple[Test, Flow, str]:
        """The rule's test, what it makes of the state's output and variables, and where it leads."""
        if self.is_jsonata:
            place = f"Choices[{index}]/"
            condition = JsonataValue(rule["Condition"], f"{place}Condition")
            return (
                lambda effective, decision, branch: condition.evaluate_as("boolean", decision, branch),
                JsonataFlow(rule, place),
                rule["Next"],
            )
        holds = compile_rule(rule)
        flow = JsonPathFlow({**{key: spec[key] for key in ("OutputPath",) if key in spec}, **_only_assign(rule)})
        if not is_scoped(rule):
            return lambda effective, decision, branch: holds(effective.value, NO_SCOPE), flow, rule["Next"]
        return (
            lambda effective, decision, branch: holds(effective.value, decision.scope(branch)),
            flow,
            rule["Next"],
        )

    def run(self, decision: Decision, branch: Branch) -> Exit:
        """The effective input goes on as output; Assign and Output are those of the rule that held."""
        effective = self.effective_input(decision, branch)
        for holds, flow, target in self._rules:
            if holds(effective, decision, branch):
                return flow.leave(decision, branch, effective, target)
        if self._default is None:
            raise Failure(
                # AWS's pages speak of States.NoChoiceMatched; the service answers this (floci-io/floci#3167).
                RUNTIME,
                f"{location(branch)} Failed to transition out of the state. The state does not point to a next state.",
            )
        return self.flow.leave(decision, branch, effective, self._default)


def _only_assign(rule: dict[str, Any]) -> dict[str, Any]:
    return {"Assign": rule["Assign"]} if "Assign" in rule else {}

"""What a definition refers to: the variables its states read (DescribeStateMachine's `variableReferences`), and the
resources its Tasks call.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from podium.core.asl.diagnostics import QueryLanguage
from podium.core.asl.queries import is_expression
from podium.core.asl.structure import language_of
from podium.core.expressions.errors import InvalidExpression
from podium.core.expressions.value import compile_value

if TYPE_CHECKING:
    from podium.core.expressions.jsonata import Expression

_NESTED: Final = ("Branches", "Iterator", "ItemProcessor")
"""Fields that hold machines of their own."""
_SKIPPED: Final = (*_NESTED, "Comment")


def variable_references(definition: dict[str, Any]) -> dict[str, list[str]]:
    """State name -> names of the variables its fields read, sorted; states that read none are left out."""
    spoken = language_of(definition)
    references = {name: sorted(variables_read(state, spoken)) for name, state in _states(definition)}
    return {name: variables for name, variables in references.items() if variables}


def variables_read(state: dict[str, Any], spoken: QueryLanguage) -> set[str]:
    """Names of the variables a state's own fields read, in a machine that speaks a language."""
    fields = {key: value for key, value in state.items() if key not in _SKIPPED}
    jsonata = "JSONata" in (spoken, state.get("QueryLanguage"))
    return set(_read_jsonata(fields) if jsonata else _read_jsonpath(fields))


def calls_eval(state: dict[str, Any]) -> bool:
    """Whether an expression of a JSONata state's own fields calls `$eval`."""
    fields = {key: value for key, value in state.items() if key not in _SKIPPED}
    return any(expression.calls_eval for expression in _expressions(fields))


def resources(definition: dict[str, Any]) -> Iterator[str]:
    """The Resource of every Task, however deep it is nested."""
    for _, state in _states(definition):
        if state.get("Type") == "Task":
            yield state["Resource"]


def _states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        for field in _NESTED:
            nested = state.get(field, [])
            for inner in nested if isinstance(nested, list) else [nested]:
                yield from _states(inner)


def _read_jsonata(fields: dict[str, Any]) -> Iterator[str]:
    for expression in _expressions(fields):
        yield from (variable.name for variable in expression.free_variables if variable.name not in ("states", "$"))


def _expressions(value: Any) -> Iterator["Expression"]:
    """Every expression of a JSONata state's fields, compiled."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _expressions(inner)
    elif is_expression(value):
        from podium.core.expressions import jsonata  # Late, as in queries.py.

        try:
            yield jsonata.compile(value[2:-2].strip())
        except jsonata.JsonataError:
            return  # a field that is never evaluated: the validator refuses all others


def _read_jsonpath(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for inner_key, inner in value.items():
            yield from _read_jsonpath(inner, inner_key)
    elif isinstance(value, list):
        for inner in value:
            yield from _read_jsonpath(inner, key)
    elif isinstance(value, str) and (key.endswith((".$", "Path")) or key == "Variable"):
        try:
            yield from compile_value(value).variables
        except InvalidExpression:
            return

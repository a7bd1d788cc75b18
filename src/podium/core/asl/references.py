"""Which variables each state of a definition reads: DescribeStateMachine's `variableReferences`.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
"""

from collections.abc import Iterator
from typing import Any, Final

from podium.core.asl.queries import is_expression
from podium.core.expressions.errors import InvalidExpression
from podium.core.expressions.value import compile_value

_NESTED: Final = ("Branches", "Iterator", "ItemProcessor")
"""Fields that hold machines of their own."""


def variable_references(definition: dict[str, Any]) -> dict[str, list[str]]:
    """State name -> names of the variables its fields read, sorted; states that read none are left out."""
    references: dict[str, list[str]] = {}
    for name, state in _states(definition):
        fields = {key: value for key, value in state.items() if key not in _NESTED}
        if names := set(_read(fields)):
            references[name] = sorted(names)
    return references


def _states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        for field in _NESTED:
            nested = state.get(field, [])
            for inner in nested if isinstance(nested, list) else [nested]:
                yield from _states(inner)


def _read(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for inner_key, inner in value.items():
            yield from _read(inner, inner_key)
    elif isinstance(value, list):
        for inner in value:
            yield from _read(inner, key)
    elif is_expression(value):
        from podium.core.expressions import jsonata  # Late, as in queries.py.

        free = jsonata.compile(value[2:-2].strip()).free_variables
        yield from (variable.name for variable in free if variable.name not in ("states", "$"))
    elif isinstance(value, str) and (key.endswith((".$", "Path")) or key == "Variable"):
        try:
            yield from compile_value(value).variables
        except InvalidExpression:
            return

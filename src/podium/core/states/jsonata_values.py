"""Values of JSONata mode: JSON with `{% %}` expressions anywhere in it, evaluated with `$states` and variables.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html. Every failure names the field as AWS
does (`Output/a/b[0]`) and is States.QueryEvaluationError.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from podium.core import jsontext
from podium.core.asl.queries import is_expression
from podium.core.expressions.errors import EvaluationError
from podium.core.expressions.scope import Scope
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.flow import QUERY_EVALUATION_ERROR

Bindings = Mapping[str, Any]
_Evaluate = Callable[[Bindings, Scope], Any]

_TYPE_NAMES: Final = {"array": list, "object": dict, "string": str, "boolean": bool}


class JsonataValue:
    """One field's value, compiled. `static` when it holds no expression."""

    __slots__ = ("_evaluate", "_reads_context", "field", "static", "text", "value")

    def __init__(self, value: Any, field: str) -> None:
        self.value = value
        self.field = field
        self.text = _inner(value) if is_expression(value) else None
        """The expression, when the whole value is one."""
        self._reads_context = False
        evaluate = self._compile(value, field)
        self.static = evaluate is None
        self._evaluate: _Evaluate = evaluate or (lambda bindings, scope: value)

    def evaluate(
        self, decision: Decision, branch: Branch, states: Bindings | None = None, item: tuple[int, Any] | None = None
    ) -> Any:
        """The value for a branch in its current state.

        Args:
            states: what `$states` has beside `input` and `context`: `result` or `errorOutput`.
            item: index and value of the Map item being prepared.
        """
        if self.static:
            return self.value
        scope = decision.scope(branch).of(branch, item)
        return self.evaluate_in(scope, {"input": branch.input.value, **(states or {})})

    def evaluate_in(self, scope: Scope, states: Bindings) -> Any:
        """The value where `$states` is this, and the context object the scope's."""
        if self._reads_context:
            states = {**states, "context": scope.context()}
        return self._evaluate({**scope.variables, "states": states}, scope)

    def evaluate_as(self, expected: str, decision: Decision, branch: Branch) -> Any:
        """The value, which must be of this JSON type ("number", or a key of `_TYPE_NAMES`)."""
        value = self.evaluate(decision, branch)
        if type_name(value) != expected:
            raise self.wrong_type(expected, value)
        return value

    def wrong_type(self, expected: str, value: Any) -> EvaluationError:
        """AWS's sentence for a value of another type than the field takes."""
        shown = jsontext.encode(value).decode()
        return EvaluationError(
            QUERY_EVALUATION_ERROR,
            f"The JSONata expression '{self.text}' specified for the field '{self.field}' returned an unexpected "
            f"result type. Expected '{expected}', but was '{type_name(value)}' for value: {shown}",
            self.field,
        )

    def _compile(self, value: Any, field: str) -> _Evaluate | None:
        """None when nothing in the value needs evaluating."""
        if is_expression(value):
            return self._expression(_inner(value), field)
        if isinstance(value, dict):
            return self._object(value, field)
        if isinstance(value, list):
            return self._array(value, field)
        return None

    def _expression(self, text: str, field: str) -> _Evaluate:
        # Imported when the first expression is met: most definitions have none, and it takes longest of all to import.
        from podium.core.expressions import jsonata

        expression = jsonata.compile(text)
        for variable in expression.free_variables:
            if variable.name == "states" and variable.path[:1] in ((), ("context",)):
                self._reads_context = True

        def evaluate(bindings: Bindings, scope: Scope) -> Any:
            try:
                found = expression.evaluate(jsonata.UNDEFINED, bindings, environment=scope)
            except jsonata.JsonataLimitExceeded as error:
                raise _failed(text, field, f"threw an error during evaluation: {error.message}") from None
            except jsonata.JsonataError as error:
                raise _failed(text, field, f"threw an error during evaluation. {error.code}: {error.message}") from None
            if found is jsonata.UNDEFINED:
                raise _failed(text, field, "returned nothing (undefined).")
            if jsonata.is_function(found):
                raise _failed(text, field, "returned an unsupported result type.")
            return found

        return evaluate

    def _object(self, value: dict[str, Any], field: str) -> _Evaluate | None:
        members = {key: self._compile(member, f"{field}/{key}") for key, member in value.items()}
        if all(member is None for member in members.values()):
            return None

        def evaluate(bindings: Bindings, scope: Scope) -> Any:
            return {key: value[key] if member is None else member(bindings, scope) for key, member in members.items()}

        return evaluate

    def _array(self, value: list[Any], field: str) -> _Evaluate | None:
        items = [self._compile(item, f"{field}[{index}]") for index, item in enumerate(value)]
        if all(item is None for item in items):
            return None

        def evaluate(bindings: Bindings, scope: Scope) -> Any:
            return [value[index] if item is None else item(bindings, scope) for index, item in enumerate(items)]

        return evaluate


def type_name(value: Any) -> str:
    """A value's JSON type as AWS's sentences name it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return next(name for name, kind in _TYPE_NAMES.items() if isinstance(value, kind))


def _inner(text: str) -> str:
    return text[2:-2].strip()


def _failed(text: str, field: str, what: str) -> EvaluationError:
    return EvaluationError(
        QUERY_EVALUATION_ERROR,
        f"The JSONata expression '{text}' specified for the field '{field}' {what}",
        field,
    )

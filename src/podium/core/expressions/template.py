"""Payload templates of JSONPath mode: Parameters, ResultSelector, ItemSelector, BatchInput, Assign, Credentials.

A key ending `.$` holds a value expression and loses the suffix; everything else is literal, at any depth of objects
and arrays. What holds no expression is a constant, shared by all evaluations and never copied.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from podium.core.expressions.errors import EvaluationError, InvalidExpression
from podium.core.expressions.scope import Scope
from podium.core.expressions.value import RUNTIME, Value, ValueNotFound, compile_value

Evaluate = Callable[[Any, Scope], Any]
Place = tuple[str | int, ...]

SUFFIX: Final = ".$"

_INDEX_PAST_THE_END: Final = re.compile(r"No results for path: .*\[-?\d+\]", re.DOTALL)


class TemplateProblem(Struct, frozen=True):
    """One fault of a template.

    `place` leads from the template's root to the object that holds the field (keys and indexes), which is where AWS
    puts its diagnostic; `message` is AWS's sentence; `detail` says what is wrong with the expression.
    """

    place: Place
    field: str
    message: str
    detail: str


class InvalidTemplate(InvalidExpression):
    """The template holds invalid expressions; `problems` has every one of them, in order, and is never empty."""

    def __init__(self, problems: tuple[TemplateProblem, ...]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


class Template(Struct, frozen=True, eq=False):
    """A compiled payload template.

    `evaluate(input, scope)` gives the payload; it raises EvaluationError when a path selects nothing or an intrinsic
    fails. Parts of the payload are shared with the template and the input: never change it in place.
    `static` says that the payload is the same whatever the input, `scoped` that it looks at more than the input;
    `variables` are the names it reads.
    """

    evaluate: Evaluate
    static: bool
    variables: frozenset[str]
    scoped: bool


def compile_template(value: Any) -> Template:
    """Compile a payload template, a JSON value of any type.

    Raises:
        InvalidTemplate: fields ending `.$` don't hold value expressions, or the template nests too deeply to be walked.
    """
    compiler = _Compiler()
    try:
        evaluate = compiler.compile(value, ())
    except RecursionError:
        too_deep = "The payload template is nested too deeply"
        raise InvalidTemplate((TemplateProblem((), "", too_deep, too_deep),)) from None
    if compiler.problems:
        raise InvalidTemplate(tuple(compiler.problems))
    if evaluate is None:
        return Template(lambda document, scope: value, True, frozenset(), False)
    return Template(evaluate, False, frozenset(compiler.variables), compiler.scoped)


class _Compiler:
    """Walks one template and gathers its variables and problems. A compiled part is None when it is constant."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.problems: list[TemplateProblem] = []
        self.scoped = False

    def compile(self, value: Any, place: Place) -> Evaluate | None:
        if isinstance(value, dict):
            return self._object(value, place)
        if isinstance(value, list):
            return self._array(value, place)
        return None

    def _object(self, value: dict[str, Any], place: Place) -> Evaluate | None:
        skeleton: dict[str, Any] = {}
        dynamic: list[tuple[str, Evaluate]] = []
        fields: dict[str, str] = {}
        for key, item in value.items():
            name = key
            evaluate: Evaluate | None
            if key.endswith(SUFFIX):
                name = key.removesuffix(SUFFIX)
                fields[name] = key
                evaluate = self._field(key, item, place)
                item = None
            else:
                evaluate = self.compile(item, (*place, key))
            skeleton[name] = item
            if evaluate is not None:
                dynamic.append((name, evaluate))
        return _object_closure(skeleton, tuple(dynamic), fields) if dynamic else None

    def _array(self, value: list[Any], place: Place) -> Evaluate | None:
        parts = [self.compile(item, (*place, index)) for index, item in enumerate(value)]
        dynamic = [(index, evaluate) for index, evaluate in enumerate(parts) if evaluate is not None]
        if not dynamic:
            return None

        def evaluate_array(document: Any, scope: Scope) -> Any:
            result = value.copy()
            for index, evaluate in dynamic:
                result[index] = evaluate(document, scope)
            return result

        return evaluate_array

    def _field(self, key: str, expression: Any, place: Place) -> Evaluate | None:
        problem = f"The value for the field '{key}' must be a "
        if not isinstance(expression, str):
            kind = _json_type(expression)
            message = f"{problem}STRING that contains a JSONPath but was {kind}"
            self.problems.append(TemplateProblem(place, key, message, f"expected a string, not {kind}"))
            return None
        try:
            compiled: Value = compile_value(expression)
        except InvalidExpression as error:
            message = f"{problem}valid JSONPath or a valid intrinsic function call"
            self.problems.append(TemplateProblem(place, key, message, str(error)))
            return None
        self.variables |= compiled.variables
        self.scoped |= compiled.scoped
        return compiled.evaluate


def _object_closure(
    skeleton: dict[str, Any], dynamic: tuple[tuple[str, Evaluate], ...], fields: dict[str, str]
) -> Evaluate:
    copy = skeleton.copy

    def evaluate_object(document: Any, scope: Scope) -> Any:
        result = copy()
        for name, evaluate in dynamic:
            try:
                result[name] = evaluate(document, scope)
            except ValueNotFound as missing:
                # AWS gives null for `$.items[5]` past the end of an array here, though other fields fail on it.
                if _INDEX_PAST_THE_END.fullmatch(missing.reason) is None:
                    raise EvaluationError(RUNTIME, missing.field_cause(fields[name])) from None
        return result

    return evaluate_object


def _json_type(value: Any) -> str:
    if value is None:
        return "a NULL"
    if isinstance(value, bool):
        return "a BOOLEAN"
    if isinstance(value, (int, float)):
        return "a NUMBER"
    return "an ARRAY" if isinstance(value, list) else "an OBJECT"

"""One value expression of JSONPath mode: a path, a context path, a variable reference or an intrinsic call.

Fields differ in how they report a path that selects nothing, so `ValueNotFound` carries what every wording needs
and knows the sentences Step Functions uses.
"""

import re
from collections.abc import Callable
from typing import Any, Final, Protocol

from msgspec import Struct

from podium.core import jsontext
from podium.core.expressions import intrinsics, jsonpath
from podium.core.expressions.errors import EvaluationError, InvalidExpression
from podium.core.expressions.scope import Scope

Evaluate = Callable[[Any, Scope], Any]

# AWS documents States.IntrinsicFailure and States.ParameterPathFailure, but reports this one for both.
RUNTIME: Final = "States.Runtime"

_VARIABLE: Final = re.compile(r"\$([^\W\d]\w*)")


class ValueNotFound(Exception):
    """A path selected nothing.

    `path` is the path as written, `document` what was searched (input, context object or variable), and `reason`
    Jayway JsonPath's sentence, such as `Missing property in path $['a']`.
    """

    def __init__(self, path: str, document: Any, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.document = document
        self.reason = reason

    def field_cause(self, field: str) -> str:
        """AWS's sentence for a payload template's field (`x.$`) and for ErrorPath and CausePath."""
        return (
            f"The JSONPath '{self.path}' specified for the field '{field}' "
            f"could not be found in the input '{_shown(self.document)}'"
        )

    def path_cause(self) -> str:
        """AWS's sentence for the fields that are paths: InputPath, OutputPath, TimeoutSecondsPath and the like."""
        return f"Invalid path '{self.path}' : {self.reason}"

    def argument_cause(self, call: str, document: Any) -> str:
        """AWS's sentence for an intrinsic's argument: it names the state's input even when a context path failed."""
        path = self.path[1:] if self.path.startswith("$$") else self.path
        return (
            f"The function '{call}' had the following error: "
            f"The JsonPath argument for the field '{path}' could not be found in the input '{_shown(document)}'"
        )


class Value(Struct, frozen=True, eq=False):
    """A compiled value expression.

    `evaluate(input, scope)` gives the value; it raises ValueNotFound when a path selects nothing and
    EvaluationError when an intrinsic fails. The value may be shared with the input: never change it in place.
    """

    text: str
    evaluate: Evaluate
    variables: frozenset[str] = frozenset()
    scoped: bool = True
    """Whether it looks at anything but the input."""


def compile_value(text: str) -> Value:
    """Compile any value expression: what may stand behind a key ending `.$`.

    Raises:
        InvalidExpression: the text is neither a path nor an intrinsic call.
    """
    return _intrinsic(text) if text.startswith("States.") else compile_path(text)


def compile_path(text: str) -> Value:
    """Compile a path (`$...`), a context path (`$$...`) or a variable reference (`$name...`).

    Raises:
        InvalidExpression: the text is no such path.
    """
    if text.startswith("$$"):
        return Value(text, _context_path(text))
    if variable := _VARIABLE.match(text):
        name = variable[1]
        return Value(text, _variable_path(text, name, text[variable.end() :]), frozenset((name,)))
    if text.startswith("$"):
        return Value(text, _input_path(text), scoped=False)
    raise InvalidExpression(f"'{text}' is not a path: a path starts with '$'")


class Search(Protocol):
    """Finds something in a document; an `Evaluate` that needs no scope."""

    def __call__(self, document: Any, scope: Scope | None = None) -> Any:
        """Raises ValueNotFound."""


def _search(text: str, path: str) -> Search:
    """What `path` finds in a document, as Step Functions searches.

    It differs from Jayway JsonPath, which it runs on, in three ways seen in its answers: an indefinite path whose
    beginning leads nowhere finds an empty list, a backslash before a double quote in a name stands for itself, and a
    filter may compare with a string without quotes (nibble-4bits/aws-local-stepfunctions#79 runs one on AWS).
    """
    compiled = jsonpath.compile(path.replace('\\"', '\\\\"'), bare_words=True)
    if compiled.definite:
        return compiled.raising(lambda document, missing: ValueNotFound(text, document, str(missing)))
    search = compiled.evaluate

    def find(document: Any, scope: Scope | None = None) -> Any:
        try:
            return search(document)
        except jsonpath.PathNotFound:
            return []

    return find


def _input_path(text: str) -> Evaluate:
    if text == "$":
        return lambda document, scope: document
    return _search(text, text)


def _context_path(text: str) -> Evaluate:
    search = _search(text, text[1:])
    return lambda document, scope: search(scope.context())


def _variable_path(text: str, name: str, rest: str) -> Evaluate:
    search = _search(text, "$" + rest)

    def evaluate(document: Any, scope: Scope) -> Any:
        try:
            variable = scope.variables[name]
        except KeyError:
            raise ValueNotFound(text, dict(scope.variables), f"No results for path: $['{name}']") from None
        return search(variable)

    return evaluate


def _intrinsic(text: str) -> Value:
    variables: set[str] = set()

    def compile_argument(path: str) -> Evaluate:
        argument = compile_path(path)
        variables.update(argument.variables)
        return argument.evaluate

    call = intrinsics.compile_call(text, compile_argument)

    def evaluate(document: Any, scope: Scope) -> Any:
        try:
            return call(document, scope)
        except (intrinsics.IntrinsicFailure, RecursionError) as failure:
            reason = "A value is nested too deeply." if isinstance(failure, RecursionError) else failure
            cause = f"There was an error while evaluating the intrinsic function: {text}. {reason}"
            raise EvaluationError(RUNTIME, cause) from None
        except ValueNotFound as missing:
            raise EvaluationError(RUNTIME, missing.argument_cause(text, document)) from None

    return Value(text, evaluate, frozenset(variables))


def _shown(document: Any) -> str:
    try:
        return jsontext.encode(document).decode()
    except jsontext.InvalidJson:
        return "..."

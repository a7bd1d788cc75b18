"""Function calls compiled: parameters bound to a function of the value so far."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn

from msgspec.structs import replace

from podium.core.expressions.jsonpath.errors import EvaluationFailed, EvaluationRejected
from podium.core.expressions.jsonpath.evaluation import Evaluation
from podium.core.expressions.jsonpath.filters import Compile, Program
from podium.core.expressions.jsonpath.functions import FUNCTIONS
from podium.core.expressions.jsonpath.tokens import Call, ParsedPath, Wildcard

_LENGTHS = ("length", "size")


def compile_call(call: Call, compile_path: Compile, strict: bool) -> Program:
    """A closure `(value, evaluation)`; it raises EvaluationRejected for an unknown function, as Jayway does so late."""
    function = FUNCTIONS.get(call.name)
    if function is None:

        def unknown(value: Any, evaluation: Evaluation) -> NoReturn:
            raise EvaluationRejected(f"Function with name: {call.name} does not exist.")

        return unknown
    if call.name in _LENGTHS and call.parameters:
        return _compile_length(call, compile_path, strict)
    if not call.parameters:
        return lambda value, evaluation: function(value, ())
    programs = [_compile_parameter(parameter, compile_path, strict) for parameter in call.parameters]
    return lambda value, evaluation: function(value, [partial(program, evaluation) for program in programs])


def _compile_parameter(parameter: ParsedPath | str, compile_path: Compile, strict: bool) -> Callable[[Evaluation], Any]:
    if isinstance(parameter, ParsedPath):
        program = compile_path(parameter, strict)
        return lambda evaluation: program(evaluation.root, evaluation)
    try:
        # What follows a complete value is ignored, as Jackson ignores it.
        value = json.JSONDecoder(parse_constant=_refuse).raw_decode(parameter)[0]
    except (ValueError, RecursionError):

        def unreadable(evaluation: Evaluation) -> NoReturn:
            raise EvaluationFailed(f"Cannot parse {parameter}")

        return unreadable
    return lambda evaluation: value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _compile_length(call: Call, compile_path: Compile, strict: bool) -> Program:
    """The length of a path is that of its values' children: `$.length($..book)` counts `$..book.*`."""
    function = FUNCTIONS[call.name]
    path = call.parameters[0]
    if not isinstance(path, ParsedPath):

        def no_path(value: Any, evaluation: Evaluation) -> NoReturn:
            raise EvaluationFailed("Cannot invoke getPath() because the parameter is not a path")

        return no_path
    if path.tokens and not isinstance(path.tokens[-1], Call):
        path = replace(path, tokens=(*path.tokens, Wildcard()))
    program = compile_path(path, strict)

    def length(value: Any, evaluation: Evaluation) -> Any:
        # The path is followed from, and in, the value so far instead of the document.
        inner = Evaluation(value, evaluation.remaining)
        try:
            return function(value, (lambda: program(value, inner),))
        finally:
            evaluation.remaining = inner.remaining

    return length


def call_before(tokens: Sequence[object]) -> int | None:
    """The index of the first call that is not the last token, or None."""
    return next((number for number, token in enumerate(tokens[:-1]) if isinstance(token, Call)), None)

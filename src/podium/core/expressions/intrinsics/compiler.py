"""A parsed intrinsic call to a closure over the document and the scope.

The closure raises IntrinsicFailure; who compiles the whole field words the error around it.
"""

from collections.abc import Callable
from typing import Any

from podium.core.expressions.errors import InvalidExpression
from podium.core.expressions.intrinsics import parser
from podium.core.expressions.intrinsics.failure import IntrinsicFailure, InvalidArguments
from podium.core.expressions.intrinsics.table import INTRINSICS, Intrinsic
from podium.core.expressions.scope import Scope

Evaluate = Callable[[Any, Scope], Any]


def compile_call(text: str, compile_path: Callable[[str], Evaluate]) -> Evaluate:
    """The closure for the text of a call; `compile_path` makes one for a path or variable reference in it.

    The closure raises IntrinsicFailure for refused arguments, and lets through what a path's closure raises.

    Raises:
        InvalidExpression: the text isn't a call, names an unknown function, or holds an invalid path.
    """
    return _call(parser.parse(text), compile_path)


def _call(call: parser.Call, compile_path: Callable[[str], Evaluate]) -> Evaluate:
    intrinsic = INTRINSICS.get(call.name)
    if intrinsic is None:
        raise InvalidExpression(f"States.{call.name} is not an intrinsic function")
    function, arguments = _specialised(call, intrinsic)
    evaluators = [_argument(argument, compile_path) for argument in arguments]
    if not intrinsic.accepts(len(call.arguments)):
        return _refuse(evaluators, InvalidArguments(call.name, intrinsic.arity_reason))
    if intrinsic.draws:
        return lambda document, scope: function(scope, *[evaluate(document, scope) for evaluate in evaluators])
    if len(evaluators) == 1:
        (only,) = evaluators
        return lambda document, scope: function(only(document, scope))
    if len(evaluators) == 2:
        first, second = evaluators
        return lambda document, scope: function(first(document, scope), second(document, scope))
    return lambda document, scope: function(*[evaluate(document, scope) for evaluate in evaluators])


def _specialised(call: parser.Call, intrinsic: Intrinsic) -> tuple[Callable[..., Any], tuple[parser.Argument, ...]]:
    """The function and the arguments left for it, once a literal first argument has been worked in."""
    head = call.arguments[0] if call.arguments else None
    if intrinsic.prepare is None or not isinstance(head, parser.Literal) or head.raw is None:
        return intrinsic.function, call.arguments
    try:
        return intrinsic.prepare(head.raw), call.arguments[1:]
    except IntrinsicFailure as failure:
        return _raiser(failure), call.arguments


def _argument(argument: parser.Argument, compile_path: Callable[[str], Evaluate]) -> Evaluate:
    if isinstance(argument, parser.Call):
        return _call(argument, compile_path)
    if isinstance(argument, parser.Literal):
        value = argument.value
        return lambda document, scope: value
    return compile_path(argument.text)


def _refuse(evaluators: list[Evaluate], failure: IntrinsicFailure) -> Evaluate:
    """AWS accepts a wrong number of arguments in a definition and fails when the call is evaluated."""
    fail = _raiser(failure)

    def refuse(document: Any, scope: Scope) -> Any:
        return fail(*[evaluate(document, scope) for evaluate in evaluators])

    return refuse


def _raiser(failure: IntrinsicFailure) -> Callable[..., Any]:
    sentence = str(failure)

    def fail(*arguments: Any) -> Any:
        raise IntrinsicFailure(sentence)

    return fail

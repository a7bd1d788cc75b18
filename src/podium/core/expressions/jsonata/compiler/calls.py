"""Calling functions: `f(x)`, `f(?, x)`, `x ~> f`, and making them: `function($x) {...}`."""

from collections.abc import Callable
from typing import Any, Final

from podium.core.expressions.jsonata.budget import Frame, Run
from podium.core.expressions.jsonata.compiler.callables import (
    Composition,
    Lambda,
    LambdaCode,
    Partial,
    TailCall,
    locate,
)
from podium.core.expressions.jsonata.compiler.core import Compiler, Evaluator, compiles, finisher
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.functions.builtin import BUILTINS, Builtin
from podium.core.expressions.jsonata.lookup import resolve
from podium.core.expressions.jsonata.nodes import Node
from podium.core.expressions.jsonata.values import UNDEFINED, Function, Sequence

#: Calls a function with its values, in a context.
Call = Callable[[list[Any], Any, Run], Any]

#: What a call costs besides its body, and each parameter it binds.
_CALL_STEPS: Final = 12
_PARAMETER_STEPS: Final = 4
#: What a call of a built-in costs besides its work: with one argument, a signature to check, a function to call.
_UNARY_STEPS: Final = 2
_CHECKED_STEPS: Final = 6
_HIGHER_ORDER_STEPS: Final = 30


@compiles("lambda")
def make_lambda(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """A function literal; its body counts its depth from where it is called."""
    body, weight = compiler.weighed(node.body, 1)
    weight += _CALL_STEPS + _PARAMETER_STEPS * len(node.arguments)
    code = LambdaCode([parameter.value for parameter in node.arguments], body, node.signature, weight)
    return lambda context, frame: Lambda(code, context, frame)


def _called_name(node: Node) -> Any:
    """What an error calls the function: the variable, or the field someone forgot the `$` of."""
    return node.steps[0].value if node.type == "path" else node.value


def _known_builtin(compiler: Compiler, node: Node) -> Builtin | None:
    """The built-in a call names, unless the expression binds that name itself."""
    if node.type != "variable" or node.predicate or node.group or node.value in compiler.analysis.bound_names:
        return None
    return BUILTINS.get(node.value)


@compiles("function")
def call(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """A function call."""
    return compile_call(compiler, node, depth, None)


def compile_call(compiler: Compiler, node: Node, depth: int, first: Evaluator | None) -> Evaluator:
    """A call, with the left side of `~>` as first argument if there is one."""
    arguments = [] if first is None else [first]
    arguments += [compiler.compile(argument, depth + 1) for argument in node.arguments]
    builtin = _known_builtin(compiler, node.procedure)
    general = _general_call(compiler, node, depth, arguments)
    if builtin is None:
        return general
    if builtin.higher_order:
        compiler.size += _HIGHER_ORDER_STEPS
        return _checked_call(builtin, _entering(builtin, depth), node, arguments, general)
    compiler.size += _UNARY_STEPS
    if len(arguments) == 1 and builtin.takes_one:
        return _unary_call(builtin, node, arguments[0], general)
    if not arguments and builtin.takes_one and builtin.signature.parameters[0].context:
        return _context_call(builtin, node, general)
    compiler.size += _CHECKED_STEPS
    return _checked_call(builtin, builtin.call, node, arguments, general)


def _general_call(compiler: Compiler, node: Node, depth: int, arguments: list[Evaluator]) -> Evaluator:
    procedure = compiler.compile(node.procedure, depth + 1)
    forgotten = node.procedure.steps[0].value if node.procedure.type == "path" else None
    token = _called_name(node.procedure)
    position = node.position
    finish = finisher(node)
    tail = node.tail_call

    def invoke(context: Any, frame: Frame) -> Any:
        function = procedure(context, frame)
        if function is UNDEFINED and forgotten is not None and resolve(str(forgotten), frame):
            raise JsonataError("T1005", position=position, token=forgotten)
        values = [argument(context, frame) for argument in arguments]
        if tail and function.__class__ is Lambda:
            return TailCall(function, values, context, position, token)
        run = frame.run
        try:
            if not isinstance(function, Function):
                raise JsonataError("T1006")
            before = run.enter(depth)
            result = function.call(values, context, run)
            run.depth = before
        except JsonataError as error:
            raise locate(error, position, token) from None
        return finish(result) if isinstance(result, Sequence) else result

    return invoke


def _unary_call(builtin: Builtin, node: Node, argument: Evaluator, general: Evaluator) -> Evaluator:
    name = node.procedure.value
    position = node.position
    finish = finisher(node)
    accepted = builtin.accepts_one
    implementation = builtin.implementation

    def invoke(context: Any, frame: Frame) -> Any:
        run = frame.run
        if name in run.bindings:
            return general(context, frame)
        value = argument(context, frame)
        try:
            fits = value.__class__ in accepted
            result = implementation(run, value) if fits else builtin.call_one(value, context, run)
        except JsonataError as error:
            raise locate(error, position, name) from None
        return finish(result) if isinstance(result, Sequence) else result

    return invoke


def _context_call(builtin: Builtin, node: Node, general: Evaluator) -> Evaluator:
    name = node.procedure.value
    position = node.position
    finish = finisher(node)
    accepted = builtin.accepts_one
    implementation = builtin.implementation

    def invoke(context: Any, frame: Frame) -> Any:
        run = frame.run
        if name in run.bindings:
            return general(context, frame)
        try:
            fits = context.__class__ in accepted
            result = implementation(run, context) if fits else builtin.call([], context, run)
        except JsonataError as error:
            raise locate(error, position, name) from None
        return finish(result) if isinstance(result, Sequence) else result

    return invoke


def _entering(builtin: Builtin, depth: int) -> Call:
    """The call of a function that calls others: they count their depth from here."""

    def call(values: list[Any], context: Any, run: Run) -> Any:
        before = run.enter(depth)
        result = builtin.call(values, context, run)
        run.depth = before
        return result

    return call


def _checked_call(
    builtin: Builtin, call: Call, node: Node, arguments: list[Evaluator], general: Evaluator
) -> Evaluator:
    if len(arguments) == 2 and builtin.accepts_two is not None:
        return _binary_call(builtin, builtin.accepts_two, call, node, arguments, general)
    name = node.procedure.value
    position = node.position
    finish = finisher(node)

    def invoke(context: Any, frame: Frame) -> Any:
        run = frame.run
        if name in run.bindings:
            return general(context, frame)
        values = [argument(context, frame) for argument in arguments]
        try:
            result = call(values, context, run)
        except JsonataError as error:
            raise locate(error, position, name) from None
        return finish(result) if isinstance(result, Sequence) else result

    return invoke


def _binary_call(
    builtin: Builtin,
    accepted: tuple[frozenset[type], frozenset[type]],
    call: Call,
    node: Node,
    arguments: list[Evaluator],
    general: Evaluator,
) -> Evaluator:
    name = node.procedure.value
    position = node.position
    finish = finisher(node)
    first, second = arguments
    fits_first, fits_second = accepted
    implementation = builtin.implementation

    def invoke(context: Any, frame: Frame) -> Any:
        run = frame.run
        if name in run.bindings:
            return general(context, frame)
        one = first(context, frame)
        other = second(context, frame)
        try:
            if one.__class__ in fits_first and other.__class__ in fits_second:
                result = implementation(run, one, other)
            else:
                result = call([one, other], context, run)
        except JsonataError as error:
            raise locate(error, position, name) from None
        return finish(result) if isinstance(result, Sequence) else result

    return invoke


@compiles("partial")
def partial(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """`f(?, x)`: a function of what the question marks stand for."""
    open_positions = [index for index, argument in enumerate(node.arguments) if argument.type == "operator"]
    arguments = [
        (lambda context, frame: UNDEFINED) if argument.type == "operator" else compiler.compile(argument, depth + 1)
        for argument in node.arguments
    ]
    procedure = compiler.compile(node.procedure, depth + 1)
    forgotten = node.procedure.steps[0].value if node.procedure.type == "path" else None

    def bind(context: Any, frame: Frame) -> Any:
        values = [argument(context, frame) for argument in arguments]
        function = procedure(context, frame)
        if function is UNDEFINED and forgotten is not None and resolve(str(forgotten), frame):
            raise JsonataError("T1007", position=node.position, token=forgotten)
        if not isinstance(function, Function):
            raise JsonataError("T1008", position=node.position, token=_called_name(node.procedure))
        return Partial(function, values, open_positions)

    return bind


@compiles("apply")
def chain(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """`x ~> f` and `f ~> g`."""
    left = compiler.compile(node.lhs, depth + 1)
    if node.rhs.type == "function":
        # The call is this node's own: predicates behind it are lost, `[]` was moved to this node.
        node.rhs.tail_call = False
        node.rhs.predicate = node.predicate
        node.rhs.keep_array = node.keep_array
        return compile_call(compiler, node.rhs, depth, left)
    right = compiler.compile(node.rhs, depth + 1)
    finish = finisher(node)

    def apply(context: Any, frame: Frame) -> Any:
        value = left(context, frame)
        function = right(context, frame)
        if not isinstance(function, Function):
            raise JsonataError("T2006", position=node.position, value=function)
        if isinstance(value, Function):
            return Composition(value, function)
        run = frame.run
        before = run.enter(depth)
        result = function.call([value], None, run)
        run.depth = before
        return finish(result) if isinstance(result, Sequence) else result

    return apply

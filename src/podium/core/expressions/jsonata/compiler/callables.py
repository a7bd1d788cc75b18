"""Function values an expression makes, and how they are applied: lambdas, partial applications, compositions."""

from collections.abc import Callable
from typing import Any

from podium.core.expressions.jsonata.budget import OBJECT_BYTES, Frame, Run
from podium.core.expressions.jsonata.compiler.core import Evaluator
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.signature import Signature
from podium.core.expressions.jsonata.values import UNDEFINED, Function


class TailCall:
    """The call a lambda ends with, handed to whoever applies the lambda instead of growing the stack."""

    __slots__ = ("arguments", "context", "function", "position", "token")

    def __init__(self, function: Any, arguments: list[Any], context: Any, position: int, token: Any) -> None:
        self.function = function
        self.arguments = arguments
        self.context = context
        self.position = position
        self.token = token


class LambdaCode:
    """What all closures of one `function(...) {...}` share."""

    __slots__ = ("body", "parameters", "signature", "weight")

    def __init__(self, parameters: list[str], body: Evaluator, signature: Signature | None, weight: int) -> None:
        self.parameters = parameters
        self.body = body
        self.signature = signature
        self.weight = weight


class Lambda(Function):
    """A function written in the expression, with the scope and the context it was made in."""

    __slots__ = ("code", "context", "frame")

    def __init__(self, code: LambdaCode, context: Any, frame: Frame) -> None:
        self.code = code
        self.context = context
        self.frame = frame

    @property
    def arity(self) -> int:
        return len(self.code.parameters)

    def call(self, arguments: list[Any], context: Any, run: Run) -> Any:
        """Apply, following tail calls until a value comes out."""
        if self.code.signature is not None:
            arguments = self.code.signature.validate(arguments, context)
        return self.call_unchecked(arguments, run)

    def call_unchecked(self, arguments: list[Any], run: Run) -> Any:
        """Apply without regard to the signature."""
        return self.follow(self.enter(arguments, run), run)

    def follow(self, result: Any, run: Run) -> Any:
        """Follow tail calls until a value comes out."""
        while result.__class__ is TailCall:
            function = result.function
            try:
                if function.__class__ is Lambda:
                    signature = function.code.signature
                    if signature is not None:
                        result.arguments = signature.validate(result.arguments, result.context)
                    result = function.enter(result.arguments, run)
                elif isinstance(function, Function):
                    return function.call(result.arguments, result.context, run)
                else:
                    raise JsonataError("T1006")
            except JsonataError as error:
                raise locate(error, result.position, result.token) from None
        return result

    def enter(self, arguments: list[Any], run: Run) -> Any:
        """Evaluate the body once; the result may be a tail call."""
        code = self.code
        run.steps -= code.weight
        run.memory -= OBJECT_BYTES
        if run.steps < 0 or run.memory < 0:
            run.spend(0)
            run.allocate(0)
        names = dict(zip(code.parameters, arguments))  # noqa: B905  extra arguments are dropped
        if len(names) < len(code.parameters):
            names = dict.fromkeys(code.parameters, UNDEFINED) | names
        return code.body(self.context, Frame(names, self.frame, run))

    def repeated(self, count: int, times: int, run: Run) -> Callable[..., Any]:
        code = self.code
        if code.signature is not None or not 0 < len(code.parameters) <= count:
            return super().repeated(count, times, run)
        run.spend(code.weight * times)
        run.allocate(OBJECT_BYTES // 4 * times)
        body, context, frame, follow = code.body, self.context, self.frame, self.follow
        if len(code.parameters) == 1:
            (name,) = code.parameters

            def apply_one(value: Any) -> Any:
                result = body(context, Frame({name: value}, frame, run))
                return follow(result, run) if result.__class__ is TailCall else result

            return apply_one
        parameters = code.parameters

        def apply(*values: Any) -> Any:
            names = dict(zip(parameters, values))  # noqa: B905  as in enter
            result = body(context, Frame(names, frame, run))
            return follow(result, run) if result.__class__ is TailCall else result

        return apply


class Partial(Function):
    """A function some of whose arguments are given already; the others are those a `?` stood for."""

    __slots__ = ("_arguments", "_function", "_open")

    def __init__(self, function: Function, arguments: list[Any], open_positions: list[int]) -> None:
        self._function = function
        self._arguments = arguments
        self._open = open_positions

    @property
    def arity(self) -> int:
        return len(self._open)

    def call(self, arguments: list[Any], context: Any, run: Run) -> Any:
        complete = list(self._arguments)
        for number, position in enumerate(self._open):
            complete[position] = arguments[number] if number < len(arguments) else UNDEFINED
        run.spend(3)
        if isinstance(self._function, Lambda):
            return self._function.call_unchecked(complete, run)
        return self._function.call(complete, None, run)


class Composition(Function):
    """`f ~> g`: g of what f makes."""

    __slots__ = ("_first", "_second")

    def __init__(self, first: Function, second: Function) -> None:
        self._first = first
        self._second = second

    @property
    def arity(self) -> int:
        return 1

    def call(self, arguments: list[Any], context: Any, run: Run) -> Any:
        run.spend(3)
        before = run.enter(2)
        result = self._second.call([self._first.call(arguments[:1] or [UNDEFINED], context, run)], context, run)
        run.depth = before
        return result


def locate(error: JsonataError, position: int, token: Any) -> JsonataError:
    """Say where a function failed: the outermost call names the place, the innermost the function."""
    error.position = position
    if error.token is None:
        error.token = token
    return error

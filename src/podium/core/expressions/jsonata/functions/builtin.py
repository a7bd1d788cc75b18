"""What a built-in function is, and the table they register themselves in."""

from collections.abc import Callable
from typing import Any, Final

from podium.core.expressions.jsonata.budget import Run
from podium.core.expressions.jsonata.signature import Signature
from podium.core.expressions.jsonata.values import ARRAY_CLASSES, UNDEFINED, Function

#: Takes the run and the validated arguments; optional ones default to undefined.
Implementation = Callable[..., Any]


class Builtin(Function):
    """A function of the library."""

    __slots__ = (
        "_arity",
        "_items",
        "accepts_one",
        "accepts_two",
        "higher_order",
        "implementation",
        "name",
        "signature",
        "takes_one",
    )

    def __init__(
        self, name: str, implementation: Implementation, signature: str, arity: int, higher_order: bool
    ) -> None:
        self.name = name
        self.implementation = implementation
        self.signature = Signature(signature)
        self._arity = arity
        #: Whether it calls functions it is given, so that its calls count for depth.
        self.higher_order = higher_order
        fast = self.signature.fast_parameters
        #: Whether one argument of one of these classes needs no checking at all.
        self.takes_one = bool(fast) and all(parameter.optional for parameter in fast[1:])
        self._items = fast[0].items if self.takes_one else None
        self.accepts_one = fast[0].classes if self.takes_one and fast[0].items is None else frozenset()
        #: The same of two arguments; None where there can't be two, or what is in an array has to be looked at.
        self.accepts_two: tuple[frozenset[type], frozenset[type]] | None = None
        if len(fast) > 1 and all(parameter.optional for parameter in fast[2:]):
            first, second = fast[:2]
            if first.items is None and second.items is None:
                self.accepts_two = first.classes, second.classes

    @property
    def arity(self) -> int:
        return self._arity

    def call_one(self, value: Any, context: Any, run: Run) -> Any:
        """`call` with one argument: short for an array whose items fit, or one such item."""
        items = self._items
        if items is not None:
            cls = value.__class__
            if cls in ARRAY_CLASSES:
                if items.issuperset(map(type, value)):
                    return self.implementation(run, value)
            elif cls in items:
                return self.implementation(run, [value])
        return self.call([value], context, run)

    def call(self, arguments: list[Any], context: Any, run: Run) -> Any:
        return self.implementation(run, *self.signature.validate(arguments, context))


BUILTINS: Final[dict[str, Builtin]] = {}


def builtin(
    name: str, signature: str, arity: int, higher_order: bool = False
) -> Callable[[Implementation], Implementation]:
    """Register a function under its name without `$`.

    `arity` is how many arguments `$map` and its like hand over: the parameters the reference implementation
    declares before the first with a default.
    """

    def register(implementation: Implementation) -> Implementation:
        BUILTINS[name] = Builtin(name, implementation, signature, arity, higher_order)
        return implementation

    return register


def given(value: Any, default: Any) -> Any:
    """An optional argument, or what stands for it."""
    return default if value is UNDEFINED else value

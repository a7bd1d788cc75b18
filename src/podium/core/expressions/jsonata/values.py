"""Values of the language beyond JSON: undefined, sequences, and the tests every operator shares.

JSON values are plain Python ones and are never converted. What a query yields is a `Sequence`: a list that
collapses, empty to undefined and single to its item, where an array written out by the author does not.
A Python bool is an int; every test here looks at the exact class, so that `true` never counts as a number.
"""

from collections.abc import Callable
from math import isinf, isnan
from typing import Any, Final

from podium.core.expressions.jsonata.errors import JsonataError


class _Undefined:
    """No value, as opposed to null. One object, falsy, compared by identity."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNDEFINED"

    def __copy__(self) -> "_Undefined":
        return self

    def __deepcopy__(self, memo: object) -> "_Undefined":
        return self

    def __reduce__(self) -> str:
        return "UNDEFINED"


UNDEFINED: Final = _Undefined()


class Sequence(list[Any]):
    """What a query yields; collapses when it holds fewer than two items."""

    __slots__ = ()


class KeptSequence(Sequence):
    """A sequence the author marked with `[]`: it stays an array when it holds one item."""

    __slots__ = ()


class OuterWrapper(Sequence):
    """Holds an input document that is an array, so that it is one context and not many."""

    __slots__ = ()


class TupleStream(Sequence):
    """Dictionaries of bindings (`@` the context, others by name) flowing through a path with `@`, `#` or `%`."""

    __slots__ = ()


class ConstructedArray(list[Any]):
    """An array written as a step of a path; the path does not flatten it."""

    __slots__ = ()


#: The classes an array may have, for tests on exact classes.
ARRAY_CLASSES: Final = frozenset({list, Sequence, KeptSequence, OuterWrapper, TupleStream, ConstructedArray})
#: The arrays a path step flattens into its result.
FLATTENED_CLASSES: Final = ARRAY_CLASSES - {ConstructedArray}
#: Values that are their own result: no sequence to collapse, no array to flatten.
SCALAR_CLASSES: Final = frozenset({str, int, float, bool, type(None)})
NUMBER_CLASSES: Final = frozenset({int, float})


class Function:
    """A function as a value: built-in, lambda, regular expression, partial application or composition."""

    __slots__ = ()

    @property
    def arity(self) -> int:
        """How many arguments a higher-order function should hand over."""
        raise NotImplementedError

    def call(self, arguments: list[Any], context: Any, run: Any) -> Any:
        """Apply to evaluated arguments; `context` stands in for a missing one where the signature says so."""
        raise NotImplementedError

    def repeated(self, count: int, times: int, run: Any) -> Callable[..., Any]:
        """What applies this to `count` arguments, to be called `times` times at most."""
        run.spend(3 * times)
        call = self.call
        return lambda *arguments: call(list(arguments), None, run)


def collapse(value: Any) -> Any:
    """What a finished expression hands on: a sequence of none is undefined, of one is its item."""
    if isinstance(value, Sequence) and len(value) < 2 and value.__class__ is not TupleStream:
        if not value:
            return UNDEFINED
        return value if value.__class__ is KeptSequence else value[0]
    return value


def is_number(value: Any) -> bool:
    """Whether the value counts as a number.

    Raises:
        JsonataError: D1001, it is infinite.
    """
    cls = value.__class__
    if cls is int:
        return True
    if cls is float:
        if isinf(value):
            raise JsonataError("D1001", value=value)
        return not isnan(value)
    return False


def truthy(value: Any) -> bool:
    """The effective boolean value; undefined is false."""
    cls = value.__class__
    if cls is bool:
        return bool(value)
    if cls is str or cls is dict:
        return len(value) > 0
    if cls is int or cls is float:
        return is_number(value) and value != 0
    if cls in ARRAY_CLASSES:
        while len(value) == 1:
            value = value[0]
            if value.__class__ not in ARRAY_CLASSES:
                return truthy(value)
        return any(truthy(item) for item in value)
    # A lambda or a built-in is an object to the reference implementation, hence true; see functions/boolean.py.
    return isinstance(value, Function)


def strictly_equal(left: Any, right: Any) -> bool:
    """Equality of scalars by value and of everything else by identity (the `in` operator)."""
    if left is right:
        return True
    cls = left.__class__
    if cls is str:
        return right.__class__ is str and bool(left == right)
    return cls in NUMBER_CLASSES and right.__class__ in NUMBER_CLASSES and bool(left == right)


def deeply_equal(left: Any, right: Any, run: Any) -> bool:
    """Equality of JSON values: numbers by value, objects whatever the order of their keys.

    Comparing spends steps for every member, as it can take as long as the values are large.
    """
    cls = left.__class__
    if cls in SCALAR_CLASSES or right.__class__ in SCALAR_CLASSES:
        return strictly_equal(left, right)
    pending = [(left, right)]
    while pending:
        a, b = pending.pop()
        if a is b:
            continue
        if a.__class__ is dict:
            if b.__class__ is not dict or len(a) != len(b):
                return False
            run.spend(4 * len(a) + 4)
            others = [b.get(key, UNDEFINED) for key in a]
            pairs = zip(a.values(), others, strict=True)
        elif a.__class__ in ARRAY_CLASSES:
            if b.__class__ not in ARRAY_CLASSES or len(a) != len(b):
                return False
            run.spend(4 * len(a) + 4)
            pairs = zip(a, b, strict=True)
        else:
            return False
        for one, other in pairs:
            if one.__class__ in SCALAR_CLASSES:
                if not strictly_equal(one, other):
                    return False
            else:
                pending.append((one, other))
    return True

"""`$boolean`, `$not`, `$exists`, `$type`, `$error`, `$assert`."""

from typing import Any

from podium.core.expressions.jsonata.budget import Run
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.functions.builtin import builtin
from podium.core.expressions.jsonata.values import (
    ARRAY_CLASSES,
    NUMBER_CLASSES,
    UNDEFINED,
    Function,
    truthy,
)


@builtin("boolean", "<x-:b>", arity=1)
def boolean(run: Run, value: Any) -> Any:
    """The effective boolean value; a function has none and is false."""
    if value is UNDEFINED:
        return UNDEFINED
    if value.__class__ in ARRAY_CLASSES:
        run.spend(len(value))
    return False if isinstance(value, Function) else truthy(value)


@builtin("not", "<x-:b>", arity=1)
def negation(run: Run, value: Any) -> Any:
    """The opposite of `$boolean`."""
    return UNDEFINED if value is UNDEFINED else not boolean(run, value)


@builtin("exists", "<x:b>", arity=1)
def exists(run: Run, value: Any) -> Any:
    """Whether there is a value."""
    return value is not UNDEFINED


@builtin("type", "<x:s>", arity=1)
def type_of(run: Run, value: Any) -> Any:
    """The name of the value's type."""
    cls = value.__class__
    if value is UNDEFINED:
        return UNDEFINED
    if value is None:
        return "null"
    if cls in NUMBER_CLASSES:
        return "number"
    if cls is str:
        return "string"
    if cls is bool:
        return "boolean"
    if cls in ARRAY_CLASSES:
        return "array"
    return "function" if isinstance(value, Function) else "object"


@builtin("error", "<s?:x>", arity=1)
def error(run: Run, message: Any = UNDEFINED) -> Any:
    """Fail with a message of the author's.

    Raises:
        JsonataError: D3137, always.
    """
    raise JsonataError("D3137", message=message or "$error() function evaluated")


@builtin("assert", "<bs?:x>", arity=2)
def check(run: Run, condition: Any, message: Any = UNDEFINED) -> Any:
    """Fail unless a condition holds.

    Raises:
        JsonataError: D3141, it does not.
    """
    if not condition:
        raise JsonataError("D3141", message=message or "$assert() statement failed")
    return UNDEFINED

"""The end of an evaluation: the result as plain JSON values, and a check of how large it is when written out.

What JSON has no number for comes out as AWS shows it, `[1/0]` as `["Infinity"]` (floci-io/floci#2783).

Values share their parts, so that a few steps can make one whose text would fill any memory; whoever encodes it must not
be the first to notice. Evaluations that allocated next to nothing cannot have made such a value and skip the check.
"""

from math import isfinite
from typing import Any, Final

from podium.core.expressions.jsonata.budget import MEMORY_MESSAGE, Run
from podium.core.expressions.jsonata.errors import JsonataLimitExceeded
from podium.core.expressions.jsonata.numbers import javascript_text
from podium.core.expressions.jsonata.values import ARRAY_CLASSES, SCALAR_CLASSES, UNDEFINED

#: Allocations that cannot multiply an input by more than about a hundred.
_HARMLESS_BYTES: Final = 600
_CONTAINER_BYTES: Final = 32
#: The most a result may come to: a byte a character, eight for every value.
RESULT_BYTES_MAX: Final = 12_000_000


def finish(value: Any, run: Run) -> Any:
    """The result of an evaluation with lists for sequences and null for holes, copied only where it has any.

    Raises:
        JsonataLimitExceeded: the result is too large.
    """
    if value is UNDEFINED or (value.__class__ in SCALAR_CLASSES and not run.nested):
        return value
    if run.nested or run.limits.memory_bytes - run.memory > _HARMLESS_BYTES:
        _check_size(value)
    if run.nested:
        return _plain(value)
    return list(value) if value.__class__ in ARRAY_CLASSES and value.__class__ is not list else value


def _check_size(result: Any) -> None:
    room = RESULT_BYTES_MAX
    pending = [result]
    while pending:
        value = pending.pop()
        if value.__class__ is dict:
            # Most objects have few members: a loop is done before the functions below are called.
            room -= _CONTAINER_BYTES + 8 * len(value)
            for key, item in value.items():
                room -= len(key)
                if item.__class__ is str:
                    room -= len(item)
                elif item.__class__ not in SCALAR_CLASSES:
                    pending.append(item)
            if room < 0:
                raise JsonataLimitExceeded(MEMORY_MESSAGE)
            continue
        if value.__class__ not in ARRAY_CLASSES:
            continue
        room -= _CONTAINER_BYTES + 8 * len(value)
        if room < 0:
            raise JsonataLimitExceeded(MEMORY_MESSAGE)
        classes = set(map(type, value))
        if str in classes:
            room -= sum([len(item) for item in value if item.__class__ is str])
        if not classes <= SCALAR_CLASSES:
            pending.extend([item for item in value if item.__class__ not in SCALAR_CLASSES])
    if room < 0:
        raise JsonataLimitExceeded(MEMORY_MESSAGE)


def _plain(value: Any) -> Any:
    if value.__class__ in ARRAY_CLASSES:
        return [None if item is UNDEFINED else _plain(item) for item in value]
    if value.__class__ is dict:
        return {key: _plain(member) for key, member in value.items() if member is not UNDEFINED}
    if value.__class__ is float and not isfinite(value):
        return javascript_text(value)
    return value

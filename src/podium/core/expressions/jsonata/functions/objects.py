"""Functions on objects: `$keys`, `$lookup`, `$spread`, `$merge`, `$clone`."""

from typing import Any

from podium.core.expressions.jsonata.budget import MEMBER_BYTES, OBJECT_BYTES, Run
from podium.core.expressions.jsonata.functions.builtin import builtin
from podium.core.expressions.jsonata.lookup import lookup
from podium.core.expressions.jsonata.numbers import from_double, to_double
from podium.core.expressions.jsonata.values import ARRAY_CLASSES, UNDEFINED, Function, Sequence, is_number


@builtin("keys", "<x-:a<s>>", arity=1)
def keys(run: Run, value: Any) -> Any:
    """The names of an object's members; of an array, of all its objects."""
    names: dict[str, None] = {}
    _collect_keys(value, names, run)
    run.allocate_items(len(names))
    return Sequence(names)


def _collect_keys(value: Any, names: dict[str, None], run: Run) -> None:
    if value.__class__ is dict:
        run.spend(len(value))
        run.allocate(MEMBER_BYTES * len(value))
        names.update(dict.fromkeys(value))
    elif value.__class__ in ARRAY_CLASSES:
        run.spend(len(value))
        for item in value:
            _collect_keys(item, names, run)


@builtin("lookup", "<x-s:x>", arity=2)
def lookup_key(run: Run, value: Any, key: Any) -> Any:
    """The member of that name."""
    return lookup(value, key, run)


@builtin("spread", "<x-:a<o>>", arity=1)
def spread(run: Run, value: Any) -> Any:
    """An object as an array of objects with one member each."""
    if value.__class__ is dict:
        run.spend(len(value))
        run.allocate((OBJECT_BYTES + MEMBER_BYTES) * len(value))
        return Sequence([{key: member} for key, member in value.items()])
    if value.__class__ not in ARRAY_CLASSES:
        return value
    run.spend(len(value))
    result: Any = Sequence()
    for item in value:
        part = spread(run, item)
        if part.__class__ in ARRAY_CLASSES:
            run.allocate_items(len(part))
            result.extend(part)
        elif part is not UNDEFINED:
            result.append(part)
    # Joining arrays makes a plain array of what was a sequence.
    return list(result) if value else result


@builtin("merge", "<a<o>:o>", arity=1)
def merge(run: Run, objects: Any) -> Any:
    """One object with the members of all, later ones first served."""
    if objects is UNDEFINED:
        return UNDEFINED
    merged: dict[str, Any] = {}
    for item in objects:
        run.spend(len(item) + 1)
        run.allocate(OBJECT_BYTES + MEMBER_BYTES * len(item))
        merged.update(item)
    return merged


@builtin("clone", "<(oa)-:o>", arity=1)
def clone(run: Run, value: Any) -> Any:
    """A deep copy, by way of JSON text: numbers are rounded to 15 digits and functions become empty strings."""
    if value is UNDEFINED:
        return UNDEFINED
    cls = value.__class__
    if cls is dict:
        run.spend(3 * len(value) + 5)
        run.allocate(OBJECT_BYTES + MEMBER_BYTES * len(value))
        return {key: clone(run, member) for key, member in value.items() if member is not UNDEFINED}
    if cls in ARRAY_CLASSES:
        run.spend(3 * len(value) + 5)
        run.allocate(120 + 8 * len(value))
        return [None if item is UNDEFINED else clone(run, item) for item in value]
    if cls is int and -(10**15) < value < 10**15:
        return value
    if cls in (int, float):
        return from_double(float(f"{to_double(value):.15g}")) if is_number(value) else None
    return "" if isinstance(value, Function) else value

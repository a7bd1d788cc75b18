"""Reading members by name: of an object, of every object in an array, of every value in any depth."""

from typing import Any

from podium.core.expressions.jsonata.budget import Run
from podium.core.expressions.jsonata.values import ARRAY_CLASSES, UNDEFINED, OuterWrapper, Sequence, collapse


def lookup(value: Any, name: str, run: Run) -> Any:
    """The member of an object; of an array, those of its items, flattened, as a sequence."""
    if value.__class__ is dict:
        return value.get(name, UNDEFINED)
    if value.__class__ not in ARRAY_CLASSES:
        return UNDEFINED
    run.spend(2 * len(value))
    found = Sequence()
    for item in value:
        member = item.get(name, UNDEFINED) if item.__class__ is dict else lookup(item, name, run)
        if member is UNDEFINED:
            continue
        if member.__class__ in ARRAY_CLASSES:
            run.allocate_items(len(found) + len(member))
            found.extend(member)
        else:
            found.append(member)
    return found


def field(value: Any, name: str, run: Run) -> Any:
    """`lookup`, collapsed: the value of a name as an expression."""
    if value.__class__ is dict:
        member = value.get(name, UNDEFINED)
        return collapse(member) if isinstance(member, Sequence) else member
    return collapse(lookup(value, name, run))


def wildcard(value: Any, run: Run) -> Any:
    """All members of an object, or items of an array; arrays among them are flattened."""
    if value.__class__ is OuterWrapper and value:
        value = value[0]
    if value.__class__ is dict:
        members: Any = value.values()
    elif value.__class__ in ARRAY_CLASSES:
        members = value
    else:
        return UNDEFINED
    run.spend(2 * len(value))
    results: list[Any] = []
    plain = False
    for member in members:
        if member.__class__ in ARRAY_CLASSES:
            _flatten_into(results, member, run)
            # Joining with an array makes an array of what was a sequence: one item stays in it.
            plain = True
        else:
            results.append(member)
    run.allocate_items(len(results))
    return results if plain else Sequence(results)


def _flatten_into(results: list[Any], array: list[Any], run: Run) -> None:
    run.spend(len(array))
    run.allocate(8 * len(array))
    for item in array:
        if item.__class__ in ARRAY_CLASSES:
            _flatten_into(results, item, run)
        else:
            results.append(item)


def descendants(value: Any, run: Run) -> Any:
    """A value and everything inside it, parents first, arrays left out."""
    if value is UNDEFINED:
        return UNDEFINED
    results = Sequence()
    pending = [value]
    while pending:
        item = pending.pop()
        if item.__class__ in ARRAY_CLASSES:
            children = item
        else:
            results.append(item)
            if item.__class__ is not dict:
                continue
            children = list(item.values())
        run.spend(2 * len(children) + 5)
        run.allocate(16 * len(children))
        pending.extend(reversed(children))
    run.allocate_items(len(results))
    return results[0] if len(results) == 1 else collapse(results)


def resolve(name: str, frame: Any) -> Any:
    """The value of a variable: the innermost scope that binds it."""
    while frame is not None:
        value = frame.names.get(name, _MISSING)
        if value is not _MISSING:
            return value
        frame = frame.parent
    return UNDEFINED


_MISSING = object()

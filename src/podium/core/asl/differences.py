"""What changed between two definitions, in the language's terms: key order and layout mean nothing.

Lists whose members moved are aligned first, so that one Catch more is one addition and not a change of all.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from podium.core import jsontext


class Difference(NamedTuple):
    """One change. `place` as diagnostics write it: `/States/Charge/Retry[0]/MaxAttempts`."""

    kind: Literal["added", "removed", "changed"]
    place: str
    before: Any
    """None where it was added."""
    after: Any
    """None where it was removed."""


def differences(before: Any, after: Any, place: str = "") -> Iterator[Difference]:
    """The changes from one JSON value to another, in the order of the later one; nothing for equal values."""
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _of_objects(before, after, place)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(before, after, place)
    elif not _same(before, after):
        yield Difference("changed", place or "/", before, after)


def _of_objects(before: dict[str, Any], after: dict[str, Any], place: str) -> Iterator[Difference]:
    for key, value in after.items():
        if key in before:
            yield from differences(before[key], value, f"{place}/{key}")
        else:
            yield Difference("added", f"{place}/{key}", None, value)
    for key, value in before.items():
        if key not in after:
            yield Difference("removed", f"{place}/{key}", value, None)


def _of_lists(before: list[Any], after: list[Any], place: str) -> Iterator[Difference]:
    old, new = [_text(item) for item in before], [_text(item) for item in after]
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        common = min(old_to - old_from, new_to - new_from)
        for offset in range(common):
            index = new_from + offset
            yield from differences(before[old_from + offset], after[index], f"{place}[{index}]")
        for index in range(old_from + common, old_to):
            yield Difference("removed", f"{place}[{index}]", before[index], None)
        for index in range(new_from + common, new_to):
            yield Difference("added", f"{place}[{index}]", None, after[index])


def _same(before: Any, after: Any) -> bool:
    # Python holds 1 == True; JSON doesn't.
    return bool(before == after) and isinstance(before, bool) == isinstance(after, bool)


def _text(value: Any) -> bytes:
    """The same for equal values, whatever the order of their keys."""
    return jsontext.encode(_sorted(value))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value

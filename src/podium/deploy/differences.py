"""What differs between two values, told by place; what a change of layout doesn't change is no difference."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_SHOWN_LENGTH: Final = 60


@dataclass(frozen=True)
class Difference:
    """One place that changes. `before` and `after` are shown values, None where there is nothing."""

    place: str
    before: str | None
    after: str | None


def differences(before: Any, after: Any, place: str = "") -> Iterator[Difference]:
    """Every smallest place where two JSON values differ, `/States/X/Retry[0]/MaxAttempts`, in the new one's order."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in after.items():
            if name in before:
                yield from differences(before[name], value, f"{place}/{name}")
            else:
                yield Difference(f"{place}/{name}", None, shown(value))
        for name, value in before.items():
            if name not in after:
                yield Difference(f"{place}/{name}", shown(value), None)
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            at = f"{place}[{index}]"
            if index >= len(before):
                yield Difference(at, None, shown(after[index]))
            elif index >= len(after):
                yield Difference(at, shown(before[index]), None)
            else:
                yield from differences(before[index], after[index], at)
    elif not _same(before, after):
        yield Difference(place or "/", shown(before), shown(after))


def shown(value: Any) -> str:
    """A value as a few characters of JSON."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_LENGTH else f"{text[: _SHOWN_LENGTH - 1]}…"


def definition_differences(before: str, after: str) -> list[Difference]:
    """Where two definitions differ in what they say; one that is no JSON differs as a text."""
    if before == after:
        return []
    try:
        return list(differences(json.loads(before), json.loads(after)))
    except (ValueError, RecursionError):
        return [Difference("/", shown(before), shown(after))]


def _same(one: Any, other: Any) -> bool:
    # 1 == 1.0 is true of JSON's numbers; True == 1 is Python's alone.
    return isinstance(one, bool) == isinstance(other, bool) and one == other

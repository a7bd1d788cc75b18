"""What differs, as a plan shows it: places with the values before and after, shortened.

What counts as a difference is the language's to say (`core/asl/differences.py`): layout and the order of keys don't.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from podium.core.asl import differences as language

_SHOWN_LENGTH: Final = 60


@dataclass(frozen=True)
class Difference:
    """One place that changes. `before` and `after` are shown values, None where there is nothing."""

    place: str
    before: str | None
    after: str | None


def differences(before: Any, after: Any, place: str = "") -> Iterator[Difference]:
    """Every smallest place where two JSON values differ: `/States/X/Retry[0]/MaxAttempts`."""
    for found in language.differences(before, after, place):
        yield Difference(
            found.place,
            None if found.kind == "added" else shown(found.before),
            None if found.kind == "removed" else shown(found.after),
        )


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

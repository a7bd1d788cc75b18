"""History events as the console's stream carries them: payloads cut to what a table shows.

A history of 25,000 events may hold gigabytes of payloads; a page needs the beginnings, and asks for the whole of
the one its reader opens (`GET event`).
"""

from typing import Any, Final

SHOWN_CHARS: Final = 512
"""How much of a payload goes along; AWS's own console shows less in its table."""


def shorten(event: dict[str, Any]) -> dict[str, Any]:
    """The event with its long strings cut; `cut` says, by field, how long they were."""
    cut: dict[str, int] = {}
    shown: dict[str, Any] = {}
    for name, value in event.items():
        shown[name] = _shorten(value, cut) if isinstance(value, dict) else value
    if cut:
        shown["cut"] = cut
    return shown


def _shorten(details: dict[str, Any], cut: dict[str, int]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in details.items():
        if isinstance(value, dict):
            value = _shorten(value, cut)
        elif isinstance(value, str) and len(value) > SHOWN_CHARS:
            cut[name] = len(value)
            value = value[:SHOWN_CHARS]
        shown[name] = value
    return shown

"""How rows look at the API: GetExecutionHistory's events.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html. Built only when somebody
reads; nothing of this shape is stored.
"""

from collections.abc import Callable
from typing import Any, Final

from podium.core import jsontext
from podium.core.machine.events import BARE_PAYLOAD, EVENT_TYPES, PAYLOAD, VARIABLES, Event
from podium.core.machine.journal import Row

TextOf = Callable[[int], str]
"""A payload's text by reference."""

_WHOLE: Final = {"truncated": False}


def render_row(row: Row, text_of: TextOf, include_data: bool = True) -> list[dict[str, Any]]:
    """A row's events in AWS's shape; `timestamp` in epoch milliseconds.

    Without `include_data`, payloads are left out, as GetExecutionHistory does with includeExecutionData=false.
    """
    return [
        render_event(event, row.first_event_id + position, row.at_ms, text_of, include_data)
        for position, event in enumerate(row.events)
    ]


def render_event(event: Event, event_id: int, at_ms: int, text_of: TextOf, include_data: bool) -> dict[str, Any]:
    """One event in AWS's shape."""
    code, previous_id, *values = event
    event_type = EVENT_TYPES[code]
    shown: dict[str, Any] = {
        "timestamp": at_ms,
        "type": event_type.name,
        "id": event_id,
        "previousEventId": previous_id,
    }
    if event_type.details_key is None:
        return shown
    details: dict[str, Any] = {}
    for (name, kind), value in zip(event_type.fields, values, strict=False):
        if value is None:
            continue
        if kind == PAYLOAD:
            if include_data:
                details[name] = text_of(value)
                details[f"{name}Details"] = _WHOLE
        elif kind == BARE_PAYLOAD:
            details[name] = text_of(value) if include_data else ""
        elif kind == VARIABLES:
            if include_data:
                assigned = jsontext.decode(text_of(value))
                details[name] = {key: jsontext.encode(held).decode() for key, held in assigned.items()}
                details[f"{name}Details"] = _WHOLE
        else:
            details[name] = value
    shown[event_type.details_key] = details
    return shown


def referenced(row: Row) -> set[int]:
    """The payload references a row's events hold."""
    found: set[int] = set()
    for code, _, *values in row.events:
        for (_, kind), value in zip(EVENT_TYPES[code].fields, values, strict=False):
            if value is not None and kind in (PAYLOAD, BARE_PAYLOAD, VARIABLES):
                found.add(value)
    return found

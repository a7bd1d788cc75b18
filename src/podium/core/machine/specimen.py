"""A row without what it says of anybody: what a store may keep as a dictionary to compress others like it with.

A dictionary outlives the executions it was made of, and retention promises that these are forgotten. So of every
payload only the shape is left: its keys, its literals, the first elements of its arrays.
"""

from itertools import islice
from typing import Any, Final

from podium.core import jsontext
from podium.core.machine.branch import Record
from podium.core.machine.events import EVENT_TYPES, PLAIN, Event
from podium.core.machine.journal import decode_row, encode_row

_SAID_BY_THE_WORLD: Final = {"error", "cause", "workerName", "mapRunArn", "taskCredentials"}
"""Plain fields of events that don't stand in the definition."""
_KEYS_MAX: Final = 64
_ELEMENTS_MAX: Final = 2
_TASK: Final = 13
"""Of a branch's record; its report and its role stand at the places named next."""
_REPORT: Final = 6
_ROLE: Final = 7


def specimen(row: bytes) -> bytes:
    """A row's stored form with the values of its payloads, and what the world said, left out.

    Raises:
        UnknownForm: the row is of a form this version doesn't know.
    """
    decoded = decode_row(row)
    return encode_row(
        decoded.first_event_id,
        decoded.at_ms,
        [_event(event) for event in decoded.events],
        [_payload(text) for text in decoded.payloads],
        [_branch(record) for record in decoded.branches],
        decoded.removed,
        decoded.counters.next_branch_id,
        decoded.status,
    )


def _event(event: Event) -> Event:
    code, previous_id, *values = event
    fields = EVENT_TYPES[code].fields
    said = {position for position, (name, kind) in enumerate(fields) if kind == PLAIN and name in _SAID_BY_THE_WORLD}
    return (code, previous_id, *(None if position in said else value for position, value in enumerate(values)))


def _branch(record: Record) -> Record:
    task = record[_TASK]
    if not task:
        return record
    blanked = [None if position in (_REPORT, _ROLE) else value for position, value in enumerate(task)]
    return (*record[:_TASK], blanked, *record[_TASK + 1 :])


def _payload(text: bytes) -> bytes:
    try:
        return jsontext.encode(_shape(jsontext.decode(text)))
    except jsontext.InvalidJson:
        return b""


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(held) for key, held in islice(value.items(), _KEYS_MAX)}
    if isinstance(value, list):
        return [_shape(held) for held in value[:_ELEMENTS_MAX]]
    if isinstance(value, str):
        return ""
    return value if value is None or isinstance(value, bool) else 0

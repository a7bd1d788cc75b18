"""The stored form of a decision (a row) and of an execution's live branches (a snapshot).

Both are msgpack arrays that open with a form number; a reader takes this form and the one before it.
"""

from typing import Final, NamedTuple

import msgspec
from msgspec import Raw, Struct

from podium.core.machine.branch import Record
from podium.core.machine.events import Event

FORM: Final = 1

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode
_FORM_AT: Final = 1
"""Where the form is: a small number is itself in msgpack, and the head of an array as short as these is one byte."""


class UnknownForm(Exception):
    """A row or snapshot was written by a version of Podium this one cannot read."""


class Counters(NamedTuple):
    """Where an execution's numbering stands after a row."""

    next_event_id: int
    next_branch_id: int
    last_ms: int


class Row(NamedTuple):
    """One decision, decoded."""

    first_event_id: int
    at_ms: int
    events: list[Event]
    payloads: list[bytes]
    """Texts that first appear in this row; reference = sequence << 12 | index."""
    branches: list[Record]
    removed: list[int]
    counters: Counters
    status: str


def encode_row(
    first_event_id: int,
    at_ms: int,
    events: list[Event],
    payloads: list[bytes],
    branches: list[Record],
    removed: list[int],
    next_branch_id: int,
    status: str,
) -> bytes:
    """A decision's row."""
    return _encode((FORM, first_event_id, at_ms, events, payloads, branches, removed, next_branch_id, status))


def decode_row(data: bytes) -> Row:
    """Raises UnknownForm when the row is of a form this version doesn't know."""
    _, first_event_id, at_ms, events, payloads, branches, removed, next_branch_id, status = _decode(_checked(data))
    counters = Counters(first_event_id + len(events), next_branch_id, at_ms)
    return Row(first_event_id, at_ms, events, payloads, branches, removed, counters, status)


class RowToFold(Struct, array_like=True, gc=False):
    """A row as folding sees it: its events are counted and not looked into."""

    form: int
    first_event_id: int
    at_ms: int
    events: list[Raw]
    payloads: list[bytes]
    branches: list[Record]
    removed: list[int]
    next_branch_id: int
    status: str


_decode_to_fold = msgspec.msgpack.Decoder(RowToFold).decode


def decode_to_fold(data: bytes) -> RowToFold:
    """Raises UnknownForm when the row is of a form this version doesn't know."""
    return _decode_to_fold(_checked(data))


class SnapshotData(NamedTuple):
    """All live branches of a RUNNING execution."""

    branches: list[Record]
    counters: Counters


def encode_snapshot(branches: list[Record], counters: Counters) -> bytes:
    """A snapshot's stored form."""
    return _encode((FORM, branches, counters))


def decode_snapshot(data: bytes) -> SnapshotData:
    """Raises UnknownForm when the snapshot is of a form this version doesn't know."""
    _, branches, counters = _decode(_checked(data))
    return SnapshotData(branches, Counters(*counters))


def _checked(data: bytes) -> bytes:
    if data[_FORM_AT] != FORM:
        raise UnknownForm(f"stored form {data[_FORM_AT]}; this version reads form {FORM}")
    return data

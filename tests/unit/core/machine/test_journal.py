"""Stored forms: rows and snapshots come back as they were, unknown forms are refused."""

import msgspec
import pytest

from podium.core.machine.journal import Counters, UnknownForm, decode_row, decode_snapshot, encode_row, encode_snapshot


def test_a_row():
    row = decode_row(encode_row(5, 77, [(1, 4, "x", None)], [b"{}"], [], [3], 9, "RUNNING"))
    assert (row.first_event_id, row.at_ms, row.payloads, row.removed, row.status) == (5, 77, [b"{}"], [3], "RUNNING")
    assert [tuple(event) for event in row.events] == [(1, 4, "x", None)]
    assert row.counters == Counters(6, 9, 77)


def test_a_snapshot():
    held = decode_snapshot(encode_snapshot([], Counters(3, 2, 1)))
    assert held.branches == []
    assert held.counters == Counters(3, 2, 1)


@pytest.mark.parametrize("decode", [decode_row, decode_snapshot])
def test_a_form_of_another_version(decode):
    with pytest.raises(UnknownForm, match="stored form 99"):
        decode(msgspec.msgpack.encode((99, 1, 2)))

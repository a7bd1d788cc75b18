"""Payloads: value and text from one another, once; references; what is not loaded."""

import pytest

from podium.core.machine.payload import INDEX_BITS, Payload, row_of


def test_text_and_value_are_made_from_one_another():
    assert Payload.from_text(b'{"a": [1]}').value == {"a": [1]}
    assert Payload({"a": [1]}).text == b'{"a":[1]}'
    assert Payload(None).text == b"null"
    assert Payload.from_text(b"null").value is None


def test_made_once():
    payload = Payload.from_text(b"[1]")
    assert payload.value is payload.value
    payload = Payload([1])
    assert payload.text is payload.text


def test_an_unloaded_one():
    payload = Payload.journalled(3 << INDEX_BITS | 7)
    assert not payload.loaded
    with pytest.raises(LookupError):
        _ = payload.text
    payload.supply(b"5")
    assert payload.loaded
    assert payload.value == 5
    assert row_of(payload.ref) == (3, 7)

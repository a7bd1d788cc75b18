"""Faults of settings: every shape of msgspec's messages that a setting can meet has words of its own."""

from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta, Struct

from podium.setting_faults import fault_in_words


class Table(Struct, forbid_unknown_fields=True):
    kind: Literal["a", "b"] = "a"
    names: dict[str, str] = {}


@pytest.mark.parametrize(
    ("type_", "value", "words"),
    [
        (int, "x", ": expected a whole number, not text."),
        (str | None, 1, ": expected text or nothing, not a whole number."),
        (Annotated[int, Meta(le=9)], 10, ": expected a whole number of at most 9."),
        (Annotated[int, Meta(ge=1)], 0, ": expected a whole number of at least 1."),
        (Annotated[float, Meta(gt=0)], 0.0, ": expected a number above 0."),
        (Literal["aws", "open"], "huge", ": expected one of aws, open, not 'huge'."),
        (Literal["aws", "open"] | None, "huge", ": expected one of aws, open, not 'huge'."),
        (list[str], {}, ": expected a list, not a table."),
        (list[str], ["a", 1], "[1]: expected text, not a whole number."),
        (Annotated[str, Meta(pattern="^x$", description="an x")], "y", ": expected an x."),
        (Table, {"kind": "c"}, ".kind: expected one of a, b, not 'c'."),
        (Table, {"names": {"n": 1}}, ".names[...]: expected text, not a whole number."),
        (Table, {"kinds": "a"}, ": there is no kinds; known are kind, names."),
    ],
)
def test_words(type_, value, words):
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert(value, type_)
    assert fault_in_words(type_, str(raised.value)) == words

"""Items of a JSON file from a stream: the same as decoding it whole, wherever the pieces are cut."""

import io
import json
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podium.integrations.items import json_window
from podium.integrations.items.json_items import NothingThere, NotIterable, array_elements, pointed_items

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(elements=st.lists(VALUES, max_size=8), piece=st.integers(1, 40), ascii_only=st.booleans(), spaced=st.booleans())
def test_any_array_in_any_pieces(elements, piece, ascii_only, spaced):
    text = json.dumps(elements, ensure_ascii=ascii_only, indent=1 if spaced else None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_window, "READ_CHARACTERS", piece)
        assert list(array_elements(io.BytesIO(text.encode("utf-8", "surrogatepass")))) == elements


@given(elements=st.lists(VALUES, min_size=1, max_size=4), cut=st.integers(1, 200))
def test_an_array_that_is_cut_off(elements, cut):
    text = json.dumps(elements).encode()
    with pytest.raises((ValueError, NotIterable)):
        list(array_elements(io.BytesIO(text[: max(0, len(text) - cut)])))


def test_elements_come_before_the_end_is_read():
    stream = io.BytesIO(b"[1," + b" " * (1 << 20) + b"nonsense")
    elements = array_elements(stream)
    assert next(elements) == 1
    with pytest.raises(ValueError, match="Expecting value"):
        next(elements)


def test_only_a_window_is_held():
    text = b"[" + b",".join(b'{"n":%d}' % number for number in range(100_000)) + b"]"
    stream = io.BytesIO(text)
    elements = array_elements(stream)
    for _ in range(1000):
        next(elements)
    assert stream.tell() <= json_window.READ_CHARACTERS
    assert sum(1 for _ in elements) == 99_000


# https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html, ItemsPointer; RFC 6901


def spelled(value):
    return str(value).replace("~", "~0").replace("/", "~1")


AROUND = st.sampled_from(['"[{', {"a": "]}\\"}, [[], {"b": ['"', "\\"]}], -1.5e3, 12, {}, None, "é😀", True])


@st.composite
def pointed(draw):
    """A document, a pointer to somewhere in it, and what is there."""
    found = draw(st.lists(AROUND, max_size=3) | st.dictionaries(st.text(max_size=3), AROUND, max_size=3))
    document, pointer = found, ""
    for step in draw(st.lists(st.text(max_size=3) | st.integers(0, 2), min_size=1, max_size=3)):
        around = [draw(AROUND), draw(AROUND)]
        if isinstance(step, int):
            document = [*around[:step], document, *around[step:]]
        else:
            document = {f"{step}before": around[0], step: document, f"{step}after": around[1]}
        pointer = f"/{spelled(step)}{pointer}"
    return document, pointer, found


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=pointed(), piece=st.integers(1, 40), ascii_only=st.booleans(), spaced=st.booleans())
def test_any_pointer_in_any_pieces(case, piece, ascii_only, spaced):
    document, pointer, found = case
    text = json.dumps(document, ensure_ascii=ascii_only, indent=1 if spaced else None)
    expected = list(found.items()) if isinstance(found, dict) else [(None, value) for value in found]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_window, "READ_CHARACTERS", piece)
        assert list(pointed_items(io.BytesIO(text.encode("utf-8", "surrogatepass")), pointer)) == expected


@pytest.mark.parametrize("pointer", ["/b", "/a/2", "/a/x", "/a/0/y", "/c/d"])
def test_a_pointer_that_leads_to_nothing(pointer):
    with pytest.raises(NothingThere):
        list(pointed_items(io.BytesIO(b'{"a": [1, {}], "c": 3}'), pointer))


def test_what_a_pointer_leads_to_must_be_items():
    with pytest.raises(NotIterable):
        list(pointed_items(io.BytesIO(b'{"a": "text"}'), "/a"))


@pytest.mark.parametrize("text", ['{"a"', '{"b": "x', '{"b": [1', '{"b": 1 "a": []}', "{1: 2}", '{"a": [1', '{"a" []}'])
def test_a_document_that_is_broken_on_the_way(text):
    with pytest.raises(ValueError, match=r"."):
        list(pointed_items(io.BytesIO(text.encode()), "/a"))


def test_what_lies_before_the_items_is_not_held_and_what_follows_is_not_read():
    before = b'{"skipped": {"deep": ["' + b'\\"[{x' * 100_000 + b'"]}, "items": [' + b",".join([b"1"] * 100_000)
    stream = io.BytesIO(before + b'], "after": nonsense')
    tracemalloc.start()
    try:
        found = pointed_items(stream, "/items")
        assert next(found) == (None, 1)
        assert tracemalloc.get_traced_memory()[1] < 12 * json_window.READ_CHARACTERS
    finally:
        tracemalloc.stop()
    assert sum(1 for _ in found) == 99_999

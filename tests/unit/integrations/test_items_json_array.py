"""Elements of a JSON array from a stream: the same as decoding it whole, wherever the pieces are cut."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.integrations.items import json_array
from podium.integrations.items.json_array import NotAnArray, array_elements

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(elements=st.lists(VALUES, max_size=8), piece=st.integers(1, 40), ascii_only=st.booleans(), spaced=st.booleans())
def test_any_array_in_any_pieces(elements, piece, ascii_only, spaced):
    text = json.dumps(elements, ensure_ascii=ascii_only, indent=1 if spaced else None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_array, "READ_CHARACTERS", piece)
        assert list(array_elements(io.BytesIO(text.encode("utf-8", "surrogatepass")))) == elements


@given(elements=st.lists(VALUES, min_size=1, max_size=4), cut=st.integers(1, 200))
def test_an_array_that_is_cut_off(elements, cut):
    text = json.dumps(elements).encode()
    with pytest.raises((ValueError, NotAnArray)):
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
    assert stream.tell() <= json_array.READ_CHARACTERS
    assert sum(1 for _ in elements) == 99_000

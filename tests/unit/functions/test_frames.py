"""The worker's wire format."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.functions.worker.frames import (
    MAX_FRAME_BYTES,
    FrameReader,
    FrameTooLarge,
    decode_call,
    decode_result,
    encode_call,
    encode_frame,
    encode_result,
)

short_text = st.text(max_size=30).filter(lambda text: len(text.encode()) <= 255)


@given(
    number=st.integers(0, 2**64 - 1),
    function=st.integers(0, 65535),
    flags=st.integers(0, 255),
    request_id=short_text,
    qualifier=short_text,
    client_context=st.binary(max_size=500),
    payload=st.binary(max_size=500),
)
def test_a_call_arrives_as_it_was_sent(number, function, flags, request_id, qualifier, client_context, payload):
    sent = encode_call(number, function, flags, request_id.encode(), qualifier.encode(), client_context, payload)
    (frame,) = FrameReader().feed(sent)
    assert decode_call(frame) == (number, function, flags, request_id, qualifier, client_context, payload)


@given(st.integers(0, 2**64 - 1), st.booleans(), st.binary(max_size=500), st.binary(max_size=500))
def test_a_result_arrives_as_it_was_sent(number, failed, payload, log):
    (frame,) = FrameReader().feed(encode_result(number, failed, payload, log))
    assert decode_result(frame) == (number, failed, payload, log)


@given(st.lists(st.binary(max_size=40), max_size=12), st.lists(st.integers(1, 30), min_size=1))
def test_frames_survive_any_splitting(bodies, sizes):
    stream = b"".join(encode_frame(body) for body in bodies)
    reader = FrameReader()
    received = []
    position = turn = 0
    while position < len(stream):
        size = sizes[turn % len(sizes)]
        received += reader.feed(stream[position : position + size])
        position += size
        turn += 1
    assert received == bodies


def test_a_frame_is_kept_until_it_is_complete():
    reader = FrameReader()
    assert reader.feed(encode_frame(b"one") + encode_frame(b"two")[:5]) == [b"one"]
    assert reader.feed(encode_frame(b"two")[5:]) == [b"two"]


def test_an_absurd_length_is_refused_before_anything_is_kept():
    with pytest.raises(FrameTooLarge):
        FrameReader().feed(struct.pack("<I", MAX_FRAME_BYTES + 1))

"""What parent and worker say to each other: length-prefixed binary frames, any number in one write.

Every frame starts with its length (32 bits, little-endian, not counting itself). The worker's first frame is
its greeting, JSON; after that the parent sends calls and the worker sends results, in any order, matched by
number. Standard library only: the worker imports it.
"""

import struct
from typing import Final, NamedTuple

MAX_FRAME_BYTES: Final = 64 * 1024 * 1024

CAPTURE_LOG: Final = 1
"""Flag of a call: send the tail of what the handler prints back with the result."""
CAPTURE_PRINTS: Final = 2
"""Flag of a call: send back what the handler prints, or why it failed; nothing where it does neither."""

_LENGTH = struct.Struct("<I")
# length; call number; index of the function; flags; lengths of request id, qualifier and client context
_CALL = struct.Struct("<IQHBBBI")
_CALL_BODY = struct.Struct("<QHBBBI")
# length; call number; whether the payload is an error object; length of the log that follows the payload
_RESULT = struct.Struct("<IQBI")
_RESULT_BODY = struct.Struct("<QBI")


class CallFrame(NamedTuple):
    """One invocation, as it crosses to the worker."""

    number: int
    function: int
    """Index into the functions of the greeting."""
    flags: int
    request_id: str
    qualifier: str
    client_context: bytes
    payload: bytes


Result = tuple[int, bool, bytes, bytes]
"""One answer: the call's number, whether the payload is an error object, payload, log (empty unless asked for)."""


class FrameTooLarge(Exception):
    """The other side announced a frame over the reader's bound: it does not speak this protocol."""


def encode_frame(body: bytes) -> bytes:
    """A frame with nothing but a body (the greeting)."""
    return _LENGTH.pack(len(body)) + body


def encode_call(
    number: int, function: int, flags: int, request_id: bytes, qualifier: bytes, client_context: bytes, payload: bytes
) -> bytes:
    """A call's frame."""
    head = len(request_id) + len(qualifier) + len(client_context)
    return b"".join(
        (
            _CALL.pack(
                _CALL_BODY.size + head + len(payload),
                number,
                function,
                flags,
                len(request_id),
                len(qualifier),
                len(client_context),
            ),
            request_id,
            qualifier,
            client_context,
            payload,
        )
    )


def decode_call(frame: bytes) -> CallFrame:
    """A call's frame without its length."""
    number, function, flags, request_size, qualifier_size, context_size = _CALL_BODY.unpack_from(frame)
    start = _CALL_BODY.size
    qualifier_at = start + request_size
    context_at = qualifier_at + qualifier_size
    payload_at = context_at + context_size
    return CallFrame(
        number,
        function,
        flags,
        frame[start:qualifier_at].decode(),
        frame[qualifier_at:context_at].decode(),
        frame[context_at:payload_at],
        frame[payload_at:],
    )


def encode_result(number: int, failed: bool, payload: bytes, log: bytes = b"") -> bytes:
    """A result's frame."""
    size = _RESULT_BODY.size + len(payload) + len(log)
    return _RESULT.pack(size, number, failed, len(log)) + payload + log


def decode_result(frame: bytes) -> Result:
    """A result's frame without its length."""
    number, failed, log_size = _RESULT_BODY.unpack_from(frame)
    log_at = len(frame) - log_size
    return number, failed == 1, frame[_RESULT_BODY.size : log_at], frame[log_at:]


class FrameReader:
    """Cuts a byte stream into frames. Cost is linear in the bytes fed, however they are split."""

    def __init__(self, max_frame_bytes: int = MAX_FRAME_BYTES) -> None:
        self._max_frame_bytes = max_frame_bytes
        self._chunks: list[bytes] = []
        self._size = 0
        self._needed = _LENGTH.size

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that are complete now, without their lengths.

        Raises:
            FrameTooLarge: a frame's length is over `max_frame_bytes`.
        """
        self._size += len(data)
        if self._size < self._needed:
            self._chunks.append(data)
            return []
        if self._chunks:
            self._chunks.append(data)
            data = b"".join(self._chunks)
            self._chunks.clear()
        frames = []
        position = 0
        end = len(data)
        self._needed = _LENGTH.size
        while end - position >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(data, position)
            if length > self._max_frame_bytes:
                raise FrameTooLarge(length)
            start = position + _LENGTH.size
            if start + length > end:
                self._needed = _LENGTH.size + length
                break
            position = start + length
            frames.append(data[start:position])
        rest = data[position:]
        self._size = len(rest)
        if rest:
            self._chunks.append(rest)
        return frames

"""One end of the socket between a front end and the engine: messages in, messages out, one write a turn of the loop.

Nothing here holds a sender back: what may be under way is bounded by the front end's connections, each of which
has one request at a time, and by a window for streams.
"""

import asyncio
import logging
from collections.abc import Callable
from struct import Struct as Layout
from typing import Any, Final, Generic, Protocol, TypeVar, cast

import msgspec

from podium.functions.worker.frames import FrameReader, FrameTooLarge
from podium.processes.messages import FRAME_MAX_BYTES, encode

log = logging.getLogger(__name__)

_LENGTH: Final = Layout("<I")
Received = TypeVar("Received", contravariant=True)


class Listener(Protocol[Received]):
    """Who is told what arrives."""

    def receive(self, message: Received) -> None:
        """A message. Must not block; whatever it raises is a fault of ours, and ends nothing but this message."""

    def lost(self) -> None:
        """The other process is gone. Called once, as the last."""


class Link(asyncio.Protocol, Generic[Received]):
    """A connected socket's end. Used from the event loop's thread only.

    Args:
        decode: of one frame.
    """

    def __init__(self, listener: Listener[Received], decode: Callable[[bytes], Received]) -> None:
        self._listener = listener
        self._decode = decode
        self._reader = FrameReader(FRAME_MAX_BYTES)
        self._outgoing: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()

    def send(self, message: Any) -> None:
        """Send a message with the next write. To a process that is gone, nothing is sent.

        Raises:
            ValueError: the message has no form on the wire, such as a number beyond 64 bits.
        """
        try:
            body = encode(message)
        except (OverflowError, TypeError, UnicodeError, msgspec.MsgspecError) as error:
            raise ValueError(f"{type(message).__name__} cannot be sent: {error}") from error
        if self._transport is None:
            return
        if not self._outgoing:
            self._loop.call_soon(self.flush)
        self._outgoing.append(_LENGTH.pack(len(body)))
        self._outgoing.append(body)

    def flush(self) -> None:
        """Write what is to be sent now."""
        if self._outgoing and self._transport is not None:
            self._transport.write(b"".join(self._outgoing))
        self._outgoing.clear()

    def close(self) -> None:
        """Send what is left, and hang up."""
        if self._transport is not None:
            self.flush()
            self._transport.close()

    # Transport callbacks.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # By duck type: uvloop's transports are none of asyncio's classes.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        try:
            frames = self._reader.feed(data)
        except FrameTooLarge:
            log.error("a frame of more than %d bytes: the link is cut", FRAME_MAX_BYTES)
            if self._transport is not None:
                self._transport.abort()
            return
        for frame in frames:
            try:
                self._listener.receive(self._decode(frame))
            except Exception:
                log.exception("a message between processes could not be taken")

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._outgoing.clear()
        self._listener.lost()

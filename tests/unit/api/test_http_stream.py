"""Answers whose end isn't known: sent as they come, ended with the connection."""

import asyncio

import pytest

from podium.api.connection import Limits
from podium.api.http import Response
from podium.api.server import listen

GET = b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n"
SECONDS = 60


class Streaming:
    """Streams what is put in its queue; None ends the stream."""

    def __init__(self):
        self.pieces = asyncio.Queue()
        self.closed = asyncio.Event()

    async def __call__(self, request):
        return Response(200, (("Content-Type", "text/event-stream"),), stream=self._stream())

    async def _stream(self):
        try:
            while (piece := await self.pieces.get()) is not None:
                yield piece
        finally:
            self.closed.set()

    def body_max_bytes(self, head):
        return 1_000


@pytest.fixture
async def streaming():
    return Streaming()


@pytest.fixture
async def server(streaming):
    server = await listen(streaming, port=0, limits=Limits(idle_seconds=0.05, sweep_seconds=0.01))
    yield server
    await server.drain(0.1)


@pytest.fixture
async def client(server):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(GET)
    yield reader, writer
    writer.close()


async def test_pieces_arrive_as_they_come_and_the_end_closes_the_connection(client, streaming):
    reader, _ = client
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SECONDS)
    assert b"Content-Length" not in head
    assert b"Connection: close" in head
    for piece in (b"one", b"two"):
        streaming.pieces.put_nowait(piece)
        assert await asyncio.wait_for(reader.readexactly(3), SECONDS) == piece
    streaming.pieces.put_nowait(None)
    assert await asyncio.wait_for(reader.read(), SECONDS) == b""
    assert streaming.closed.is_set()


async def test_outlives_the_time_an_idle_connection_has(client, streaming):
    reader, _ = client
    await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SECONDS)
    idle = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.2, idle.set_result, None)
    await idle
    streaming.pieces.put_nowait(b"still")
    assert await asyncio.wait_for(reader.readexactly(5), SECONDS) == b"still"


async def test_a_client_that_leaves_closes_the_stream(client, streaming):
    reader, writer = client
    await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SECONDS)
    writer.close()
    await asyncio.wait_for(streaming.closed.wait(), SECONDS)


async def test_a_draining_server_waits_for_no_stream(client, streaming, server):
    reader, _ = client
    await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SECONDS)
    await asyncio.wait_for(server.drain(3_600), SECONDS)
    await asyncio.wait_for(streaming.closed.wait(), SECONDS)

"""The server by itself, with an application that answers when it is told to."""

import asyncio
import contextlib

import pytest

from podium.api.connection import Limits
from podium.api.http import Request, Response
from podium.api.server import listen

GET = b"GET /x?a=b HTTP/1.1\r\nHost: x\r\nX-One: 1\r\nx-one: 2\r\n\r\n"


class Application:
    """Holds requests until `release` is set; remembers them."""

    def __init__(self):
        self.requests: list[Request] = []
        self.arrived = asyncio.Event()
        self.release = asyncio.Event()
        self.body = b"done"

    async def __call__(self, request):
        self.requests.append(request)
        self.arrived.set()
        await self.release.wait()
        if request.path == "/fail":
            raise ZeroDivisionError
        return Response(204 if request.path == "/none" else 200, (("X-Of", request.path),), self.body)

    def body_max_bytes(self, head):
        return 1_000

    def body_too_large(self, head):
        return Response(413)


@pytest.fixture
async def application():
    return Application()


@pytest.fixture
async def server(application):
    server = await listen(application, port=0, limits=Limits(idle_seconds=0.05, write_seconds=0.05, sweep_seconds=0.01))
    yield server
    application.release.set()
    await server.drain(0.1)


@pytest.fixture
async def connect(server):
    port, writers = server.port, []

    async def connect():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        return reader, writer

    yield connect
    for writer in writers:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def test_a_request_arrives_whole(connect, server, application):
    application.release.set()
    reader, writer = await connect()
    writer.write(b"PUT /p%20q?a=b&c HTTP/1.1\r\nHost: x\r\nX-One: 1\r\nx-one: 2\r\nContent-Length: 2\r\n\r\nhi")
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\nDate: ")
    assert b"X-Of: /p%20q\r\nContent-Length: 4\r\n" in head
    assert await reader.readexactly(4) == b"done"
    request = application.requests[0]
    assert (request.method, request.path, request.query) == ("PUT", "/p%20q", "a=b&c")
    assert (request.headers["x-one"], request.body) == ("1,2", b"hi")


async def test_draining_finishes_what_is_in_flight_and_closes_the_rest(connect, server, application):
    busy, idle = await connect(), await connect()
    busy[1].write(GET)
    await application.arrived.wait()
    draining = asyncio.create_task(server.drain(5))
    assert await idle[0].read() == b""
    with pytest.raises(ConnectionRefusedError):
        await connect()
    assert not draining.done()
    application.release.set()
    answer = await busy[0].read()
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"Connection: close" in answer
    await draining


async def test_draining_cuts_off_what_does_not_finish_in_time(connect, server, application):
    reader, writer = await connect()
    writer.write(GET)
    await application.arrived.wait()
    await server.drain(0.01)
    assert await reader.read() == b""


async def test_an_idle_connection_is_closed_and_a_busy_one_is_not(connect, server, application):
    busy, idle = await connect(), await connect()
    busy[1].write(GET)
    assert await idle[0].read() == b""
    application.release.set()
    assert (await busy[0].readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_a_client_that_does_not_read_is_cut_off(connect, server, application):
    application.release.set()
    application.body = b"x" * 50_000_000
    _, writer = await connect()
    writer.transport.pause_reading()
    writer.write(GET)
    await asyncio.wait_for(server._all_closed.wait(), 60)


async def test_an_application_that_fails_is_a_500_and_the_end_of_the_connection(connect, server, application, caplog):
    application.release.set()
    reader, writer = await connect()
    writer.write(GET.replace(b"/x", b"/fail"))
    answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert b"Connection: close" in answer
    assert "request without an answer: GET /fail" in caplog.text


async def test_answers_without_a_body(connect, server, application):
    application.release.set()
    reader, writer = await connect()
    writer.write(GET.replace(b"GET", b"HEAD") + GET.replace(b"/x", b"/none") + GET)
    assert b"Content-Length: 4\r\n" in await reader.readuntil(b"\r\n\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204 No Content\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 OK\r\n")
    assert await reader.readexactly(4) == b"done"


async def test_reading_stops_while_too_many_requests_wait(connect, server, application):
    reader, writer = await connect()
    writer.write(GET * 17)
    await application.arrived.wait()
    connection = next(iter(server._connections))
    assert not connection._transport.is_reading()
    application.release.set()
    for _ in range(17):
        await reader.readuntil(b"done")
    assert connection._transport.is_reading()


async def test_http_1_0_is_answered_once(connect, server, application):
    application.release.set()
    reader, writer = await connect()
    writer.write(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert (await reader.read()).endswith(b"\r\n\r\ndone")


async def test_an_answer_for_a_client_that_has_left_is_dropped(connect, server, application):
    _, writer = await connect()
    writer.write(GET)
    await application.arrived.wait()
    writer.transport.abort()
    application.release.set()
    await asyncio.wait_for(server._all_closed.wait(), 60)
    again = await connect()
    again[1].write(GET)
    assert (await again[0].readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_bodies_of_all_connections_are_bounded_together(connect, server, application):
    server.limits = Limits(buffered_max_bytes=100, idle_seconds=5)
    post = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n" + b"x" * 101
    held, refused = await connect(), await connect()
    held[1].write(post)
    await application.arrived.wait()
    refused[1].write(post)
    assert (await refused[0].read()).startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    application.release.set()
    assert (await held[0].readuntil(b"done")).startswith(b"HTTP/1.1 200")
    held[1].write(post)
    assert (await held[0].readuntil(b"done")).startswith(b"HTTP/1.1 200")
    assert server.buffered_bytes == 0


async def test_a_port_is_known_only_while_listening(server):
    assert server.port > 0
    await server.drain(0)
    with pytest.raises(RuntimeError):
        assert server.port

"""Raw sockets against a listening server: whatever is sent, AWS's codes come back, and the server lives."""

import asyncio
import json
import random
import socket

import pytest

from podium.api.connection import Limits
from podium.api.server import listen

LIMITS = Limits(
    connections_max=8,
    turned_away_max=4,
    head_max_bytes=16_384,
    discard_max_bytes=16 * 1024 * 1024,
    head_seconds=0.05,
    body_seconds=0.3,
    idle_seconds=0.5,
    write_seconds=0.2,
    sweep_seconds=0.01,
)
TARGET = b"X-Amz-Target: AWSStepFunctions."


@pytest.fixture
async def server(app):
    server = await listen(app, port=0, limits=LIMITS)
    yield server
    alive = await exchange(server, b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert alive.status == 200
    await server.drain(1)
    assert server.buffered_bytes == 0


class Answer:
    """The first response of what a connection received, and the rest."""

    def __init__(self, received):
        head, _, rest = received.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        self.status = int(lines[0].split()[1]) if head else 0
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        length = int(self.headers.get("content-length", 0))
        self.body, self.rest = rest[:length], rest[length:]

    @property
    def error(self):
        return json.loads(self.body)["__type"].partition("#")[2]


async def exchange(server, *pieces, half_close=False):
    """Send the pieces and read until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if half_close:
            writer.write_eof()
        return Answer(await asyncio.wait_for(reader.read(), 60))
    finally:
        writer.close()


def post(operation, body, *headers, close=True):
    lines = [b"POST / HTTP/1.1", b"Host: x", TARGET + operation, b"Content-Length: %d" % len(body), *headers]
    if close:
        lines.append(b"Connection: close")
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"not json",
        b'{"a":1}{',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'"\\ud800"',
        b"null",
        b'{"maxResults": 1e999}',
        b"NaN",
    ],
    ids=["open", "words", "twice", "not UTF-8", "nested", "nested objects", "surrogate", "null", "infinity", "nan"],
)
async def test_a_body_that_cant_be_read(server, body):
    answer = await exchange(server, post(b"ListStateMachines", body))
    assert (answer.status, answer.error) == (400, "SerializationException")
    assert answer.headers["content-type"] == "application/x-amz-json-1.0"
    assert answer.headers["x-amzn-requestid"]


@pytest.mark.parametrize("operation", [b"NoSuchOperation", b"", b"listStateMachines", b"ListStateMachines ; x"])
async def test_an_unknown_target(server, operation):
    answer = await exchange(server, post(operation, b"{}"))
    assert (answer.status, answer.error) == (400, "UnknownOperationException")


async def test_no_target(server):
    answer = await exchange(server, b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")
    assert (answer.status, answer.error) == (400, "UnknownOperationException")


@pytest.mark.parametrize("size", [10 * 1024 * 1024, 4 * 1024 * 1024 + 1])
async def test_a_body_too_large_is_read_to_its_end_and_refused(server, size):
    answer = await exchange(server, post(b"StartExecution", b"x" * size))
    assert (answer.status, answer.error) == (413, "RequestEntityTooLargeException")


async def test_a_chunked_body_too_large_is_refused(server):
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n" + TARGET + b"A\r\n\r\n"
    answer = await exchange(server, head, *[chunk] * 80, b"0\r\n\r\n")
    assert (answer.status, answer.error) == (413, "RequestEntityTooLargeException")


async def test_a_body_longer_than_is_worth_reading_is_refused_at_once(server):
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n" + TARGET + b"StartExecution\r\n\r\n"
    answer = await exchange(server, head)
    assert (answer.status, answer.error) == (413, "RequestEntityTooLargeException")
    assert answer.headers["connection"] == "close"


async def test_an_endless_chunked_body_is_cut_off(server):
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + TARGET + b"A\r\n\r\n"
    answer = await exchange(server, head, *[chunk] * 257)
    assert answer.status == 413


@pytest.mark.parametrize(
    "body",
    [b'{"name": 1}', b'{"name": []}', b'{"name": {}}', b"[]", b'"text"', b"1", b'{"tags": {}}', b'{"tags": [1]}'],
)
async def test_wrong_types(server, body):
    answer = await exchange(server, post(b"CreateStateMachine", body))
    assert (answer.status, answer.error) == (400, "SerializationException")


async def test_a_small_chunked_body_is_put_together(server):
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n" + TARGET
    answer = await exchange(server, head + b"ListStateMachines\r\n\r\n", b"1\r\n{\r\n", b"1;x=y\r\n}\r\n", b"0\r\n\r\n")
    assert (answer.status, answer.body) == (200, b'{"stateMachines":[]}')


async def test_a_trailer_is_not_taken_for_a_header(server):
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = await exchange(server, head, b"2\r\n{}\r\n0\r\n" + TARGET + b"ListStateMachines\r\n\r\n")
    assert answer.error == "UnknownOperationException"


async def test_an_endless_trailer_is_cut_off(server):
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: "
    answer = await exchange(server, head, *[b"a" * 100_000] * 8)
    assert answer.status == 431


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"], ids=["unfinished", "finished"])
async def test_a_head_too_large(server, end):
    answer = await exchange(server, b"POST / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 40_000 + end)
    assert answer.status == 431


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"HELLO\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"POST / HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nBad Header: 1\r\n\r\n",
        b"POST / HTTP/9.9\r\n\r\n",
    ],
)
async def test_what_is_not_http(server, request_bytes):
    answer = await exchange(server, request_bytes)
    assert answer.status == 400
    assert answer.headers["connection"] == "close"


async def test_a_truncated_request_gets_no_answer_and_leaves_nothing_behind(server):
    answer = await exchange(server, post(b"ListStateMachines", b"{}")[:-1], half_close=True)
    assert answer.status == 0


async def test_a_client_that_closes_its_side_still_gets_its_answer(server):
    answer = await exchange(server, post(b"ListStateMachines", b"{}", close=False), half_close=True)
    assert answer.status == 200


class Held:
    """An application that handles nothing before it is told to."""

    def __init__(self, application):
        self._application = application
        self.told = asyncio.Event()

    def __getattr__(self, name):
        return getattr(self._application, name)

    async def __call__(self, request):
        await self.told.wait()
        return await self._application(request)


async def test_a_client_that_closed_its_side_before_its_answer_holds_no_connection_after_it(server, monkeypatch):
    held = Held(server.application)
    monkeypatch.setattr(server, "application", held)
    for _ in range(LIMITS.connections_max + 1):
        held.told.clear()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(post(b"ListStateMachines", b"{}", close=False) + b"POST / HT")
        writer.write_eof()
        await turns()
        held.told.set()
        assert Answer(await asyncio.wait_for(reader.read(), 60)).status == 200
        writer.close()
        await writer.wait_closed()


async def turns():
    """Let the loop look at its sockets: what was sent on this machine has arrived."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.mark.parametrize("sent", [b"POST / HT", post(b"ListStateMachines", b"{}")[:-1]], ids=["head", "body"])
async def test_slow_senders_are_told_and_closed(server, sent):
    answer = await exchange(server, sent)
    assert answer.status == 408


async def test_pipelined_requests_are_answered_in_order(server):
    requests = [post(b"ListStateMachines", b"{}", close=False), post(b"Unknown", b"{}", close=False)] * 20
    first = await exchange(server, b"".join(requests), post(b"ListStateMachines", b"{}"))
    statuses, answer = [], first
    while answer.status:
        statuses.append(answer.status)
        answer = Answer(answer.rest)
    assert statuses == [200, 400] * 20 + [200]


async def test_a_client_that_waits_for_continue_is_asked_for_the_body(server):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    request = post(b"ListStateMachines", b"{}", b"Expect: 100-continue")
    writer.write(request[:-2])
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(request[-2:])
    assert Answer(await reader.read()).status == 200
    writer.close()


async def test_a_client_that_waits_for_continue_with_too_large_a_body_is_not_asked(server):
    request = post(b"ListStateMachines", b"x" * 5_000_000, b"Expect: 100-continue").partition(b"\r\n\r\n")[0]
    answer = await exchange(server, request + b"\r\n\r\n")
    assert answer.status == 413


@pytest.fixture
async def full_server(server):
    """One that has all the connections it takes."""
    held = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(LIMITS.connections_max)]
    for _, writer in held:
        writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
    for reader, _ in held:
        await reader.readuntil(b"ok\n")
    yield server
    for _, writer in held:
        writer.close()
    for reader, writer in held:
        assert await reader.read() == b""
        await writer.wait_closed()


async def test_connections_beyond_the_bound_are_turned_away(full_server):
    assert (await exchange(full_server)).status == 503


def connect_and_send(server):
    """A connection that has sent before the server's loop gets to see it."""
    client = socket.create_connection(("127.0.0.1", server.port))
    client.sendall(post(b"ListStateMachines", b" " * 10_000))
    client.settimeout(60)
    return client


def received_by(client):
    with client:
        received = b""
        while data := client.recv(4096):
            received += data
        return received


async def test_what_turned_away_clients_have_sent_does_not_cost_them_their_answer(full_server):
    clients = [connect_and_send(full_server) for _ in range(LIMITS.turned_away_max)]
    for answer in await asyncio.gather(*[asyncio.to_thread(received_by, client) for client in clients]):
        assert Answer(answer).status == 503


async def test_no_more_turned_away_clients_than_a_bound_are_waited_for(full_server):
    clients = [connect_and_send(full_server) for _ in range(LIMITS.turned_away_max + 1)]
    with pytest.raises(ConnectionResetError):
        await asyncio.to_thread(received_by, clients.pop())
    for client in clients:
        client.close()


async def test_upgrades_are_ignored(server):
    answer = await exchange(
        server, post(b"ListStateMachines", b"{}", b"Upgrade: h2c", b"HTTP2-Settings: x", b"Connection: Upgrade")
    )
    assert answer.status == 200


async def test_names_with_control_characters_come_back_as_data_not_as_headers(server):
    body = json.dumps({"name": "a\r\nX-Injected: 1", "definition": "{}", "roleArn": "r"}).encode()
    answer = await exchange(server, post(b"CreateStateMachine", body))
    assert answer.error == "InvalidName"
    assert "x-injected" not in answer.headers


async def test_requests_with_bytes_changed_lost_or_added_are_answered_or_dropped_and_nothing_fails(server, caplog):
    chance = random.Random(7)
    body = json.dumps({"name": "m", "definition": "{}", "roleArn": "arn:aws:iam::000000000000:role/r"}).encode()
    for _ in range(300):
        sent = bytearray(post(b"CreateStateMachine", body, close=False) + post(b"ListStateMachines", b"{}"))
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(sent))
            length = chance.choice((0, 1, 1, 30))
            sent[place : place + length] = chance.randbytes(chance.choice((0, 1, 1, 30)))
        answer = await exchange(server, bytes(sent), half_close=True)
        assert answer.status in (0, 200, 400, 404, 408, 413, 431)
    assert not caplog.records

"""The Lambda Runtime API, spoken over one connection."""

import pytest

from podium.functions.errors import MAX_RESPONSE_BYTES
from podium.functions.lambda_runtime.api import RuntimeApiConnection


class Served:
    def __init__(self, transport):
        self.transport = transport
        self.heard = []
        self.reply = None
        self.is_its_turn = True
        self.known = {"r-1"}
        self.finish = lambda: self.heard.append("told" if self.transport.written else "kept waiting")

    def next_invocation(self, reply):
        self.heard.append("next")
        self.reply = reply
        return self.is_its_turn

    def gone(self, reply):
        self.heard.append("gone" if reply == self.reply else "somebody is gone")

    def answered(self, request_id, payload, *, failed):
        self.heard.append((request_id, payload, failed))
        return self.finish if request_id in self.known else None

    def answer_too_large(self, request_id):
        self.heard.append((request_id, "too large"))
        return self.finish if request_id in self.known else None

    def init_failed(self, payload):
        self.heard.append(("init", payload))


class Transport:
    def __init__(self):
        self.written = b""
        self.closed = False

    def write(self, data):
        self.written += data

    def close(self):
        self.closed = True


@pytest.fixture
def transport():
    return Transport()


@pytest.fixture
def served(transport):
    return Served(transport)


@pytest.fixture
def connection(served, transport):
    connection = RuntimeApiConnection(served, lambda lost: served.heard.append("lost"))
    connection.connection_made(transport)
    return connection


def post(path, body=b"{}", headers=""):
    return (
        f"POST /2018-06-01/runtime/{path} HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


NEXT = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n"


def status(transport):
    return int(transport.written.split(b" ", 2)[1])


def test_next_is_held_until_there_is_work(connection, served, transport):
    connection.data_received(NEXT)
    assert served.heard == ["next"]
    assert transport.written == b""
    served.reply(b'{"a":1}', {"Lambda-Runtime-Aws-Request-Id": "r-1"})
    head, _, body = transport.written.partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 200 OK",
        b"Content-Type: application/json",
        b"Content-Length: 7",
        b"Lambda-Runtime-Aws-Request-Id: r-1",
    ]
    assert body == b'{"a":1}'


@pytest.mark.parametrize(("what", "failed"), [("response", False), ("error", True)])
def test_results_are_taken(connection, served, transport, what, failed):
    connection.data_received(post(f"invocation/r-1/{what}", b'{"x": 1}'))
    assert served.heard == [("r-1", b'{"x": 1}', failed), "told"]
    assert status(transport) == 202


def test_requests_may_arrive_byte_by_byte_and_follow_each_other(connection, served, transport):
    for byte in post("invocation/r-1/response", b"[1, 2]") + NEXT:
        connection.data_received(bytes([byte]))
    assert served.heard == [("r-1", b"[1, 2]", False), "told", "next"]


def test_a_result_of_another_invocation_is_refused(connection, transport):
    connection.data_received(post("invocation/other/response"))
    assert status(transport) == 400


def test_a_result_over_the_limit_is_not_kept(connection, served, transport):
    connection.data_received(post("invocation/r-1/response", b"x" * (MAX_RESPONSE_BYTES + 1)))
    assert served.heard == [("r-1", "too large"), "told"]
    assert status(transport) == 413


def test_an_init_error_is_passed_on(connection, served, transport):
    connection.data_received(post("init/error", b'{"errorType": "Runtime.ImportModuleError"}'))
    assert served.heard == [("init", b'{"errorType": "Runtime.ImportModuleError"}')]
    assert status(transport) == 202


@pytest.mark.parametrize("path", ["invocation/r-1/something", "extension/register", "invocation/next"])
def test_other_paths_are_unknown(connection, served, transport, path):
    connection.data_received(post(path))
    assert served.heard == []
    assert status(transport) == 404


def test_a_client_that_waits_for_leave_to_send_gets_it(connection, transport):
    connection.data_received(post("invocation/r-1/response", b"", "Expect: 100-continue\r\n"))
    assert transport.written.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202")


def test_what_is_not_http_ends_the_connection(connection, transport):
    connection.data_received(b"\x16\x03\x01 hello\r\n\r\n")
    assert transport.closed


def test_next_out_of_turn_is_refused(connection, served, transport):
    served.is_its_turn = False
    connection.data_received(NEXT)
    assert status(transport) == 403
    assert b'"errorType":"InvalidStateTransition"' in transport.written


def test_the_end_of_a_connection_is_told(connection, served):
    connection.data_received(NEXT)
    connection.connection_lost(None)
    assert served.heard == ["next", "gone", "lost"]
    # Nobody is there to hear it, and that is no fault.
    served.reply(b"{}", {})


def test_a_path_without_end_is_not_kept(connection, transport):
    connection.data_received(b"GET /2018-06-01/runtime/")
    for _ in range(1_000):
        connection.data_received(b"x" * 1_000)
    assert len(connection._path) <= 1024
    connection.data_received(b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert status(transport) == 404

"""Puts load on a server, a Step Functions endpoint above all, without being the limit itself.

Requests are encoded once; only the execution's name is written anew into each. Connections are raw sockets that
are kept open where the server lets them. Completion is seen by draining: when no execution is RUNNING any more.
What the driver reaches at most is a benchmark of its own (`driver_ceiling`).
"""

import asyncio
import itertools
import json
import time
import urllib.request
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from benchmarks.workloads import Definition

HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/states/aws4_request,"
    " SignedHeaders=host;x-amz-date, Signature=00",
    "X-Amz-Date": "20260101T000000Z",
}
NAME = b"n" * 32
"""Stands for the execution's name."""
DRAIN_SECONDS = 120


def call(url: str, operation: str, **parameters: Any) -> Any:
    """One API call, its answer decoded."""
    headers = {**HEADERS, "X-Amz-Target": f"AWSStepFunctions.{operation}"}
    request = urllib.request.Request(url, json.dumps(parameters).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"{}")


def create(url: str, name: str, definition: Definition, type: str = "STANDARD") -> str:
    """Create a state machine and return its ARN."""
    role = "arn:aws:iam::000000000000:role/benchmark"
    text = json.dumps(definition)
    return str(call(url, "CreateStateMachine", name=name, definition=text, roleArn=role, type=type)["stateMachineArn"])


def any_with(url: str, machine_arn: str, status: str) -> bool:
    """Whether any execution of the machine has this status."""
    listed = call(url, "ListExecutions", stateMachineArn=machine_arn, statusFilter=status, maxResults=1)
    return bool(listed["executions"])


def wait_until_drained(url: str, machine_arn: str, pause_seconds: float) -> None:
    """Ask until no execution of the machine is RUNNING.

    Raises:
        RuntimeError: some still are after DRAIN_SECONDS.
    """
    end = time.monotonic() + DRAIN_SECONDS
    while any_with(url, machine_arn, "RUNNING"):
        if time.monotonic() > end:
            raise RuntimeError(f"executions still run after {DRAIN_SECONDS} s")
        time.sleep(pause_seconds)


def all_succeeded(url: str, machine_arn: str) -> bool:
    """Whether all executions have; drained says nothing of how they ended."""
    return any_with(url, machine_arn, "SUCCEEDED") and not any(
        any_with(url, machine_arn, status) for status in ("FAILED", "TIMED_OUT", "ABORTED")
    )


@dataclass
class Load:
    """What came of a load."""

    executions: int
    """Answered requests."""
    seconds: float
    """From the first request until the last was answered, or none was running."""
    latencies: list[float]
    """Seconds per request, sorted."""

    def latency_ms(self, quantile: float) -> float:
        """Of a request."""
        return 1e3 * self.latencies[min(len(self.latencies) - 1, int(quantile * len(self.latencies)))]


async def start_executions(
    url: str,
    machine_arn: str,
    input: bytes,
    *,
    connections: int,
    seconds: float = 60.0,
    count: int | None = None,
    drain: bool = True,
    drain_pause_seconds: float = 0.02,
) -> Load:
    """Start executions over so many connections, each one request at a time, for a time or until a count.

    Raises:
        RuntimeError: a request was refused, or an execution did not succeed.
    """
    request = start_request(url, machine_arn, input)
    load = await exchange(url, request, connections=connections, seconds=seconds, count=count)
    begun = time.perf_counter()
    if drain:
        await asyncio.to_thread(wait_until_drained, url, machine_arn, drain_pause_seconds)
    taken = load.seconds + time.perf_counter() - begun
    if drain and load.executions and not all_succeeded(url, machine_arn):
        raise RuntimeError(f"not every execution of {machine_arn} succeeded")
    return Load(load.executions, taken, load.latencies)


async def exchange(
    url: str, request: bytes, *, connections: int, seconds: float = 60.0, count: int | None = None, first: int = 0
) -> Load:
    """Send a request over and over on so many connections, each one at a time, for a time or until a count.

    Where the request holds NAME, every sending has a name of its own: their numbers, from `first`.

    Raises:
        RuntimeError: a request was refused.
    """
    numbers = itertools.count(first)
    latencies: list[float] = []
    parts = urlsplit(url)
    opened = [_Connection(parts.hostname or "", parts.port or 80) for _ in range(connections)]
    await asyncio.gather(*[connection.open() for connection in opened])
    begun = time.perf_counter()
    stop = begun + seconds

    async def one_after_the_other(connection: _Connection) -> None:
        try:
            while (number := next(numbers)) - first < (count or 1 << 60) and (sent := time.perf_counter()) < stop:
                await connection.exchange(request.replace(NAME, b"%032x" % number))
                latencies.append(time.perf_counter() - sent)
        finally:
            connection.close()

    await asyncio.gather(*[one_after_the_other(connection) for connection in opened])
    return Load(len(latencies), time.perf_counter() - begun, sorted(latencies))


def start_request(url: str, machine_arn: str, input: bytes, operation: str = "StartExecution") -> bytes:
    """A whole request that starts an execution, with NAME for its name."""
    body = json.dumps({"stateMachineArn": machine_arn, "input": input.decode(), "name": NAME.decode()}).encode()
    return post(url, "/", {**HEADERS, "X-Amz-Target": f"AWSStepFunctions.{operation}"}, body)


def post(url: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    """A whole POST request, its head included."""
    all_headers = {"Host": urlsplit(url).netloc, **headers, "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in all_headers.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


class _Connection:
    """One request at a time; opened again when the server has closed it."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._stream: _Stream | None = None

    async def open(self) -> "_Stream":
        """Connect, also ahead of the first request."""
        loop = asyncio.get_running_loop()
        _, self._stream = await loop.create_connection(_Stream, self._host, self._port)
        return self._stream

    async def exchange(self, request: bytes) -> None:
        """Send and wait for the whole answer.

        Raises:
            RuntimeError: the answer is not a 200, or the server closed the connection instead.
        """
        if self._stream is None or self._stream.transport.is_closing():
            self._stream = await self.open()
        answer = await self._stream.send(request)
        if answer[9:12] != b"200":
            raise RuntimeError(f"refused: {answer[:600]!r}")

    def close(self) -> None:
        """No more requests."""
        if self._stream is not None:
            self._stream.transport.close()


class _Stream(asyncio.Protocol):
    """An open connection and the answer that is arriving on it."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._received = b""
        self._answered: asyncio.Future[bytes] | None = None

    def send(self, request: bytes) -> "asyncio.Future[bytes]":
        """The answer to come."""
        self._received = b""
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answered

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Resolve the exchange once head and body are whole."""
        self._received += data
        head_end = self._received.find(b"\r\n\r\n")
        if head_end < 0 or self._answered is None or self._answered.done():
            return
        head = self._received[:head_end].lower()
        if b"\r\ntransfer-encoding: chunked" in head:
            whole = self._received.endswith(b"\r\n0\r\n\r\n")
        else:
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            whole = len(self._received) >= head_end + 4 + length
        if not whole:
            return
        if b"connection: close" in head:
            self.transport.close()
        self._answered.set_result(self._received)

    def connection_lost(self, error: Exception | None) -> None:
        """A request under way will not be answered."""
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(RuntimeError(f"the server closed the connection: {error}"))

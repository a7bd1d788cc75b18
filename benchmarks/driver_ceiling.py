"""What the driver itself reaches against a server that does nothing: no HTTP figure can be above it."""

import asyncio
import multiprocessing
import time
from functools import partial
from multiprocessing.connection import Connection
from typing import cast

import uvloop

from benchmarks.http_driver import exchange, start_request
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import INPUT, STEPS

TITLE = "The driver's own ceiling: a server that answers every request at once, with the same bytes"
CONNECTIONS = (1, 64, 512)
ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:measured"
BODY = b'{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:measured:%032x","startDate":1.7e9}' % 0
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


def measurements(options: Options) -> list[Measurement]:
    """One per number of connections that other benchmarks use."""
    includes = "the same requests and the same driver as for StartExecution; the server shares the cores"
    return [
        Measurement(f"c={connections}", partial(run, connections, options.seconds / 2), includes)
        for connections in CONNECTIONS
    ]


def run(connections: int, seconds: float) -> Figures:
    """Drive the trivial server."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        url = f"http://127.0.0.1:{ours.recv()}"
        begun = time.process_time()
        load = uvloop.run(exchange(url, start_request(url, ARN, INPUT), connections=connections, seconds=seconds))
        taken = time.process_time() - begun
    finally:
        process.terminate()
        process.join()
    return {
        "requests/s": load.executions / load.seconds,
        "that is, steps/s of ten each": STEPS * load.executions / load.seconds,
        "requests per CPU second of the driver": load.executions / taken,
    }


def _serve(told: Connection) -> None:
    uvloop.run(_answer_for_ever(told))


async def _answer_for_ever(told: Connection) -> None:
    server = await asyncio.get_running_loop().create_server(_Trivial, "127.0.0.1", 0)
    told.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


class _Trivial(asyncio.Protocol):
    """Answers whatever arrives: the driver sends a request in one piece and waits."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer."""
        self._transport.write(ANSWER)

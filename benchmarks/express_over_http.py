"""StartSyncExecution over HTTP: an Express execution in the answer of one request."""

from functools import partial
from pathlib import Path

import uvloop

from benchmarks import servers
from benchmarks.http_driver import create, exchange, start_request
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import INPUT, PASS_FIVE_FIELDS

TITLE = "Over HTTP: StartSyncExecution, ten Pass states with all I/O fields"
WARM_UPS = 200


def measurements(options: Options) -> list[Measurement]:
    """One at a time, and many."""
    includes = "request, validation, ten states, answer; nothing is stored; driver on the same cores"
    return [
        Measurement(f"c={connections}", partial(run, connections, options.seconds, options.data), includes, targets)
        for connections, targets in (
            (1, {"p50 ms": "<= 0.3"}),
            (64, {"executions per CPU second of the server": ">= 12,000"}),
        )
    ]


def run(connections: int, seconds: float, data: Path) -> Figures:
    """Ask for executions for some seconds."""
    with servers.podium(data) as server:
        arn = create(server.url, "measured", PASS_FIVE_FIELDS, "EXPRESS")
        request = start_request(server.url, arn, INPUT, "StartSyncExecution")
        uvloop.run(exchange(server.url, request, connections=1, count=WARM_UPS))
        begun = server.cpu_seconds()
        load = uvloop.run(exchange(server.url, request, connections=connections, seconds=seconds))
        taken = server.cpu_seconds() - begun
    return {
        "executions/s": load.executions / load.seconds,
        "executions per CPU second of the server": load.executions / taken,
        "p50 ms": load.latency_ms(0.5),
        "p99 ms": load.latency_ms(0.99),
    }

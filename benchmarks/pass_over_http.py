"""Ten Pass states over HTTP, beside moto's server doing the same in memory."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import uvloop

from benchmarks import servers
from benchmarks.http_driver import create, start_executions
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import INPUT, PASS_RESULT, STEPS, Definition

TITLE = "Over HTTP: ten Pass states with Result and ResultPath"
CONNECTIONS = (64, 512)
OURS = "request, validation, ten states, fsync before the answer; driver on the same cores"
MOTOS = "request, ten states in a thread, nothing durable; driver on the same cores"


def measurements(options: Options) -> list[Measurement]:
    """Podium and moto by turns."""
    found = []
    for connections in CONNECTIONS:
        # A thread per request and per execution: more connections than the fewest only make moto stall.
        python = options.moto_python if connections == CONNECTIONS[0] else None
        peer = f"moto, c={connections}" if python else None
        run_it = partial(run, partial(servers.podium, options.data), PASS_RESULT, connections, options.seconds)
        targets = {"ratio": ">= 30"} if peer else {}
        found.append(Measurement(f"podium, c={connections}", run_it, OURS, targets, peer))
        if python and peer:
            run_it = partial(run, partial(servers.moto, python), PASS_RESULT, connections, options.seconds)
            found.append(Measurement(peer, run_it, MOTOS))
    return found


def run(
    start_server: Callable[[], AbstractContextManager[servers.Server]],
    definition: Definition,
    connections: int,
    seconds: float,
) -> Figures:
    """Start executions for some seconds, then wait until none is running; the rate counts all of that time."""
    with start_server() as server:
        arn = create(server.url, "measured", definition)
        load = uvloop.run(start_executions(server.url, arn, INPUT, connections=connections, seconds=seconds))
    return {
        "steps/s": STEPS * load.executions / load.seconds,
        "StartExecution p50 ms": load.latency_ms(0.5),
        "StartExecution p99 ms": load.latency_ms(0.99),
    }

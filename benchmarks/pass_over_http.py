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
TARGETS = {64: ">= 50,000", 512: ">= 80,000"}
"""Steps/s by connections."""
MOTOS_CONNECTIONS = 64
"""A thread per request and per execution: more connections only make moto stall."""
OURS = "request, validation, ten states, fsync before the answer; driver on the same cores"
MOTOS = "request, ten states in a thread, nothing durable; driver on the same cores"


def measurements(options: Options) -> list[Measurement]:
    """Podium and moto by turns."""
    found = []
    python = options.peers.moto_python
    moto = f"moto, c={MOTOS_CONNECTIONS}"
    for connections, target in TARGETS.items():
        run_it = partial(run, partial(servers.podium, options.data), PASS_RESULT, connections, options.seconds)
        name = f"Podium, c={connections}"
        targets = {"steps/s": target, f"times {moto}": ">= 100"}
        found.append(Measurement(name, run_it, OURS, targets, (moto,), bar=name))
    if python:
        run_it = partial(run, partial(servers.moto, python), PASS_RESULT, MOTOS_CONNECTIONS, options.seconds)
        found.append(Measurement(moto, run_it, MOTOS, bar=moto))
    return found


def run(
    start_server: Callable[[], AbstractContextManager[servers.Server]],
    definition: Definition,
    connections: int,
    seconds: float,
    count: int | None = None,
) -> Figures:
    """Start executions for some seconds or up to a count, then wait until none is running; the rate counts it all."""
    with start_server() as server:
        arn = create(server.url, "measured", definition)
        begun = server.cpu_seconds()
        one = start_executions(server.url, arn, INPUT, connections=connections, seconds=seconds, count=count)
        load = uvloop.run(one)
        cpu = server.cpu_seconds() - begun
    return {
        "steps/s": STEPS * load.executions / load.seconds,
        "steps per CPU second of the server": STEPS * load.executions / cpu,
        "StartExecution p50 ms": load.latency_ms(0.5),
        "StartExecution p99 ms": load.latency_ms(0.99),
    }

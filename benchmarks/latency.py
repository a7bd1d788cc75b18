"""One state, start to finish, one at a time: how far from the disk's own latency."""

from functools import partial
from pathlib import Path

import uvloop

from benchmarks import servers
from benchmarks.disk import fdatasync_seconds
from benchmarks.http_driver import create, start_executions
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import INPUT, PASS_ONCE

TITLE = "Latency: one Pass state, start to finish, c=1, over HTTP"


def measurements(options: Options) -> list[Measurement]:
    """Latency beside the disk's."""
    run_it = partial(run, options.seconds, options.data)
    includes = "the answer of StartExecution: the execution ends in the decision that starts it, durable by then"
    return [Measurement("start to finish", run_it, includes, {"p50 ms above fdatasync": "<= 1"})]


def run(seconds: float, data: Path) -> Figures:
    """Start executions one after the other; the disk is measured before and after."""
    taken = fdatasync_seconds(data)
    with servers.podium(data) as server:
        arn = create(server.url, "measured", PASS_ONCE)
        load = uvloop.run(start_executions(server.url, arn, INPUT, connections=1, seconds=seconds))
    taken = sorted(taken + fdatasync_seconds(data))
    fdatasync_ms = 1e3 * taken[len(taken) // 2]
    return {
        "p50 ms": load.latency_ms(0.5),
        "p99 ms": load.latency_ms(0.99),
        "p50 ms above fdatasync": load.latency_ms(0.5) - fdatasync_ms,
        "fdatasync p50 ms": fdatasync_ms,
        "fdatasync p99 ms": 1e3 * taken[len(taken) * 99 // 100],
    }

"""A million executions that wait an hour: memory over an idle server, disk, and a start with all of them there."""

import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks import servers
from benchmarks.disk import bytes_in
from benchmarks.http_driver import create, start_executions
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import INPUT, WAIT_AN_HOUR

TITLE = "A million executions that wait an hour"
COUNT = 1_000_000
LEAST = 1_000
CONNECTIONS = 64
SETTLE_SECONDS = 2.0
STARTS_PER_SECOND_AT_LEAST = 500
"""Slower is a failure: the run is stopped."""


def measurements(options: Options) -> list[Measurement]:
    """One, smaller with a scale below 1."""
    count = max(LEAST, int(COUNT * options.scale))
    return [
        Measurement(
            f"{count:,} waiting",
            partial(run, count, options.data),
            "started over HTTP, c=64, limits open; resident set against the same server idle before; SIGTERM, then"
            " a second server on the same directory until it answers",
            {"MiB resident over idle": "<= 64", "KiB on disk each": "<= 1.5", "s to start with them": "<= 10"},
            seconds_at_most=120 + 2 * count / STARTS_PER_SECOND_AT_LEAST,
        )
    ]


def run(count: int, data: Path) -> Figures:
    """Start them, end the server, start another."""
    with TemporaryDirectory(dir=data, prefix="podium-bench-") as name:
        directory = Path(name)
        with servers.podium_on(directory, limits="open") as server:
            arn = create(server.url, "waiting", WAIT_AN_HOUR)
            idle = server.resident_bytes()
            load = uvloop.run(
                start_executions(server.url, arn, INPUT, connections=CONNECTIONS, seconds=1e6, count=count, drain=False)
            )
            time.sleep(SETTLE_SECONDS)
            waiting = server.resident_bytes()
        on_disk = bytes_in(directory)
        begun = time.perf_counter()
        with servers.podium_on(directory, limits="open") as server:
            started = time.perf_counter() - begun
            time.sleep(SETTLE_SECONDS)
            restarted = server.resident_bytes()
    return {
        "MiB resident over idle": (waiting - idle) / 2**20,
        "MiB resident over idle, restarted": (restarted - idle) / 2**20,
        "KiB on disk each": on_disk / count / 1024,
        "s to start with them": started,
        "started/s": load.executions / load.seconds,
    }

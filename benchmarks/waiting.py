"""Executions that wait an hour: what each costs in memory and on disk."""

import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks import servers
from benchmarks.disk import bytes_in
from benchmarks.http_driver import create, start_executions
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import INPUT, PASS_RESULT, WAIT_AN_HOUR

TITLE = "Executions that wait an hour"
COUNT = 10_000
WARM_UP = 50_000
"""Executions run to their end first: they fill what is bounded (SQLite's page caches, the allocator's arenas)."""
CONNECTIONS = 64
TARGETS = {"resident bytes each": "<= 2,048"}
SETTLE_SECONDS = 2.0


def measurements(options: Options) -> list[Measurement]:
    """On a server that has been used, and on one that has not."""
    count, warm_up = int(COUNT * options.scale), int(WARM_UP * options.scale)
    waits = f"{count:,} started over HTTP, c=64; growth of the server's resident set"
    return [
        Measurement(
            "warmed up",
            partial(run, count, warm_up, options.data),
            f"{waits} after {warm_up:,} ten-Pass executions have filled its caches",
            TARGETS,
        ),
        Measurement(
            "cold",
            partial(run, count, 0, options.data),
            f"{waits}, after one: SQLite's page caches (32 MiB each at most) fill meanwhile",
            TARGETS,
        ),
    ]


def run(count: int, warm_up: int, data: Path) -> Figures:
    """Start `count` executions that wait; a server that was not warmed up also tells the disk they take."""
    with TemporaryDirectory(dir=data, prefix="podium-bench-") as name:
        directory = Path(name)
        with servers.podium_on(directory) as server:
            arn = create(server.url, "waiting", WAIT_AN_HOUR)
            passing = create(server.url, "warm", PASS_RESULT)
        written = bytes_in(directory)
        with servers.podium_on(directory) as server:
            uvloop.run(start_executions(server.url, passing, INPUT, connections=CONNECTIONS, count=warm_up or 1))
            time.sleep(SETTLE_SECONDS)
            resident = server.resident_bytes()
            uvloop.run(start_executions(server.url, arn, INPUT, connections=CONNECTIONS, count=count, drain=False))
            time.sleep(SETTLE_SECONDS)
            resident = server.resident_bytes() - resident
        # The log is part of the disk while the server runs; as it stops, it is copied into the database.
        written = bytes_in(directory) - written
    figures = {"resident bytes each": resident / count}
    if not warm_up:
        figures["bytes on disk each"] = written / count
    return figures

"""An inline Map over Pass items: how long, and whether that grows as the items do."""

import json
from functools import partial
from pathlib import Path

import uvloop

from benchmarks import servers
from benchmarks.http_driver import create, start_executions
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import MAP_OF_PASSES

TITLE = "Inline Map of Pass items, over HTTP"
WARM_UPS = 3
PAUSE_SECONDS = 0.002


def measurements(options: Options) -> list[Measurement]:
    """1,000 items, and as many as AWS's history allows; more under open limits."""
    return [
        Measurement(
            f"{items:,} items" + (", limits open" if limits == "open" else ""),
            partial(run, items, limits, options.data),
            "StartExecution to none RUNNING, asked every 2 ms; a commit per slice of 256 events",
            {"seconds": "<= 0.15"} if items == 1000 else {},
        )
        for items, limits in ((1_000, "aws"), (6_000, "aws"), (10_000, "open"))
    ]


def run(items: int, limits: str, data: Path) -> Figures:
    """One execution alone on a warmed-up server."""
    with servers.podium(data, limits=limits) as server:
        arn = create(server.url, "warm", MAP_OF_PASSES)
        small = json.dumps({"items": list(range(10))}).encode()
        uvloop.run(start_executions(server.url, arn, small, connections=1, count=WARM_UPS))
        arn = create(server.url, "measured", MAP_OF_PASSES)
        text = json.dumps({"items": list(range(items))}).encode()
        one = start_executions(server.url, arn, text, connections=1, count=1, drain_pause_seconds=PAUSE_SECONDS)
        load = uvloop.run(one)
    return {"seconds": load.seconds, "ms per item": 1e3 * load.seconds / items}

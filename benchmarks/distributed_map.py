"""A distributed Map over more lines than belong in memory, with the server killed in the middle.

Every line is a number. When the run has ended, the result files must hold every number exactly once: a run that
lost or repeated one has failed.
"""

import json
import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import servers
from benchmarks.http_driver import call, create
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import Definition

TITLE = "A distributed Map over a JSONL file, killed in the middle"
COUNT = 1_000_000
BATCH = 100
KILLED_AT = 0.4
"""Of all items, those that have succeeded when the server is killed."""
POLL_SECONDS = 0.1
LONGEST_SECONDS = 900.0


def measurements(options: Options) -> list[Measurement]:
    """A million lines, fewer with a scale below 1."""
    count = max(BATCH * 20, int(COUNT * options.scale) // BATCH * BATCH)
    return [
        Measurement(
            f"{count:,} lines",
            partial(run, count, options.data),
            f"children of one Pass state and {BATCH} items each, result files; kill -9 when {KILLED_AT:.0%} of the"
            " items are through, then a second server until the end; resident is the greatest of both",
            {"MiB resident": "<= 400"},
            seconds_at_most=LONGEST_SECONDS,
        )
    ]


def definition() -> Definition:
    """One Map."""
    return {
        "StartAt": "Each",
        "States": {
            "Each": {
                "Type": "Map",
                "ItemReader": {
                    "Resource": "arn:aws:states:::s3:getObject",
                    "ReaderConfig": {"InputType": "JSONL"},
                    "Parameters": {"Bucket": "data", "Key": "lines.jsonl"},
                },
                "ItemBatcher": {"MaxItemsPerBatch": BATCH},
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                    "StartAt": "Pass",
                    "States": {"Pass": {"Type": "Pass", "End": True}},
                },
                "ResultWriter": {
                    "Resource": "arn:aws:states:::s3:putObject",
                    "Parameters": {"Bucket": "data", "Prefix": "results"},
                },
                "End": True,
            }
        },
    }


def run(count: int, data: Path) -> Figures:
    """Start, kill, start again, count."""
    with TemporaryDirectory(dir=data, prefix="podium-bench-") as name:
        directory, files = Path(name) / "data", Path(name) / "files"
        directory.mkdir()
        files.mkdir()
        with (files / "lines.jsonl").open("w") as lines:
            lines.writelines(f'{{"n": {number}}}\n' for number in range(count))
        settings = {"buckets": json.dumps({"data": files.as_uri()}), "limits": "open"}
        begun = time.perf_counter()
        with servers.podium_on(directory, **settings) as server:
            machine = create(server.url, "lines", definition())
            execution = call(server.url, "StartExecution", stateMachineArn=machine, input="{}")["executionArn"]
            resident = 0
            for succeeded in _progress(server, execution):
                resident = max(resident, server.resident_bytes())
                if succeeded >= KILLED_AT * count:
                    break
            os.kill(server.pid, signal.SIGKILL)
        until_killed = time.perf_counter() - begun
        begun = time.perf_counter()
        with servers.podium_on(directory, **settings) as server:
            seen_again = None
            for succeeded in _progress(server, execution):
                resident = max(resident, server.resident_bytes())
                if seen_again is None and succeeded:
                    seen_again = time.perf_counter() - begun
            status = call(server.url, "DescribeExecution", executionArn=execution)["status"]
        after = time.perf_counter() - begun
        _check(files / "results", count, status)
    return {
        "MiB resident": resident / 2**20,
        "items/s": count / (until_killed + after),
        "s until killed": until_killed,
        "s after that": after,
        "s until progress shows again": seen_again or after,
    }


def _progress(server: servers.Server, execution: str) -> Iterator[int]:
    """How many items have succeeded, until the Map Run has ended."""
    while True:
        runs: list[dict[str, Any]] = call(server.url, "ListMapRuns", executionArn=execution)["mapRuns"]
        if runs:
            described = call(server.url, "DescribeMapRun", mapRunArn=runs[0]["mapRunArn"])
            yield described["itemCounts"]["succeeded"]
            if described["status"] != "RUNNING":
                break
        time.sleep(POLL_SECONDS)
    while call(server.url, "DescribeExecution", executionArn=execution)["status"] == "RUNNING":
        time.sleep(POLL_SECONDS)


def _check(results: Path, count: int, status: str) -> None:
    """Every line exactly once.

    Raises:
        RuntimeError: the execution did not succeed, or a line is missing or there twice.
    """
    found = bytearray(count)
    for file in results.rglob("SUCCEEDED_*.json"):
        for child in json.loads(file.read_bytes()):
            for item in json.loads(child["Output"])["Items"]:
                found[item["n"]] += 1
    if status != "SUCCEEDED" or found != b"\x01" * count:
        once = found.count(1)
        raise RuntimeError(f"{status}; {once:,} of {count:,} lines are in the files once, {found.count(0):,} never")

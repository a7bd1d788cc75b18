"""`podium serve --processes N` beside one process: what a request takes of each process's core.

On a machine with as many cores as there are processes, the busiest process is the limit: a server reaches one over
what that process takes of CPU for a request. Where driver and server share fewer cores than that, requests/s say
less than what each took.
"""

import time
from functools import partial
from pathlib import Path
from typing import Final

import uvloop

from benchmarks import servers
from benchmarks.http_driver import HEADERS, call, create, exchange, post, start_request
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.workloads import INPUT, PASS_FIVE_FIELDS, PASS_RESULT

TITLE = "More than one process: --processes 1, 2 and 3"
PROCESSES: Final = (1, 2, 3)
CONNECTIONS: Final = 64
WARM_UPS: Final = 500
WORKLOADS: Final = {
    "StartExecution": "ten Pass states with Result and ResultPath, durable before the answer",
    "StartSyncExecution": "ten Pass states with all I/O fields; nothing is stored",
    "DescribeExecution": "of one closed execution",
}


def measurements(options: Options) -> list[Measurement]:
    """Every workload with each number of processes."""
    return [
        Measurement(
            f"{operation}, {count} process{'es' if count > 1 else ''}",
            partial(run, operation, count, options.seconds, options.data),
            f"{includes}; c={CONNECTIONS}, driver on the same cores",
            beside=() if count == 1 else (f"{operation}, 1 process",),
        )
        for operation, includes in WORKLOADS.items()
        for count in PROCESSES
    ]


def run(operation: str, processes: int, seconds: float, data: Path) -> Figures:
    """Ask for some seconds."""
    with servers.podium(data, processes=str(processes)) as server:
        request = _request(operation, server.url)
        front_ends = server.front_ends()
        uvloop.run(exchange(server.url, request, connections=CONNECTIONS, count=WARM_UPS))
        engine, front_end, driver = server.cpu_seconds(), _cpu_seconds(front_ends), time.process_time()
        measured = exchange(server.url, request, connections=CONNECTIONS, seconds=seconds, first=WARM_UPS)
        load = uvloop.run(measured)
        engine, driver = server.cpu_seconds() - engine, time.process_time() - driver
        front_end = _cpu_seconds(front_ends) - front_end
        resident = sum(each.resident_bytes() for each in front_ends)
    busiest = max(engine, front_end / max(len(front_ends), 1))
    figures = {
        "requests/s": load.executions / load.seconds,
        "engine CPU us/request": 1e6 * engine / load.executions,
        "front ends' CPU us/request": 1e6 * front_end / load.executions,
        "driver CPU us/request": 1e6 * driver / load.executions,
        "requests/s by the busiest process": load.executions / busiest,
        "p50 ms": load.latency_ms(0.5),
        "p99 ms": load.latency_ms(0.99),
    }
    if front_ends:
        figures["resident MiB per front end"] = resident / len(front_ends) / 2**20
    return figures


def _request(operation: str, url: str) -> bytes:
    if operation == "StartExecution":
        return start_request(url, create(url, "measured", PASS_RESULT), INPUT)
    if operation == "StartSyncExecution":
        return start_request(url, create(url, "measured", PASS_FIVE_FIELDS, "EXPRESS"), INPUT, operation)
    started = call(url, "StartExecution", stateMachineArn=create(url, "measured", PASS_RESULT), input=INPUT.decode())
    body = b'{"executionArn":"%s"}' % started["executionArn"].encode()
    return post(url, "/", {**HEADERS, "X-Amz-Target": f"AWSStepFunctions.{operation}"}, body)


def _cpu_seconds(processes: list[servers.Server]) -> float:
    return sum(process.cpu_seconds() for process in processes)

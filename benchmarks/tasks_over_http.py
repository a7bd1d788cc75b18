"""Ten steps that are calls, over HTTP: our Task states, beside engines whose steps are durable functions.

Only this comparison is like for like with engines that journal every step: Pass states share one decision.
"""

import base64
import io
import json
import urllib.request
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks import servers
from benchmarks.http_driver import HEADERS
from benchmarks.measurement import Measurement, Options
from benchmarks.pass_over_http import run
from benchmarks.peers import restate_server, scripts
from benchmarks.workloads import TASK_NO_OP

TITLE = "Over HTTP: ten Task steps, each a commit and a call of a no-op function"
CONNECTIONS = (64, 512)
TARGETS = {64: ">= 15,000 (6,000 where an fsync takes 2.5 ms)", 512: ">= 35,000 (25,000)"}
PACKAGED = {1: ">= 2,500", 4: ">= 5,000"}
"""Target in steps/s by processes of awslambdaric."""
PACKAGED_CONNECTIONS = 64
WARM_UPS = 32
PACKAGED_COUNT, PACKAGED_LEAST = 400, 60
"""All may be in flight at once, and a function has a queue of 1,000 invocations."""
OURS = "request, validation, eleven commits, ten calls of our worker, until all have ended; CPU without the worker"
RIC = "executions of ten steps, each step an invocation by awslambdaric, one at a time per process, all started before"
RESTATES = "a request that is answered when the tenth ctx.run is durable; server, service and driver on the same cores"
CALLING = "each step a call of a second service of the same process, durable"
DBOSES = "in DBOS's own process, no HTTP; its database is SQLite"


def measurements(options: Options) -> list[Measurement]:
    """Podium's two ways to run a function and the peers that are installed, by turns."""
    peers, seconds, data = options.peers, options.seconds, options.data
    server = partial(servers.podium, data, handlers=True)
    found = []
    packaged = max(PACKAGED_LEAST, int(PACKAGED_COUNT * options.scale))
    for connections in CONNECTIONS:
        name, run_it = f"Podium, c={connections}", partial(run, server, TASK_NO_OP, connections, seconds)
        node, python = (f"Restate + {sdk} SDK, c={connections}" for sdk in ("Node", "Python"))
        dbos = f"DBOS on SQLite, c={CONNECTIONS[0]}"
        targets = {"steps/s": TARGETS[connections], f"times {node}": ">= 5", f"times {python}": ">= 10"}
        found.append(Measurement(name, run_it, OURS, targets, (node, python, dbos), bar=name))
        for sdk, peer, there in (
            ("node", node, peers.restate_node_modules),
            ("python", python, peers.restate_python),
        ):
            if peers.restate_server and there:
                run_it = partial(restate_server.run, peers, sdk, "inline", connections, seconds, data)
                found.append(Measurement(peer, run_it, RESTATES, bar=peer))
    if peers.restate_server and peers.restate_node_modules:
        run_it = partial(restate_server.run, peers, "node", "calling", CONNECTIONS[0], seconds, data)
        found.append(Measurement(f"Restate + Node SDK, calling, c={CONNECTIONS[0]}", run_it, CALLING))
    if peers.dbos_python:
        found.append(Measurement(dbos, partial(scripts.dbos, peers, CONNECTIONS[0], seconds, data), DBOSES, bar=dbos))
    for processes, target in PACKAGED.items():
        run_it = partial(run, partial(_with_package, data, processes), TASK_NO_OP, PACKAGED_CONNECTIONS, 60.0, packaged)
        name = f"Podium, awslambdaric x{processes}, c={PACKAGED_CONNECTIONS}"
        found.append(Measurement(name, run_it, f"{packaged} {RIC}", {"steps/s": target}, bar=name))
    return found


@contextmanager
def _with_package(data: Path, processes: int) -> Iterator[servers.Server]:
    """A server with the no-op function uploaded, and so many processes for it."""
    with servers.podium(data, function_processes=str(processes)) as server:
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("handlers.py", servers.HANDLERS.read_text())
        wanted = {
            "FunctionName": "no_op",
            "Handler": "handlers.no_op",
            "Runtime": "python3.12",
            "Role": "arn:aws:iam::000000000000:role/benchmark",
            "Code": {"ZipFile": base64.b64encode(package.getvalue()).decode()},
        }
        headers = {**HEADERS, "Content-Type": "application/json"}
        functions = f"{server.url}/2015-03-31/functions"
        _post(functions, headers, json.dumps(wanted).encode())
        # Enough at once, and long enough, for every process to start.
        with ThreadPoolExecutor(WARM_UPS) as pool:
            list(pool.map(lambda _: _post(f"{functions}/no_op/invocations", headers, b"{}"), range(WARM_UPS)))
        yield server


def _post(url: str, headers: dict[str, str], body: bytes) -> None:
    urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60).close()

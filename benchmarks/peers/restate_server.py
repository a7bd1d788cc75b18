"""Restate: its server and a service of ten durable steps, each a process that is ended by its id."""

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.http_driver import exchange, post
from benchmarks.measurement import Figures
from benchmarks.peers.found import Peers
from benchmarks.servers import free_ports, stop, wait_until_it_answers
from benchmarks.workloads import INPUT, STEPS

HERE = Path(__file__).parent
WARM_UPS = 50
REGISTER_SECONDS = 30


def run(peers: Peers, sdk: str, handler: str, connections: int, seconds: float, data: Path) -> Figures:
    """Invoke the handler for some seconds; the answer comes when the tenth step is durable.

    Args:
        sdk: "node" or "python".
        handler: `inline` steps, or `calling` a second service for each.
    """
    with _restate(peers, sdk, data) as ingress:
        request = post(ingress, f"/steps/{handler}", {"Content-Type": "application/json"}, INPUT)
        uvloop.run(exchange(ingress, request, connections=8, count=WARM_UPS))
        load = uvloop.run(exchange(ingress, request, connections=connections, seconds=seconds))
    return {
        "steps/s": STEPS * load.executions / load.seconds,
        "invocation p50 ms": load.latency_ms(0.5),
        "invocation p99 ms": load.latency_ms(0.99),
    }


@contextmanager
def _restate(peers: Peers, sdk: str, data: Path) -> Iterator[str]:
    """The URL that takes invocations."""
    assert peers.restate_server is not None
    ingress, admin, node, service = free_ports(4)
    with TemporaryDirectory(dir=data, prefix="podium-bench-restate-") as directory, ExitStack() as running:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RESTATE_")}
        settings = {
            "RESTATE_BASE_DIR": directory,
            "RESTATE_LISTEN_MODE": "tcp",
            "RESTATE_BIND_ADDRESS": f"127.0.0.1:{node}",
            "RESTATE_INGRESS__BIND_ADDRESS": f"127.0.0.1:{ingress}",
            "RESTATE_ADMIN__BIND_ADDRESS": f"127.0.0.1:{admin}",
            "RESTATE_DISABLE_TELEMETRY": "true",
            "RUST_LOG": "error",
        }
        server = [str(peers.restate_server), "--no-logo", "--node-name", "n1"]
        running.enter_context(_process(server, environment | settings, Path(directory)))
        running.enter_context(_process(_service(peers, sdk, service), environment | {"RESTATE_LOGGING": "ERROR"}, HERE))
        wait_until_it_answers(f"http://127.0.0.1:{admin}/health")
        _register(f"http://127.0.0.1:{admin}/deployments", f"http://127.0.0.1:{service}")
        yield f"http://127.0.0.1:{ingress}"


def _service(peers: Peers, sdk: str, port: int) -> list[str]:
    if sdk == "node":
        return ["node", str(HERE / "restate_service.mjs"), str(peers.restate_node_modules), str(port)]
    bind = ["--bind", f"127.0.0.1:{port}", "--worker-class", "uvloop", "--log-level", "error"]
    return [str(peers.restate_python), "-m", "hypercorn", *bind, "restate_service:app"]


def _register(admin: str, service: str) -> None:
    """Tell the server where the service is, once both are ready."""
    body = json.dumps({"uri": service}).encode()
    end = time.monotonic() + REGISTER_SECONDS
    while True:
        try:
            request = urllib.request.Request(admin, body, {"Content-Type": "application/json"})
            urllib.request.urlopen(request, timeout=REGISTER_SECONDS).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.3)


@contextmanager
def _process(command: list[str], environment: dict[str, str], directory: Path) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=environment, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        stop(process)

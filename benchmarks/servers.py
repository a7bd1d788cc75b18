"""Server processes that are measured: started on a free loopback port, stopped by their id."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

START_SECONDS = 60
STOP_SECONDS = 20
HANDLERS = Path(__file__).with_name("handlers.py")


class Server(NamedTuple):
    """A server that answers."""

    url: str
    pid: int

    def front_ends(self) -> "list[Server]":
        """The front ends of one that has several processes (`--processes`), as /readyz tells them."""
        with urllib.request.urlopen(f"{self.url}/readyz", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return [Server(self.url, int(line.split()[3])) for line in lines if line.startswith("front-end ")]

    def resident_bytes(self) -> int:
        """Memory of the process that is in RAM (Linux only)."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def cpu_seconds(self) -> float:
        """CPU time the process has taken, its children's not counted (Linux only)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def podium(data: Path, *, handlers: bool = False, **settings: str) -> Iterator[Server]:
    """`podium serve` on an empty data directory under `data`, which is removed with it.

    Args:
        data: where to make the directory.
        handlers: whether to serve `benchmarks/handlers.py`.
        settings: Podium's own, by name.
    """
    with (
        TemporaryDirectory(dir=data, prefix="podium-bench-") as directory,
        podium_on(Path(directory), handlers=handlers, **settings) as server,
    ):
        yield server


@contextmanager
def podium_on(directory: Path, *, handlers: bool = False, **settings: str) -> Iterator[Server]:
    """`podium serve` on a data directory that stays."""
    command = [sys.executable, "-m", "podium.cli", "serve", "--port", "0", "--data", str(directory)]
    if handlers:
        command += ["--handlers", str(HANDLERS)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PODIUM_")}
    environment |= {f"PODIUM_{name.upper()}": value for name, value in settings.items()}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=directory)
    try:
        assert process.stdout is not None
        banner = process.stdout.readline()
        url = banner.rpartition(" ")[2].strip()
        if not url.startswith("http://"):
            raise RuntimeError(f"podium serve did not start: {banner!r}")
        yield Server(url, process.pid)
    finally:
        stop(process)


@contextmanager
def moto(python: str) -> Iterator[Server]:
    """moto's server, set to run state machines; it keeps everything in memory."""
    (port,) = free_ports(1)
    process = subprocess.Popen(
        [python, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env={**os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(url, process)
        configuration = b'{"stepfunctions": {"execute_state_machine": true}}'
        headers = {"Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(f"{url}/moto-api/config", configuration, headers), timeout=10)
        yield Server(url, process.pid)
    finally:
        stop(process)


def stop(process: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> None:
    """End it, politely first."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def free_ports(count: int) -> list[int]:
    """Loopback ports nobody listens on, all different."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def wait_until_it_answers(url: str, process: "subprocess.Popen[bytes] | None" = None) -> None:
    """Ask until anything answers, be it an error.

    Raises:
        RuntimeError: nothing did, or the process is gone.
    """
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and (process is None or process.poll() is None):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {url}")

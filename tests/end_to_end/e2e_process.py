"""`podium serve` as a process of its own, started as a person starts it."""

import os
import re
import select
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]
ACCOUNT = "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/anything"
START_SECONDS = 60
PROCESSES = [pytest.param(1, id="1-process"), pytest.param(2, id="2-processes")]
SERVERS = pytest.mark.parametrize("server", PROCESSES, indirect=True, scope="session")
"""What goes over the wire is the same, whether one process serves it or a front end stands before the engine."""
POLL_SECONDS = 0.02
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "any",
    "AWS_SECRET_ACCESS_KEY": "any",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_PAGER": "",
}


class ServerProcess:
    """A server on a data directory, with settings from the environment; its endpoint is known once this returns."""

    def __init__(self, data, handlers=None, **settings):
        command = [BIN / "podium", "serve", "--port", "0", "--data", data]
        command += ["--handlers", handlers] if handlers is not None else []
        variables = {f"PODIUM_{name.upper()}": str(value) for name, value in settings.items()}
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | variables
        )
        banner = self._first_line()
        self.endpoint = re.search(r"http://\S+", banner).group()
        self.port = int(self.endpoint.rpartition(":")[2])

    def front_ends(self):
        """The process ids of its front ends, as /readyz tells them."""
        with urllib.request.urlopen(f"{self.endpoint}/readyz", timeout=START_SECONDS) as answer:
            lines = answer.read().decode().splitlines()
        return [int(line.split()[3]) for line in lines if line.startswith("front-end ")]

    @property
    def alive(self):
        return self._process.poll() is None

    def resident_bytes(self):
        """Memory that is in use by the process now."""
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def signal(self, number):
        self._process.send_signal(number)

    def wait(self):
        """Its exit code and what it said on stderr."""
        _, said = self._process.communicate(timeout=START_SECONDS)
        return self._process.returncode, said.decode()

    def terminate(self):
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        self._process.kill()
        return self.wait()

    def _first_line(self):
        if not select.select([self._process.stdout], [], [], START_SECONDS)[0]:
            raise AssertionError(f"the server did not start within {START_SECONDS} s")
        line = self._process.stdout.readline().decode()
        if not line:
            raise AssertionError(f"the server ended at its start: {self.wait()}")
        return line


def podium(*arguments, stdin="", directory=None):
    """Run a `podium` command to its end; its code, stdout and stderr."""
    return subprocess.run(
        [BIN / "podium", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=directory,
        check=False,
    )


def eventually(probe, seconds=120):
    """What `probe` gives as soon as that is true: for what AWS's API, too, makes its callers poll."""
    deadline = time.monotonic() + seconds
    while not (value := probe()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{probe} gave {value!r} for {seconds} s")
        time.sleep(POLL_SECONDS)
    return value

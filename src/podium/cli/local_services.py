"""The stand-in for every AWS service that Podium isn't: moto's server, as a process of `podium dev`.

What it holds is in its memory and gone with it. https://docs.getmoto.org/en/latest/docs/server_mode.html
"""

import importlib.util
import os
import socket
import subprocess
import sys
import time
from typing import Final

from podium.cli.errors import UNREACHABLE, CommandError

_START_SECONDS: Final = 60.0
_ACCOUNT: Final = "000000000000"


def are_installed() -> bool:
    """Whether there is a moto with its server."""
    return all(importlib.util.find_spec(name) is not None for name in ("moto", "flask"))


class LocalServices:
    """A moto server; it answers once this is entered, and ends with it."""

    def __init__(self, port: int) -> None:
        self._port = port if port and _is_free(port) else free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> "LocalServices":
        # In our process group: what ends us by its group ends it too.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self._port)],
            env={**os.environ, "MOTO_ACCOUNT_ID": _ACCOUNT},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + _START_SECONDS
        while _is_free(self._port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                self._process.wait()
                raise CommandError(
                    f"moto's server did not start; see: python -m moto.server -p {self._port}", UNREACHABLE
                )
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0

"""The stand-in for every AWS service that Podium isn't: moto's server, as a process of `podium dev`.

What it holds is in its memory and gone with it. https://docs.getmoto.org/en/latest/docs/server_mode.html
"""

import http.client
import importlib.util
import os
import socket
import subprocess
import sys
from typing import Final

from podium.cli.errors import UNREACHABLE, CommandError

_START_SECONDS: Final = 60.0
_ACCOUNT: Final = "000000000000"
_PROGRAM: Final = "podium.cli.moto_server"


def are_installed() -> bool:
    """Whether there is a moto with its server."""
    return all(importlib.util.find_spec(name) is not None for name in ("moto", "flask"))


class LocalServices:
    """A moto server; it answers once this is entered, and ends with it."""

    def __init__(self, port: int) -> None:
        """On that port where nobody else has it, else on any."""
        self._wanted = port
        self.url = ""

    def __enter__(self) -> "LocalServices":
        with _listening(self._wanted) as listening:
            port = listening.getsockname()[1]
            self.url = f"http://127.0.0.1:{port}"
            # In our process group: what ends us by its group ends it too.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", _PROGRAM, str(listening.fileno())],
                env={**os.environ, "MOTO_ACCOUNT_ID": _ACCOUNT, "MOTO_PORT": str(port)},
                pass_fds=[listening.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        # Waits in the socket's queue until it serves; reset as soon as the process is gone.
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_START_SECONDS)
        try:
            connection.request("GET", "/moto-api/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            self._process.kill()
            self._process.wait()
            raise CommandError("moto's server did not start; see: python -m moto.server", UNREACHABLE) from None
        finally:
            connection.close()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))

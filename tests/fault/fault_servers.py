"""Real server processes on one data directory: started, killed, started again."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
START_SECONDS = 60


class ServerGone(Exception):
    """The process ended before it answered."""


class Server:
    """One process that is, or will be, a server."""

    def __init__(self, pid, stdout, reap):
        self.pid = pid
        self._stdout = stdout
        self._reap = reap
        self._heard = b""

    def port(self):
        """Wait until it listens.

        Raises:
            ServerGone: it ended first.
        """
        deadline = time.monotonic() + START_SECONDS
        while b"\n" not in self._heard:
            if not select.select([self._stdout], [], [], max(0, deadline - time.monotonic()))[0]:
                raise AssertionError(f"the server did not start within {START_SECONDS} s")
            data = os.read(self._stdout, 4096)
            if not data:
                raise ServerGone
            self._heard += data
        return int(self._heard.partition(b"\n")[0].rpartition(b":")[2])

    def ended_within(self, seconds):
        """Whether its output has come to an end by then."""
        deadline = time.monotonic() + seconds
        while select.select([self._stdout], [], [], max(0, deadline - time.monotonic()))[0]:
            if not os.read(self._stdout, 4096):
                return True
        return False

    def kill(self):
        """End it as a power cut would, and return when nothing of it is left."""
        os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def wait(self):
        """Its exit status: the number of a signal, negative, or a code."""
        status = self._reap()
        os.close(self._stdout)
        return status


class Servers:
    """Starts servers with one command line, from scratch or forked (see `fork_server`)."""

    def __init__(self, folder, processes=1):
        self._folder = folder
        self._arguments = ["serve", "--port", "0", "--data", str(folder / "data")]
        self._arguments += ["--handlers", str(HERE / "fault_handlers.py")]
        self._environment = os.environ | {"FAULT_CALLS": str(folder / "calls"), "PODIUM_PROCESSES": str(processes)}
        self._log = (folder / "stderr").open("ab")
        # Not below `folder`: the path of a Unix socket may be no longer than about a hundred bytes.
        self._socket_folder = tempfile.TemporaryDirectory(prefix="podium-")
        self._socket = f"{self._socket_folder.name}/fork"
        self._forker = subprocess.Popen(
            [sys.executable, str(HERE / "fork_server.py"), self._socket],
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=folder,
            env=self._environment,
        )
        assert self._forker.stdout.readline() == b"listening\n"

    def fork(self, faults=()):
        """A server forked from a process that has imported Podium."""
        connection = self._ask({"arguments": self._arguments, "faults": list(faults)})
        line = b""
        while not line.endswith(b"\n"):
            line += connection.recv(1)
        pid = int(line)
        return Server(pid, connection.detach(), lambda: self._reap(pid))

    def spawn(self):
        """A server as a person starts it."""
        process = subprocess.Popen(
            [Path(sys.executable).with_name("podium"), *self._arguments],
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=self._folder,
            env=self._environment,
        )
        return Server(process.pid, os.dup(process.stdout.fileno()), lambda: self._reap_spawned(process))

    def close(self):
        """End the process that forks."""
        self._forker.kill()
        self._forker.wait()
        self._forker.stdout.close()
        self._log.close()
        self._socket_folder.cleanup()

    def _ask(self, request):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self._socket)
        connection.sendall(json.dumps(request).encode() + b"\n")
        return connection

    def _reap(self, pid):
        with self._ask({"reap": pid}) as connection, connection.makefile("rb") as answer:
            return int(answer.readline())

    def _reap_spawned(self, process):
        status = process.wait()
        process.stdout.close()
        return status

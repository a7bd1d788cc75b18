"""Starts servers quickly: a process that has imported Podium once and forks a child per server.

`python fork_server.py SOCKET` listens on a Unix socket. A connection asks for one server with one line of JSON,
`{"arguments": [...], "faults": [[name, number], ...]}`; the child runs `podium` with these arguments, its stdout
is the connection, and the first line on it is its process id. Starting Podium costs most of a second, nearly all
of it imports; a forked child is the same process without them, so that hundreds can be killed in a minute.
A line of JSON `{"reap": pid}` is answered with the exit status of a child once it is entirely gone.
"""

import gc
import json
import os
import signal
import socket
import sys
from pathlib import Path

import fault_patches

from podium import bootstrap
from podium.cli import main as podium_cli


def serve_forks(path):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    gc.freeze()
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.makefile("rb").readline()
            if not line:
                continue
            request = json.loads(line)
            if "reap" in request:
                _, status = os.waitpid(request["reap"], 0)
                connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
            elif os.fork() == 0:
                listener.close()
                run_child(connection, request)


def run_child(connection, request):
    """Be one server, and end with it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    connection.sendall(b"%d\n" % os.getpid())
    os.dup2(connection.fileno(), 1)
    connection.close()
    code = 70
    try:
        fault_patches.apply(request["faults"])
        code = podium_cli.main(request["arguments"])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    assert bootstrap.serve
    socket_path = Path(sys.argv[1])
    serve_forks(str(socket_path))

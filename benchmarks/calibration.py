"""What the machine can do at this moment: figures of two runs compare only where these do."""

import os
import socket
import statistics
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.disk import fdatasync_seconds

LOOP = 100_000
DISK_SECONDS = 0.15
LOOPBACK_EXCHANGES = 500
MESSAGE = b"x" * 200


@dataclass(frozen=True)
class Calibration:
    """The machine at one moment."""

    python_loops_per_second: float
    """Iterations of a fixed loop: the median of five."""
    fdatasyncs_per_second: float
    """Appending 300 bytes and making them durable, one after the other."""
    loopback_exchanges_per_second: float
    """200 bytes there and back over a loopback connection between two threads, one after the other."""
    load_average: float
    """Of the last minute."""

    def __str__(self) -> str:
        return (
            f"Python loop {self.python_loops_per_second / 1e6:.1f} M/s, fdatasync {self.fdatasyncs_per_second:,.0f}/s,"
            f" loopback {self.loopback_exchanges_per_second:,.0f}/s, load average {self.load_average:.1f}"
        )


def calibrate(directory: Path) -> Calibration:
    """The machine now; takes some 0.3 s."""
    taken = fdatasync_seconds(directory, DISK_SECONDS)
    return Calibration(
        _python_loops_per_second(), len(taken) / sum(taken), _loopback_exchanges_per_second(), os.getloadavg()[0]
    )


def _python_loops_per_second() -> float:
    rates = []
    for _ in range(5):
        begun = time.perf_counter()
        total = 0
        for number in range(LOOP):
            total += number & 7
        rates.append(LOOP / (time.perf_counter() - begun))
    return statistics.median(rates)


def _loopback_exchanges_per_second() -> float:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_echo, args=(server,))
        thread.start()
        with socket.create_connection(server.getsockname()) as ours:
            ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            begun = time.perf_counter()
            for _ in range(LOOPBACK_EXCHANGES):
                ours.sendall(MESSAGE)
                ours.recv(len(MESSAGE), socket.MSG_WAITALL)
            taken = time.perf_counter() - begun
        thread.join()
    return LOOPBACK_EXCHANGES / taken


def _echo(server: socket.socket) -> None:
    theirs, _ = server.accept()
    with theirs:
        theirs.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while data := theirs.recv(len(MESSAGE), socket.MSG_WAITALL):
            theirs.sendall(data)

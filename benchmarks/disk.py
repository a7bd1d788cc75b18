"""The disk: how fast it makes bytes durable, and how many there are."""

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

SECONDS = 0.5
APPENDED = b"x" * 300


def fdatasync_seconds(directory: Path, seconds: float = SECONDS) -> list[float]:
    """How long appending 300 bytes and making them durable takes, one after the other, sorted."""
    taken: list[float] = []
    with TemporaryDirectory(dir=directory) as place:
        file = os.open(Path(place) / "appended", os.O_CREAT | os.O_WRONLY)
        try:
            end = time.perf_counter() + seconds
            while (begun := time.perf_counter()) < end:
                os.write(file, APPENDED)
                getattr(os, "fdatasync", os.fsync)(file)
                taken.append(time.perf_counter() - begun)
        finally:
            os.close(file)
    return sorted(taken)


def write_durably(directory: Path, data: bytes) -> float:
    """Seconds to append bytes to a file in a directory and make them durable."""
    file = os.open(directory / "appended", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    try:
        begun = time.perf_counter()
        os.write(file, data)
        getattr(os, "fdatasync", os.fsync)(file)
        return time.perf_counter() - begun
    finally:
        os.close(file)


def bytes_in(directory: Path) -> int:
    """Of all files below it."""
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())

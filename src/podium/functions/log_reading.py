"""Reading the log files of functions (`logs`): one invocation's lines by its request id, and the latest of a function.

A function's files may hold hundreds of megabytes; a look at them reads the newest ones, a bounded part of each.
"""

from pathlib import Path
from typing import Final

READ_BYTES: Final = 8 * 1024 * 1024
"""Most that is read of one file, from its end."""
FILES_READ: Final = 12
SHOWN_BYTES: Final = 64 * 1024
"""Most that is given of a log."""


class LogReader:
    """Reads what `LogFiles` has written to a directory. Blocks on the disk: call it in a thread."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def invocation(self, function: str, request_id: str) -> str | None:
        """The log of an invocation, START to END or REPORT; None when it isn't found."""
        for path in self._newest(function):
            text = _tail(path, READ_BYTES)
            start = text.rfind(f"START RequestId: {request_id} ".encode())
            if start >= 0:
                end = text.find(b"\nSTART RequestId: ", start)
                return _shown(text[start : len(text) if end < 0 else end + 1])
        return None

    def latest(self, function: str) -> str:
        """The end of what a function has printed, in the order of its files."""
        found = b""
        for path in self._newest(function):
            found = _tail(path, SHOWN_BYTES - len(found)) + found
            if len(found) >= SHOWN_BYTES:
                break
        return _shown(found)

    def _newest(self, function: str) -> list[Path]:
        directory = self._directory / function
        # A name that leads elsewhere names no function.
        if directory.parent != self._directory or function in ("", ".", ".."):
            return []
        written = []
        for path in directory.glob("*.log*"):
            try:
                written.append((path.stat().st_mtime_ns, path))
            except FileNotFoundError:  # dropped meanwhile
                continue
        return [path for _, path in sorted(written, reverse=True)[:FILES_READ]]


def _tail(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - most))
            return file.read(most)
    except FileNotFoundError:
        return b""


def _shown(text: bytes) -> str:
    return text[-SHOWN_BYTES:].decode(errors="replace")

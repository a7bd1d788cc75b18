"""Logs of functions in files: one file for each process, as a log stream is, bounded in size and number.

    DIRECTORY/FUNCTION/2026-11-22_[$LATEST]5f0c....log

Each invocation stands between START and END lines with its request id, followed by Lambda's REPORT line.
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

import logging
from pathlib import Path
from typing import BinaryIO, Final

STREAM_BYTES: Final = 16 * 1024 * 1024
"""Most that is kept of one stream; when it is full, its older half is dropped."""
STREAMS_KEPT: Final = 50
"""Of each function; the oldest go that no process writes any more."""

_logger: Final = logging.getLogger("podium.functions")


class LogFiles:
    """Writes what functions print.

    Args:
        directory: for all functions' files.
        stream_bytes: most that is kept of one stream, in two files of half of it.
        streams: most files kept of one function.
    """

    def __init__(self, directory: Path, stream_bytes: int = STREAM_BYTES, streams: int = STREAMS_KEPT) -> None:
        self._directory = directory
        self._half = stream_bytes // 2
        self._streams = streams
        self._open: dict[tuple[str, str], tuple[BinaryIO, int]] = {}

    def write(self, function: str, stream: str, data: bytes) -> None:
        """Append to a stream. A disk that is full loses the log, not the invocation."""
        try:
            file, size = self._open.get((function, stream)) or self._begin(function, stream)
            if size and size + len(data) > self._half:
                file.close()
                path = self._path(function, stream)
                path.replace(path.with_suffix(".log.1"))
                file, size = path.open("ab", buffering=0), 0
            kept = data[-self._half :]
            file.write(kept)
            self._open[function, stream] = file, size + len(kept)
        except OSError as error:
            _logger.error("the log of %s cannot be written: %s", function, error)

    def end(self, function: str, stream: str) -> None:
        """No more will come of a stream."""
        opened = self._open.pop((function, stream), None)
        if opened is not None:
            opened[0].close()

    def close(self) -> None:
        """No more will come of any stream."""
        for function, stream in list(self._open):
            self.end(function, stream)

    def _begin(self, function: str, stream: str) -> tuple[BinaryIO, int]:
        """A new stream's file, once the oldest have made room for it."""
        path = self._path(function, stream)
        path.parent.mkdir(parents=True, exist_ok=True)
        oldest_first = sorted(path.parent.glob("*.log*"), key=lambda found: found.stat().st_mtime_ns)
        # More processes than files are kept: what one of them goes on writing must not lose its name.
        written = {self._path(*stream) for stream in self._open}
        for old in oldest_first[: max(0, len(oldest_first) - self._streams + 1)]:
            if old not in written:
                old.unlink(missing_ok=True)
        return path.open("ab", buffering=0), 0

    def _path(self, function: str, stream: str) -> Path:
        return self._directory / function / f"{stream.replace('/', '-')}.log"

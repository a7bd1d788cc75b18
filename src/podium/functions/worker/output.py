"""What handlers print, and how results leave the worker.

Handlers print to stderr: stdout would do no harm either (the protocol has a socket of its own), but a
`podium run --json` promises its stdout to the execution's output.
"""

import os
import socket
import sys
import threading
from collections import deque
from contextvars import ContextVar
from typing import Final, TextIO, cast

LOG_TAIL_BYTES: Final = 4096
"""How much of an invocation's log Lambda returns (Invoke, `LogType: Tail`)."""

captured: ContextVar[list[str] | None] = ContextVar("captured", default=None)
"""Where the prints of the current call go as well, when its log was asked for."""


class CapturingStream:
    """A text stream that also keeps what is written within a call whose log was asked for."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        lines = captured.get()
        if lines is not None:
            lines.append(text)
        return self._stream.write(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)


def redirect_prints() -> None:
    """Send stdout, at the level of file descriptors, to where stderr goes, and capture both."""
    sys.stdout.flush()
    os.dup2(2, 1)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.stdout = cast(TextIO, CapturingStream(sys.stdout))
    sys.stderr = cast(TextIO, CapturingStream(sys.stderr))


def log_of(lines: list[str], request_id: str) -> bytes:
    """The tail of an invocation's log, between the lines Lambda adds."""
    text = f"START RequestId: {request_id} Version: $LATEST\n{''.join(lines)}"
    if not text.endswith("\n"):
        text += "\n"
    return f"{text}END RequestId: {request_id}\n".encode(errors="backslashreplace")[-LOG_TAIL_BYTES:]


class Results:
    """Frames on their way to the parent. Any thread may add; whoever flushes writes for all."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._frames: deque[bytes] = deque()
        self._writing = threading.Lock()

    def __bool__(self) -> bool:
        return bool(self._frames)

    def add(self, frame: bytes) -> None:
        """Have a frame written with the next flush."""
        self._frames.append(frame)

    def flush(self) -> None:
        """Write what has been added, unless another thread is writing: it will write this too."""
        frames = self._frames
        while frames:
            if not self._writing.acquire(blocking=False):
                return
            try:
                batch = []
                while frames:
                    batch.append(frames.popleft())
                if batch:
                    self._connection.sendall(b"".join(batch))
            except OSError:
                # The parent is gone; nobody is left to answer to.
                os._exit(0)
            finally:
                self._writing.release()

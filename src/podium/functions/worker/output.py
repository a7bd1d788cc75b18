"""What handlers print, and how results leave the worker.

Handlers print to stderr: stdout would do no harm either (the protocol has a socket of its own), but a
`podium run --json` promises its stdout to the execution's output.
"""

import os
import socket
import sys
import threading
import traceback
from collections import deque
from contextvars import ContextVar
from typing import Final, TextIO, cast

LOG_TAIL_BYTES: Final = 4096
"""How much of an invocation's log Lambda returns (Invoke, `LogType: Tail`)."""

KEPT_LOG_CHARS: Final = 64 * 1024
"""How much of what one invocation prints is kept; the latest."""


class Captured:
    """The latest of what one call prints. Any thread of the call's may write."""

    def __init__(self) -> None:
        self._parts: deque[str] = deque()
        self._chars = 0

    def __bool__(self) -> bool:
        return self._chars > 0

    def write(self, text: str) -> None:
        """Keep a text, and as much of what came before as there is room for."""
        self._parts.append(text[-KEPT_LOG_CHARS:])
        self._chars += len(self._parts[-1])
        while self._chars - len(self._parts[0]) >= KEPT_LOG_CHARS:
            self._chars -= len(self._parts.popleft())

    def text(self) -> str:
        """All of it; it ends with a line's end."""
        text = "".join(self._parts)
        return text if not text or text.endswith("\n") else f"{text}\n"


captured: ContextVar[Captured | None] = ContextVar("captured", default=None)
"""Where the prints of the current call go as well, when its log was asked for."""


class CapturingStream:
    """A text stream that also keeps what is written within a call whose log was asked for."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        log = captured.get()
        if log is not None:
            log.write(text)
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


def log_of(log: Captured, request_id: str) -> bytes:
    """An invocation's log, between the lines Lambda adds."""
    head, foot = f"START RequestId: {request_id} Version: $LATEST\n", f"END RequestId: {request_id}\n"
    return f"{head}{log.text()}{foot}".encode(errors="backslashreplace")


def error_lines(error: BaseException, message: str) -> str:
    """What Lambda's Python runtime logs of an exception that a handler raised."""
    trace = "".join(traceback.format_tb(error.__traceback__))
    return f"[ERROR] {type(error).__name__}: {message}\nTraceback (most recent call last):\n{trace}"


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

"""The parent's end of one worker process: its socket, its calls in flight, and how it ended."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

import msgspec
from msgspec import Struct

from podium.functions import children, errors
from podium.functions.contract import FunctionResult, Invocation
from podium.functions.delivery import Deliver, deliver_safely
from podium.functions.worker.frames import (
    CAPTURE_LOG,
    CAPTURE_PRINTS,
    FrameReader,
    FrameTooLarge,
    decode_result,
    encode_call,
)
from podium.functions.worker.output import LOG_TAIL_BYTES

EXIT_GRACE_SECONDS: Final = 1.0
"""How long a worker that closed its socket may take to end by itself."""


class WorkerSetting(Struct, frozen=True):
    """How a worker is started."""

    handlers_file: Path
    arn_prefix: str
    timeout_seconds: float
    memory_mb: int
    threads: int
    environment: dict[str, str] = {}
    """Beside the parent's own, which it inherits."""


class Flight(Struct, gc=False):
    """A call that has been sent and not been answered."""

    invocation: Invocation
    deliver: Deliver
    deadline: float
    """On the event loop's clock."""


class _Greeting(Struct):
    functions: list[str] = []
    error: str | None = None


class LoadError(Exception):
    """The handlers file could not be loaded; the argument is the error object, JSON text as Lambda gives it."""

    @property
    def payload(self) -> bytes:
        """The error object {errorMessage, errorType, requestId, stackTrace}."""
        return str(self.args[0]).encode()

    def __str__(self) -> str:
        error = msgspec.json.decode(self.payload)
        return f"{''.join(error.get('stackTrace', ()))}{error['errorType']}: {error.get('errorMessage', '')}"


KeepLog = Callable[[Invocation, bytes], None]
"""(invocation, its log between START and END lines)"""


class WorkerProcess(asyncio.Protocol):
    """One worker. Calls are written once per turn of the event loop, however many were made in it.

    Args:
        setting: what to run.
        on_exit: called once when the process has ended, with its return code; its unanswered calls are
            still in `in_flight`.
        keep_log: takes the log of every invocation that printed something or failed.
    """

    def __init__(
        self,
        setting: WorkerSetting,
        on_exit: Callable[["WorkerProcess", int | None], None],
        keep_log: KeepLog | None = None,
    ) -> None:
        self.in_flight: dict[int, Flight] = {}
        """Unanswered calls by number, oldest first."""
        self.functions: list[str] = []
        self._setting = setting
        self._on_exit = on_exit
        self._keep_log = keep_log
        self._flags = 0 if keep_log is None else CAPTURE_PRINTS
        self._loop = asyncio.get_running_loop()
        self._greeted: asyncio.Future[None] = self._loop.create_future()
        self._reader = FrameReader()
        self._outgoing: list[bytes] = []
        self._next_number = 0
        self._transport: asyncio.Transport | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._return_code: int | None = None
        self._at_end = False
        self._retired = False

    async def start(self, log: int | None = None) -> None:
        """Start the process and wait for its greeting.

        Args:
            log: file descriptor that takes what handlers print; the parent's stderr where None.

        Raises:
            LoadError: the handlers file cannot be loaded.
        """
        ours = self._spawn(log)
        assert self._process is not None
        children.watch(self._process, self._exited)
        await self._loop.create_connection(lambda: self, sock=ours)
        await self._greeted

    def _spawn(self, log: int | None) -> socket.socket:
        """Start the process; our end of its socket."""
        ours, theirs = socket.socketpair()
        setting = self._setting
        try:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "podium.functions.worker.main",
                    str(theirs.fileno()),
                    str(setting.handlers_file),
                    setting.arn_prefix,
                    str(setting.timeout_seconds),
                    str(setting.memory_mb),
                    str(setting.threads),
                ],
                stdin=subprocess.DEVNULL,
                stdout=2 if log is None else log,
                stderr=log,
                pass_fds=(theirs.fileno(),),
                # A terminal's Ctrl-C is for the parent, which drains first.
                start_new_session=True,
                env={**os.environ, **setting.environment},
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return ours

    def call(self, function: int, invocation: Invocation, deliver: Deliver, deadline: float) -> None:
        """Send a call with the next write. Its `deadline` must not come before an earlier call's."""
        number = self._next_number
        self._next_number = number + 1
        self.in_flight[number] = Flight(invocation, deliver, deadline)
        if not self._outgoing:
            self._loop.call_soon(self._write)
        self._outgoing.append(
            encode_call(
                number,
                function,
                CAPTURE_LOG if invocation.log_tail else self._flags,
                invocation.request_id.encode(),
                invocation.qualifier.encode() if invocation.qualifier else b"",
                invocation.client_context.encode() if invocation.client_context else b"",
                invocation.payload,
            )
        )

    def kill(self) -> None:
        """End the process and everything it started. `on_exit` follows."""
        if self._process is not None and self._return_code is None:
            children.kill_group(self._process)

    async def wait_closed(self) -> None:
        """Return when the process has ended and `on_exit` has been called."""
        if self._process is not None:
            await asyncio.shield(self._ended)

    def _write(self) -> None:
        frames = self._outgoing
        if frames and self._transport is not None:
            self._outgoing = []
            self._transport.write(b"".join(frames))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        # By duck type: uvloop's transports are none of asyncio's classes.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio: deliver the answers that have arrived."""
        try:
            frames = self._reader.feed(data)
        except FrameTooLarge:
            self.kill()
            return
        if not self._greeted.done():
            if not frames:
                return
            self._greet(frames.pop(0))
        take = self.in_flight.pop
        for frame in frames:
            number, failed, payload, log = decode_result(frame)
            flight = take(number, None)
            if flight is None:
                continue
            if log and self._keep_log is not None:
                self._keep_log(flight.invocation, log)
            tail = log[-LOG_TAIL_BYTES:] if flight.invocation.log_tail else None
            result = FunctionResult(payload, "Unhandled" if failed else None, log_tail=tail)
            deliver_safely(flight.deliver, result)
        if self._retired and not self.in_flight:
            self.kill()

    def retire(self) -> None:
        """End the process as soon as its calls are answered; it gets no more of them."""
        self._retired = True
        if not self.in_flight:
            self.kill()

    def _greet(self, frame: bytes) -> None:
        greeting = msgspec.json.decode(frame, type=_Greeting)
        if greeting.error is not None:
            self._greeted.set_exception(LoadError(greeting.error))
            return
        self.functions = greeting.functions
        self._greeted.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio: no more answers will come."""
        self._at_end = True
        if self._return_code is None:
            self._loop.call_later(EXIT_GRACE_SECONDS, self.kill)
        else:
            self._finish()

    def _exited(self, return_code: int) -> None:
        assert self._process is not None
        self._return_code = return_code
        # What its handlers started ends with it, and so no longer holds the socket open.
        children.kill_group(self._process)
        if self._at_end:
            self._finish()

    def _finish(self) -> None:
        """Both the process and its socket are at their end: what is unanswered now stays so."""
        if not self._greeted.done():
            self._greeted.set_exception(LoadError(errors.exited("", self._return_code).decode()))
        self._on_exit(self, self._return_code)
        self._ended.set_result(None)

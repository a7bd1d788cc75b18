"""One process of a function: spawned in its package, fed one invocation at a time, timed and killed.

The process is no boundary against malicious code (docs/decisions/0004): it gets a clean environment, no open
descriptors, its own session and limits on itself, so that what one function does by accident stays with it.
"""

import asyncio
import base64
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from podium.functions import children, errors
from podium.functions.contract import FunctionResult, Invocation
from podium.functions.delivery import Deliver, deliver_safely
from podium.functions.lambda_runtime import images
from podium.functions.lambda_runtime.api import RuntimeApiConnection
from podium.functions.lambda_runtime.begin import begin_container, begin_package, environment_of
from podium.functions.lambda_runtime.isolation import Bubblewrap
from podium.functions.lambda_runtime.spec import FunctionSpec

TASK_ROOT: Final = b"/var/task/"
"""Where a package lies on Lambda, and so in the traces people know."""
LOG_TAIL_BYTES: Final = 4096
PIPE_BYTES: Final = 65536
"""The most a pipe holds (pipe(7)), so that one read of as much leaves nothing behind."""


Reply = Callable[[bytes, dict[str, str]], None]
"""(event, headers)"""


class Cancellable(Protocol):
    """A timer that has been set."""

    def cancel(self) -> None:
        """Forget it."""


class Timers(Protocol):
    """A clock with alarms; an asyncio event loop is one."""

    def time(self) -> float:
        """Seconds, monotonic."""

    def call_later(self, delay: float, callback: Callable[[], None], /) -> Cancellable:
        """Call back in `delay` seconds."""


class ProcessOwner(Protocol):
    """Who started a process and hears what becomes of it."""

    def ready(self, process: "FunctionProcess") -> None:
        """It waits for an invocation."""

    def init_failed(self, process: "FunctionProcess", payload: Callable[[Invocation], bytes]) -> None:
        """It could not load the handler and is ending; `payload` makes an invocation's error object."""

    def ended(self, process: "FunctionProcess") -> None:
        """It is gone."""


class ProcessSetting(Struct, frozen=True):
    """What is the same for all processes."""

    init_timeout_seconds: float = 30.0
    """Lambda allows 10 s; a laptop that starts a dozen at once deserves more."""
    environment: dict[str, str] = {}
    """Added to every function's environment, below the function's own: endpoints, credentials."""
    open_files: int = 1024
    bubblewrap: Bubblewrap | None = None
    """Isolates processes; without it they have their limits."""


class Log(Protocol):
    """Takes what functions print."""

    def write(self, function: str, stream: str, data: bytes) -> None:
        """Some bytes of a process's log stream."""

    def end(self, function: str, stream: str) -> None:
        """No more will come of a stream."""


class _Current(Struct):
    invocation: Invocation
    deliver: Deliver
    started: float
    timer: Cancellable


class FunctionProcess:
    """A running copy of a function. Implements what the Runtime API serves."""

    def __init__(
        self,
        spec: FunctionSpec,
        setting: ProcessSetting,
        owner: ProcessOwner,
        timers: Timers,
        log: Log,
    ) -> None:
        self.spec = spec
        self._stream = f"{time.strftime('%Y/%m/%d', time.gmtime())}/[{spec.version}]{os.urandom(16).hex()}"
        self._setting = setting
        self._owner = owner
        self._timers = timers
        self._log = log
        self._reply: Reply | None = None
        """How it is told of its next invocation, while it waits for one."""
        self._is_free = False
        """It has asked for an invocation and has been given none."""
        self._untold: tuple[bytes, dict[str, str]] | None = None
        """An invocation it was given while it did not wait: its connection had been lost."""
        self._current: _Current | None = None
        self._was_ready = False
        self._init_error: Callable[[Invocation], bytes] | None = None
        self._init_timer: Cancellable | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[RuntimeApiConnection] = set()
        self._process: subprocess.Popen[bytes] | None = None
        self._container: str | None = None
        """Its name, where the function is an image."""
        self._log_fd: int | None = None
        self._log_text = bytearray()
        self._held_log = b""
        """Not written yet."""
        self._killed = False

    async def start(self) -> None:
        """Open the port and spawn the process; `ready`, `init_failed` and `ended` tell the rest."""
        try:
            await self._start()
        except Exception as error:
            # Besides what the system refuses: an argument or a variable no process can have, such as one with a null
            # character, and a process that nobody could wait for, since there may be no more threads.
            if self._process is not None:
                children.kill_group(self._process)
                self._process.wait()
            self._close_log()
            reason = error.strerror if isinstance(error, OSError) else str(error)
            message = f"Unable to start the function's process: {reason}"
            self._owner.init_failed(self, lambda _: errors.error_object("Runtime.InvalidEntrypoint", message))
            self._stopped()
        else:
            if self._killed and self._process is None:
                self._stopped()

    async def _start(self) -> None:
        listener = socket.socket()
        try:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(self._connected, sock=listener)
        except BaseException:
            listener.close()
            raise
        if self._killed:
            return
        self._spawn(port)
        self._init_timer = self._timers.call_later(self._setting.init_timeout_seconds, self._init_timed_out)

    def _connected(self) -> RuntimeApiConnection:
        connection = RuntimeApiConnection(self, self._connections.discard)
        self._connections.add(connection)
        return connection

    def _spawn(self, port: int) -> None:
        read_fd, write_fd = os.pipe()
        try:
            self._process = self._begin(port, write_fd)
        except BaseException:
            os.close(read_fd)
            raise
        finally:
            os.close(write_fd)
        os.set_blocking(read_fd, False)
        self._log_fd = read_fd
        asyncio.get_running_loop().add_reader(read_fd, self._read_log)
        children.watch(self._process, self._exited)

    def _begin(self, port: int, output: int) -> subprocess.Popen[bytes]:
        spec, setting = self.spec, self._setting
        environment = environment_of(spec, setting.environment, port, self._stream)
        if spec.image is None:
            return begin_package(spec, environment, output, setting.open_files, setting.bubblewrap)
        self._container = f"podium-{spec.name}-{os.urandom(8).hex()}"
        return begin_container(spec, environment, output, self._container)

    def run(self, invocation: Invocation, deliver: Deliver) -> None:
        """Give the process, which must be ready, an invocation."""
        assert self._is_free
        self._is_free = False
        timeout = self.spec.timeout_seconds
        self._read_log()
        self._log_text.clear()
        # Written with what follows it: most invocations print nothing.
        self._held_log = f"START RequestId: {invocation.request_id} Version: {self.spec.version}\n".encode()
        timer = self._timers.call_later(timeout, self._timed_out)
        self._current = _Current(invocation, deliver, self._timers.time(), timer)
        qualifier = f":{invocation.qualifier}" if invocation.qualifier else ""
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + timeout) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": f"{self.spec.arn}{qualifier}",
        }
        if invocation.client_context:
            headers["Lambda-Runtime-Client-Context"] = _client_context_header(invocation.client_context)
        self._tell(invocation.payload or b"{}", headers)

    def _tell(self, payload: bytes, headers: dict[str, str]) -> None:
        reply, self._reply = self._reply, None
        if reply is None:
            self._untold = payload, headers
        else:
            reply(payload, headers)

    def kill(self, *, drop: bool = False) -> None:
        """End the process and everything it started; `ended` follows.

        Args:
            drop: have nothing delivered for the invocation in flight.
        """
        self._killed = True
        if drop and self._current is not None:
            self._current.timer.cancel()
            self._current = None
        if self._process is not None:
            children.kill_group(self._process)

    # What the process says over the Runtime API.

    def next_invocation(self, reply: Reply) -> bool:
        """See `api.Served`."""
        if self._killed:
            return True
        if self._current is not None and self._untold is None:
            return False
        self._reply = reply
        if self._untold is not None:
            untold, self._untold = self._untold, None
            self._tell(*untold)
        elif not self._is_free:
            self._freed()
        return True

    def gone(self, reply: Reply) -> None:
        """See `api.Served`."""
        if self._reply == reply:
            self._reply = None

    def _freed(self) -> None:
        self._is_free = self._was_ready = True
        if self._init_timer is not None:
            self._init_timer.cancel()
            self._init_timer = None
        self._owner.ready(self)

    def answered(self, request_id: str, payload: bytes, *, failed: bool) -> Callable[[], None] | None:
        """See `api.Served`."""
        if self._current is None or self._current.invocation.request_id != request_id:
            return None
        return partial(self._finish, self._as_on_lambda(payload) if failed else payload, failed=failed)

    def answer_too_large(self, request_id: str) -> Callable[[], None] | None:
        """See `api.Served`."""
        return self.answered(request_id, errors.response_too_large(), failed=True)

    def init_failed(self, payload: bytes) -> None:
        """See `api.Served`."""
        text = self._as_on_lambda(payload)
        self._init_error = lambda _: text

    # What becomes of it.

    def _finish(self, payload: bytes, *, failed: bool) -> None:
        current, self._current = self._current, None
        assert current is not None
        current.timer.cancel()
        self._read_log()
        report = self._report(current)
        tail = self._log_tail(current, report) if current.invocation.log_tail else None
        self._write_log(report)
        error = "Unhandled" if failed else None
        deliver_safely(current.deliver, FunctionResult(payload, error, self.spec.version, tail))

    def _timed_out(self) -> None:
        assert self._current is not None
        self.kill()
        request_id = self._current.invocation.request_id
        self._finish(errors.timed_out(request_id, self.spec.timeout_seconds), failed=True)

    def _init_timed_out(self) -> None:
        seconds = self._setting.init_timeout_seconds
        self._init_error = lambda invocation: errors.timed_out(invocation.request_id, seconds)
        self.kill()

    def _exited(self, return_code: int) -> None:
        assert self._process is not None
        children.kill_group(self._process)
        if self._killed and self._container is not None:
            # After its client, which might still be about to have it made.
            images.remove(self._container)
        if self._init_timer is not None:
            self._init_timer.cancel()
        self._close_log()
        if self._current is not None:
            self._finish(errors.exited(self._current.invocation.request_id, return_code), failed=True)
        if not self._was_ready and (self._init_error is not None or not self._killed):
            self._owner.init_failed(
                self, self._init_error or (lambda invocation: errors.exited(invocation.request_id, return_code))
            )
        self._stopped()

    def _stopped(self) -> None:
        if self._server is not None:
            self._server.close()
        for connection in tuple(self._connections):
            connection.close()
        self._log.end(self.spec.name, self._stream)
        self._owner.ended(self)

    def _as_on_lambda(self, text: bytes) -> bytes:
        """A text of the function with the package's directory called what Lambda calls it."""
        directory = f"{self.spec.directory}{os.sep}"
        for form in {directory.encode(), msgspec.json.encode(directory)[1:-1], json.dumps(directory)[1:-1].encode()}:
            text = text.replace(form, TASK_ROOT)
        return text

    # Logs.

    def _read_log(self) -> None:
        """Take what the pipe holds now; reading until it is empty may never end while the function prints."""
        if self._log_fd is None:
            return
        try:
            data = os.read(self._log_fd, PIPE_BYTES)
        except BlockingIOError:
            return
        if not data:
            asyncio.get_running_loop().remove_reader(self._log_fd)
            return
        text = self._as_on_lambda(data)
        self._log_text += text
        del self._log_text[:-LOG_TAIL_BYTES]
        self._write_log(text)

    def _close_log(self) -> None:
        if self._log_fd is not None:
            self._read_log()
            asyncio.get_running_loop().remove_reader(self._log_fd)
            os.close(self._log_fd)
            self._log_fd = None

    def _log_tail(self, current: _Current, report: bytes) -> bytes:
        text = bytes(self._log_text)
        if text and not text.endswith(b"\n"):
            text += b"\n"
        start = f"START RequestId: {current.invocation.request_id} Version: {self.spec.version}\n".encode()
        return (start + text + report)[-LOG_TAIL_BYTES:]

    def _report(self, current: _Current) -> bytes:
        request_id = current.invocation.request_id
        elapsed_ms = (self._timers.time() - current.started) * 1000
        return (
            f"END RequestId: {request_id}\nREPORT RequestId: {request_id}\tDuration: {elapsed_ms:.2f} ms\t"
            f"Billed Duration: {int(elapsed_ms) + 1} ms\tMemory Size: {self.spec.memory_mb} MB\n"
        ).encode()

    def _write_log(self, data: bytes) -> None:
        data, self._held_log = self._held_log + data, b""
        self._log.write(self.spec.name, self._stream, data)


def _client_context_header(encoded: str) -> str:
    """The client context as the runtime client wants it: JSON on one line of ASCII."""
    try:
        return json.dumps(json.loads(base64.b64decode(encoded)))
    except ValueError:
        # Handed on so that the runtime client finds the fault and words it.
        return "".join(character for character in encoded if character.isascii() and character.isprintable())

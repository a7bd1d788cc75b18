"""WorkerRuntime: the handlers of one file as functions, run in a worker process.

One process at a time takes calls. When it dies, its unanswered calls fail and another takes over. When a call
outlives its timeout, nothing can stop the thread it runs on, so the process is retired: a new one takes the
calls from now on, and the old one is killed as soon as its other calls are answered.
"""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from podium.functions import errors
from podium.functions.contract import FunctionNotFound, FunctionResult, FunctionThrottled, Invocation
from podium.functions.delivery import Deliver, deliver_safely
from podium.functions.worker.process import KeepLog, LoadError, WorkerProcess, WorkerSetting

MAX_RETIRED: Final = 4
"""Retired processes that may linger; beyond that the oldest is killed, calls or not."""


class WorkerRuntime:
    """Implements `FunctionRunner` for a file of handlers `(event, context)`.

    A function is known by its handler's name; `handler` also by the file's name. `start` before use.

    Args:
        handlers_file: the Python file.
        region: of the ARNs the context shows.
        account: likewise.
        timeout_seconds: each call's, Lambda's maximum unless told otherwise.
        memory_mb: what the context says; not enforced.
        threads: most synchronous handlers running at once.
        max_in_flight: most calls at once; more are refused as Lambda refuses them.
        environment: of the worker, beside our own.
        log: takes what handlers print, line by line, without line ends; stderr where None.
        keep_log: takes the log of every invocation that printed something or failed, when it has ended.
    """

    def __init__(
        self,
        handlers_file: Path,
        *,
        region: str = "us-east-1",
        account: str = "000000000000",
        timeout_seconds: float = 900.0,
        memory_mb: int = 128,
        threads: int = 64,
        max_in_flight: int = 10_000,
        environment: Mapping[str, str] | None = None,
        log: Callable[[str], None] | None = None,
        keep_log: KeepLog | None = None,
    ) -> None:
        self._setting = WorkerSetting(
            handlers_file=handlers_file.resolve(),
            arn_prefix=f"arn:aws:lambda:{region}:{account}:function:",
            timeout_seconds=timeout_seconds,
            memory_mb=memory_mb,
            threads=threads,
            environment=dict(environment or {}),
        )
        self._max_in_flight = max_in_flight
        self._log = log
        self._keep_log = keep_log
        self._log_pipe: tuple[int, int] | None = None
        self._log_rest = b""
        self._functions: dict[str, int] = {}
        self._current: WorkerProcess | None = None
        self._retired: deque[WorkerProcess] = deque()
        self._starting: asyncio.Task[None] | None = None
        self._queued: deque[tuple[int, Invocation, Deliver, float]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of the functions found, in the file's order."""
        return tuple(self._functions)

    @property
    def handlers_file(self) -> Path:
        """The file whose handlers it runs."""
        return self._setting.handlers_file

    async def start(self) -> None:
        """Start the worker and learn what functions there are.

        Raises:
            LoadError: the file cannot be loaded; its text is the traceback.
        """
        self._loop = asyncio.get_running_loop()
        if self._log is not None:
            self._log_pipe = os.pipe()
            os.set_blocking(self._log_pipe[0], False)
            self._loop.add_reader(self._log_pipe[0], self._read_log)
        self._current = await self._start_process()
        self._functions = {name: index for index, name in enumerate(self._current.functions)}

    async def reload(self) -> None:
        """Run the file as it is now, for calls from now on; those under way are finished by the code they began with.

        Raises:
            LoadError: the file cannot be loaded, and all stays as it was; its text is the traceback.
        """
        if self._starting is not None:
            await asyncio.gather(self._starting, return_exceptions=True)
        process = await self._start_process()
        before, self._current = self._current, process
        self._functions = {name: index for index, name in enumerate(process.functions)}
        if before is not None:
            self._retired.append(before)
            before.retire()

    def knows(self, function: str, qualifier: str | None = None) -> bool:
        """Whether there is a handler for this name or ARN; it stands for all versions."""
        return function.rpartition(":")[2] in self._functions

    def invoke(self, invocation: Invocation, deliver: Deliver) -> None:
        """Call a handler; see `FunctionRunner.invoke`."""
        index = self._functions.get(invocation.function.rpartition(":")[2])
        if index is None:
            raise FunctionNotFound(invocation.function)
        process = self._current
        if len(self._queued if process is None else process.in_flight) >= self._max_in_flight:
            raise FunctionThrottled(invocation.function)
        deadline = self._loop.time() + self._setting.timeout_seconds
        if process is None:
            self._queued.append((index, invocation, deliver, deadline))
            self._restart()
        else:
            process.call(index, invocation, deliver, deadline)
        if self._timer is None:
            self._timer = self._loop.call_later(self._setting.timeout_seconds, self._expire)

    async def close(self) -> None:
        """Kill the worker; calls in flight are dropped, so that a shutdown is nobody's failure."""
        self._closed = True
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._timer is not None:
            self._timer.cancel()
        processes = [*self._retired, *([self._current] if self._current is not None else [])]
        for process in processes:
            process.kill()
        for process in processes:
            await process.wait_closed()
        if self._log_pipe is not None:
            self._read_log()
            self._loop.remove_reader(self._log_pipe[0])
            for fd in self._log_pipe:
                os.close(fd)
            self._log_pipe = None

    async def _start_process(self) -> WorkerProcess:
        process = WorkerProcess(self._setting, self._exited, self._keep_log)
        try:
            await process.start(self._log_pipe[1] if self._log_pipe is not None else None)
        except BaseException:
            process.kill()
            await process.wait_closed()
            raise
        return process

    def _restart(self) -> None:
        if self._starting is None and not self._closed:
            self._starting = self._loop.create_task(self._replace())

    async def _replace(self) -> None:
        """Start the next process and send it what has been queued meanwhile."""
        try:
            process = await self._start_process()
        except LoadError as error:
            self._fail_queued(error.payload)
            return
        except OSError as error:
            message = f"Unable to start the worker: {error.strerror}"
            self._fail_queued(errors.error_object("Runtime.InvalidEntrypoint", message))
            return
        finally:
            self._starting = None
        indices = {name: index for index, name in enumerate(process.functions)}
        if indices != self._functions:
            # The file was edited; calls queued by index are mapped by name.
            old = {index: name for name, index in self._functions.items()}
            self._functions = indices
            self._queued = deque((indices.get(old[index], -1), *rest) for index, *rest in self._queued)  # type: ignore[misc]
        self._current = process
        while self._queued:
            index, invocation, deliver, deadline = self._queued.popleft()
            if index < 0:
                gone = errors.error_object("Runtime.HandlerNotFound", f"Handler '{invocation.function}' is gone")
                deliver_safely(deliver, FunctionResult(gone, "Unhandled"))
            else:
                process.call(index, invocation, deliver, deadline)

    def _fail_queued(self, payload: bytes) -> None:
        while self._queued:
            _, _, deliver, _ = self._queued.popleft()
            deliver_safely(deliver, FunctionResult(payload, "Unhandled"))

    def _exited(self, process: WorkerProcess, return_code: int | None) -> None:
        if process is self._current:
            self._current = None
            self._restart()
        elif process in self._retired:
            self._retired.remove(process)
        flights = [] if self._closed else list(process.in_flight.values())
        process.in_flight.clear()
        for flight in flights:
            payload = errors.exited(flight.invocation.request_id, return_code)
            deliver_safely(flight.deliver, FunctionResult(payload, "Unhandled"))

    def _expire(self) -> None:
        """Fail the calls whose time is up; all have the same timeout, so the oldest come first."""
        self._timer = None
        now = self._loop.time()
        while self._queued and self._queued[0][-1] <= now:
            _, invocation, deliver, _ = self._queued.popleft()
            self._time_out(invocation, deliver)
        earliest = self._queued[0][-1] if self._queued else None
        for process in [*self._retired, *([self._current] if self._current is not None else [])]:
            expired = []
            for number, flight in process.in_flight.items():
                if flight.deadline > now:
                    earliest = flight.deadline if earliest is None else min(earliest, flight.deadline)
                    break
                expired.append(number)
            if expired and process is self._current:
                self._retire(process)
            for number in expired:
                flight = process.in_flight.pop(number)
                self._time_out(flight.invocation, flight.deliver)
        for process in self._retired:
            if not process.in_flight:
                process.kill()
        if earliest is not None:
            self._timer = self._loop.call_at(earliest, self._expire)

    def _time_out(self, invocation: Invocation, deliver: Deliver) -> None:
        payload = errors.timed_out(invocation.request_id, self._setting.timeout_seconds)
        deliver_safely(deliver, FunctionResult(payload, "Unhandled"))

    def _retire(self, process: WorkerProcess) -> None:
        self._current = None
        self._retired.append(process)
        if len(self._retired) > MAX_RETIRED:
            self._retired[0].kill()
        self._restart()

    def _read_log(self) -> None:
        assert self._log is not None
        assert self._log_pipe is not None
        try:
            data = os.read(self._log_pipe[0], 65536)
        except BlockingIOError:
            return
        *lines, self._log_rest = (self._log_rest + data).split(b"\n")
        for line in lines:
            self._log(line.decode(errors="replace"))

"""LambdaRuntime: all functions from packages, and how many processes they may have between them."""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct

from podium.functions.contract import FunctionNotFound, FunctionResult, Invocation
from podium.functions.lambda_runtime.code_use import CodeUse
from podium.functions.lambda_runtime.pool import FunctionPool, Process
from podium.functions.lambda_runtime.process import Cancellable, FunctionProcess, Log, ProcessSetting, Timers
from podium.functions.lambda_runtime.spec import FunctionSpec

_logger: Final = logging.getLogger("podium.functions")


class LambdaRuntimeSetting(Struct, frozen=True):
    """Limits of the runtime."""

    processes_per_function: int = 64
    processes: int = 64
    """Of all functions together."""
    starting_per_function: int = max(2, os.cpu_count() or 2)
    """Processes of a function that start at once: more would only slow each other down, and by the time they are
    there, those before them may have done the work."""
    queue_per_function: int = 1000
    """Invocations waiting for a process; Lambda's default concurrency."""
    idle_seconds: float = 60.0
    """How long a process without work is kept."""
    process: ProcessSetting = ProcessSetting()


class _Idle(Struct, eq=False):
    pool: FunctionPool
    process: Process
    since: float


StartProcess = Callable[[FunctionSpec, FunctionPool], Process]


class LambdaRuntime:
    """Implements `FunctionRunner` for functions that have been `register`ed, by `FunctionSpec.key`.

    Args:
        setting: limits.
        timers: clock of idleness and timeouts; the running event loop where None.
        start_process: makes a process that reports to the pool; awslambdaric where None.
        log: takes what functions print; the logger `podium.functions` where None.
    """

    def __init__(
        self,
        setting: LambdaRuntimeSetting | None = None,
        *,
        timers: Timers | None = None,
        start_process: StartProcess | None = None,
        log: Log | None = None,
    ) -> None:
        self.code = CodeUse()
        """Counts who needs the packages of the functions there are and were."""
        self._setting = setting or LambdaRuntimeSetting()
        self._timers = timers or asyncio.get_running_loop()
        self._start_process = start_process or self._start_function_process
        self._log = log or LoggerLog()
        self._pools: dict[str, FunctionPool] = {}
        self._retiring: set[FunctionPool] = set()
        self._starved: dict[FunctionPool, None] = {}
        self._idle: dict[Process, _Idle] = {}
        self._processes: dict[Process, Path] = {}
        self._reaper: Cancellable | None = None
        self._starts: set[asyncio.Task[None]] = set()
        self._none_left = asyncio.Event()
        self._none_left.set()

    @property
    def process_count(self) -> int:
        """Processes there are, whatever they do."""
        return len(self._processes)

    def register(self, spec: FunctionSpec) -> None:
        """Make a function known, or replace its code and configuration for invocations from now on."""
        pool = self._pools.get(spec.key)
        if pool is not None:
            if pool.spec != spec:
                before = pool.spec.directory
                self.code.hold(spec.directory)
                self._forget_idle(pool)
                pool.update(spec)
                self.code.release(before)
            return
        self.code.hold(spec.directory)
        setting = self._setting
        self._pools[spec.key] = FunctionPool(
            spec,
            self,
            limit=setting.processes_per_function,
            queue_limit=setting.queue_per_function,
            starting_limit=setting.starting_per_function,
            clock_seconds=self._timers.time,
        )

    def unregister(self, key: str) -> None:
        """Forget a function; what has been accepted is finished."""
        pool = self._pools.pop(key, None)
        if pool is not None:
            self._forget_idle(pool)
            self._retiring.add(pool)
            pool.retire()
            self._forget_if_done(pool)

    def knows(self, function: str, qualifier: str | None = None) -> bool:
        """Whether a function of this key is registered; keys name versions themselves."""
        return function in self._pools

    def invoke(self, invocation: Invocation, deliver: Callable[[FunctionResult], None]) -> None:
        """See `FunctionRunner.invoke`."""
        pool = self._pools.get(invocation.function)
        if pool is None:
            raise FunctionNotFound(invocation.function)
        pool.invoke(invocation, deliver)

    async def close(self) -> None:
        """End all processes and wait until they are gone; what they are at is dropped."""
        if self._reaper is not None:
            self._reaper.cancel()
        for pool in [*self._pools.values(), *self._retiring]:
            pool.close()
        self._pools.clear()
        await asyncio.gather(*self._starts, return_exceptions=True)
        await self._none_left.wait()

    # Host of the pools.

    def start(self, pool: FunctionPool) -> Process | None:
        """See `Host`."""
        if self.process_count >= self._setting.processes:
            self._starved[pool] = None
            victim = next((entry for entry in self._idle.values() if entry.pool.has_idle(entry.process)), None)
            if victim is not None:
                # Oldest first; when it is gone, `ended` lets the starved pools grow.
                del self._idle[victim.process]
                victim.pool.evict(victim.process)
            return None
        process = self._start_process(pool.spec, pool)
        self._processes[process] = pool.spec.directory
        self.code.hold(pool.spec.directory)
        self._none_left.clear()
        return process

    def has_room(self) -> bool:
        """See `Host`."""
        return not self._starved and self.process_count < self._setting.processes

    def wanted_elsewhere(self, pool: FunctionPool) -> bool:
        """See `Host`."""
        return any(starved is not pool and starved.size + 1 < pool.size for starved in self._starved)

    def idle(self, pool: FunctionPool, process: Process) -> bool:
        """See `Host`."""
        if self._starved:
            return False
        self._idle.pop(process, None)
        self._idle[process] = _Idle(pool, process, self._timers.time())
        if self._reaper is None:
            self._reaper = self._timers.call_later(self._setting.idle_seconds, self._reap)
        return True

    def ended(self, pool: FunctionPool, process: Process) -> None:
        """See `Host`."""
        self.code.release(self._processes.pop(process))
        if not self._processes:
            self._none_left.set()
        self._forget_if_done(pool)
        starved, self._starved = self._starved, {}
        for waiting in starved:
            waiting.grow()

    def _reap(self) -> None:
        """End the processes that have been idle long enough, and look again when the next one will be."""
        self._reaper = None
        now = self._timers.time()
        for entry in list(self._idle.values()):
            remaining = entry.since + self._setting.idle_seconds - now
            if not entry.pool.has_idle(entry.process):
                del self._idle[entry.process]
            elif remaining <= 0:
                del self._idle[entry.process]
                entry.pool.evict(entry.process)
            elif self._reaper is None:
                self._reaper = self._timers.call_later(remaining, self._reap)

    def _forget_if_done(self, pool: FunctionPool) -> None:
        if pool in self._retiring and pool.done:
            self._retiring.remove(pool)
            self.code.release(pool.spec.directory)

    def _forget_idle(self, pool: FunctionPool) -> None:
        for entry in [entry for entry in self._idle.values() if entry.pool is pool]:
            del self._idle[entry.process]

    def _start_function_process(self, spec: FunctionSpec, pool: FunctionPool) -> Process:
        process = FunctionProcess(spec, self._setting.process, pool, self._timers, self._log)
        task = asyncio.get_running_loop().create_task(process.start())
        self._starts.add(task)
        task.add_done_callback(self._starts.discard)
        return process


class LoggerLog:
    """Hands what functions print to the logger."""

    def write(self, function: str, stream: str, data: bytes) -> None:
        """See `Log`."""
        # One record for all lines: a record for each would hold the event loop while a function prints without end.
        text = data.decode(errors="replace").removesuffix("\n")
        _logger.info("%s: %s", function, text.replace("\n", f"\n{function}: "))

    def end(self, function: str, stream: str) -> None:
        """See `Log`."""

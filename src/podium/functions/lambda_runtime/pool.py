"""One function's processes and queue: from zero with demand, and back.

An invocation goes to the process that worked last (so that the others grow idle and end), else it waits, and
a process is started for it unless one that is starting will take it or the limits forbid it. After a burst, more are
started where there is room, for the next one.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from podium.functions.contract import FunctionResult, FunctionThrottled, Invocation
from podium.functions.delivery import Deliver, deliver_safely
from podium.functions.lambda_runtime.demand import Demand
from podium.functions.lambda_runtime.spec import FunctionSpec


class Process(Protocol):
    """What a pool needs of a process; see `FunctionProcess`."""

    def run(self, invocation: Invocation, deliver: Deliver) -> None:
        """Give it, which must be ready, an invocation."""

    def kill(self, *, drop: bool = False) -> None:
        """End it; `ended` follows. With `drop`, nothing is delivered for what it was at."""


class Host(Protocol):
    """Whoever shares out processes among all functions."""

    def start(self, pool: "FunctionPool") -> Process | None:
        """A new process, starting; None when there may be no more now (the pool is asked to `grow` later)."""

    def has_room(self) -> bool:
        """Whether a process may be started that takes nobody else's place."""

    def idle(self, pool: "FunctionPool", process: Process) -> bool:
        """The pool has no work for this process. False: end it, its place is needed."""

    def wanted_elsewhere(self, pool: "FunctionPool") -> bool:
        """Whether a function with fewer processes waits for one that this pool has."""

    def ended(self, pool: "FunctionPool", process: Process) -> None:
        """One of the pool's processes is gone."""


class FunctionPool:
    """Implements `ProcessOwner` for all processes of one function.

    Args:
        spec: what to run now; `update` changes it.
        host: who starts processes.
        limit: most processes of this function.
        queue_limit: most invocations waiting; more are refused as Lambda refuses them.
        starting_limit: most processes that start at once.
        clock_seconds: monotonic.
    """

    def __init__(
        self,
        spec: FunctionSpec,
        host: Host,
        *,
        limit: int,
        queue_limit: int,
        starting_limit: int,
        clock_seconds: Callable[[], float],
    ) -> None:
        self.spec = spec
        self._host = host
        self._limit = limit
        self._queue_limit = queue_limit
        self._starting_limit = starting_limit
        self._demand = Demand(clock_seconds)
        self._waiting: deque[tuple[Invocation, Deliver]] = deque()
        self._starting: set[Process] = set()
        self._busy: set[Process] = set()
        self._idle: list[Process] = []
        self._stale: set[Process] = set()
        self._retired = False
        self._closed = False

    @property
    def size(self) -> int:
        """Processes of this function, whatever they do."""
        return len(self._starting) + len(self._busy) + len(self._idle)

    @property
    def done(self) -> bool:
        """Whether the function was deleted and all that had been accepted is finished."""
        return self._retired and not self.size and not self._waiting

    def invoke(self, invocation: Invocation, deliver: Deliver) -> None:
        """Run an invocation as soon as a process is free.

        Raises:
            FunctionThrottled: too many are waiting.
        """
        if self._idle:
            process = self._idle.pop()
            self._busy.add(process)
            self._run(process, invocation, deliver)
            return
        if len(self._waiting) >= self._queue_limit:
            raise FunctionThrottled(self.spec.name)
        self._waiting.append((invocation, deliver))
        self._demand.invoked(len(self._waiting) + len(self._busy))
        self.grow()

    def grow(self) -> None:
        """Start processes for those who wait, or for the next burst, as far as limits allow."""
        if self._closed:
            return
        limit, wanted = self._limit, len(self._waiting)
        if not wanted and not self._retired and self._host.has_room():
            wanted = limit = min(limit, self._demand.processes)
        while len(self._starting) < min(wanted, self._starting_limit) and self.size < limit:
            process = self._host.start(self)
            if process is None:
                return
            self._starting.add(process)

    def _run(self, process: Process, invocation: Invocation, deliver: Deliver) -> None:
        self._demand.began(process)
        process.run(invocation, deliver)

    def update(self, spec: FunctionSpec) -> None:
        """Run new code from now on: idle processes end now, busy ones after what they are at."""
        self.spec = spec
        self._demand.forget()
        self._stale |= self._starting | self._busy
        self._kill_idle()
        for process in self._starting:
            process.kill()

    def retire(self) -> None:
        """Finish what has been accepted, then end all processes: the function was deleted."""
        self._retired = True
        self._kill_idle()

    def close(self) -> None:
        """End all processes now; what they are at and what waits is dropped."""
        self._closed = True
        self._waiting.clear()
        for process in [*self._starting, *self._busy, *self._idle]:
            process.kill(drop=True)

    def has_idle(self, process: Process) -> bool:
        """Whether a process has no work."""
        return process in self._idle

    def evict(self, process: Process) -> None:
        """End an idle process."""
        self._demand.forget()
        if process in self._idle:
            self._idle.remove(process)
            self._busy.add(process)
            process.kill()

    def _kill_idle(self) -> None:
        for process in list(self._idle):
            self.evict(process)

    def ready(self, process: Process) -> None:
        """A process waits for an invocation."""
        self._starting.discard(process)
        self._busy.add(process)
        self._demand.ended(process)
        if process in self._stale or self._closed or (self._waiting and self._host.wanted_elsewhere(self)):
            process.kill()
        elif self._waiting:
            self._run(process, *self._waiting.popleft())
            self.grow()
        elif not self._retired and self._host.idle(self, process):
            self._busy.discard(process)
            self._idle.append(process)
            self.grow()
        else:
            process.kill()

    def init_failed(self, process: Process, payload: Callable[[Invocation], bytes]) -> None:
        """A process could not load the handler: so will the next, and whoever waits hears of it now.

        While others do work, it was an accident, and only one invocation is failed for it.
        """
        if process in self._stale:
            return
        self._demand.forget()
        count = 1 if self._busy else len(self._waiting)
        failed = [self._waiting.popleft() for _ in range(min(count, len(self._waiting)))]
        for invocation, deliver in failed:
            deliver_safely(deliver, FunctionResult(payload(invocation), "Unhandled", self.spec.version))

    def ended(self, process: Process) -> None:
        """A process is gone."""
        self._demand.ended(process)
        self._starting.discard(process)
        self._busy.discard(process)
        self._stale.discard(process)
        if process in self._idle:
            self._idle.remove(process)
        self._host.ended(self, process)
        self.grow()

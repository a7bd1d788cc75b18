"""Starting executions: one per name, however often and from wherever it is asked for.

Nobody looks beforehand whether a name is taken: nearly always it isn't. The journal refuses the second of a name, and
nothing has been done for it by then.
"""

import asyncio
from typing import Final

from msgspec import Struct, structs

from podium.core.machine.execution import Execution
from podium.core.machine.execution_info import ExecutionInfo, Redrives
from podium.core.machine.limits import Limits
from podium.core.machine.payload import Payload
from podium.core.machine.stimuli import Start
from podium.engine import views
from podium.engine.active import Active, token_key
from podium.engine.clock import Clock
from podium.engine.driving import Driving
from podium.engine.errors import CommitFailed, EngineDraining, ExecutionAlreadyExists, Refused, TooManyExecutions
from podium.engine.machines import Machines
from podium.engine.open_executions import OpenExecutions
from podium.store.contract import Store
from podium.store.records import RevisionRecord, StateMachineRecord

RUNNING: Final = "RUNNING"


class ChildOf(Struct, frozen=True):
    """What makes an execution the child of a Map Run."""

    map_run_arn: str
    items: int
    """How many of the Map Run's items it is given."""
    position: int
    """Among the Map Run's children."""
    of_redrive: int
    """Which redrive of the Map Run starts it; 0 for none."""


class StartedExecution(Struct, frozen=True):
    """An execution that is durable. `start_ms` in epoch milliseconds."""

    arn: str
    start_ms: int


class Starting:
    """Starts executions until it is told to stop."""

    def __init__(
        self,
        store: Store,
        machines: Machines,
        clock: Clock,
        limits: Limits,
        secret: bytes,
        driving: Driving,
        open_executions: OpenExecutions,
    ) -> None:
        self._store = store
        self._machines = machines
        self._clock = clock
        self._limits = limits
        self._secret = secret
        self._driving = driving
        self._open = open_executions
        self.draining = False

    async def start(
        self,
        *,
        state_machine: StateMachineRecord,
        revision: RevisionRecord,
        execution_arn: str,
        name: str,
        input: bytes,
        trace_header: str | None = None,
        version_arn: str | None = None,
        alias_arn: str | None = None,
        child_of: ChildOf | None = None,
        test_case: str | None = None,
    ) -> StartedExecution:
        """See `Engine.start_execution`."""
        machine = await self._machines.ready(revision)
        if self.draining:
            raise EngineDraining("the server is shutting down")
        now_ms = self._clock.now_ms()
        info = ExecutionInfo(
            execution_arn,
            name,
            state_machine.arn,
            state_machine.name,
            revision.role_arn,
            revision.revision_id,
            now_ms,
            trace_header,
            version_arn,
            alias_arn,
            test_case=test_case,
        )
        if child_of is not None:
            info = structs.replace(
                info,
                map_run_arn=child_of.map_run_arn,
                item_count=child_of.items,
                position=child_of.position,
                redrives=Redrives(of_map_run=child_of.of_redrive),
            )
        key = self._store.next_key()
        tokens = token_key(self._secret, execution_arn, key)
        active = Active(key, Execution(info, machine.timeout_ms, self._limits, tokens), machine)
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        try:
            self._open.opened(execution_arn, refusable=child_of is None)
        except TooManyExecutions as full:
            return await self._running(execution_arn, input, full)
        self._driving.start(active, Start(Payload.from_text(input)), done)
        try:
            await done
        except CommitFailed as failed:
            self._open.closed(execution_arn)
            if isinstance(failed, Refused):
                return await self._running(execution_arn, input, failed)
            raise
        return StartedExecution(execution_arn, now_ms)

    async def _running(self, execution_arn: str, input: bytes, refused: Exception) -> StartedExecution:
        """The execution that has the name already, when it is as good as the one that was to be started.

        Raises:
            ExecutionAlreadyExists: it isn't.
            Exception: `refused`, when there is none.
        """
        existing = await self._store.find(execution_arn)
        if existing is None:
            raise refused
        if existing.status == RUNNING and await views.input_of(self._store, existing.key) == input:
            return StartedExecution(execution_arn, existing.start_ms)
        raise ExecutionAlreadyExists(execution_arn)

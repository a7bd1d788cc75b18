"""An engine without a server, for one execution."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

from podium.bootstrap.functions import bound_handlers, open_functions
from podium.bootstrap.integrations import aws_client, item_gateway, performers_of
from podium.bootstrap.process import make_room_for_expressions
from podium.config import Settings
from podium.core.machine.execution_view import ExecutionView
from podium.core.machine.limits import AWS, OPEN, Limits
from podium.engine.clock import Clock, SystemClock
from podium.engine.engine import Engine
from podium.engine.skipping_clock import SkippingClock
from podium.integrations.parameter_checks import ParameterChecks
from podium.integrations.under_way import UnderWay
from podium.store.memory import MemoryStore
from podium.store.records import RevisionRecord, StateMachineRecord

ACCOUNT = "000000000000"
EMBEDDED_ROLE = f"arn:aws:iam::{ACCOUNT}:role/podium-run"
LIMITS: dict[str, Limits] = {"aws": AWS, "open": OPEN}
_ALL_AHEAD_SECONDS: Final = 100 * 365 * 86_400
"""One execution has few timers: all can be in memory, and virtual time needn't stop for a look at those to come."""


class Embedded:
    """An engine without a server: `podium run`."""

    def __init__(self, engine: Engine, region: str, clock: Clock, waits: "_Waits | None") -> None:
        self._engine = engine
        self._region = region
        self._clock = clock
        self._waits = waits

    def now_ms(self) -> int:
        """Now, as the execution's events tell the time."""
        return self._clock.now_ms()

    async def run(
        self,
        definition_text: str,
        input_text: str,
        *,
        name: str,
        on_events: Callable[[list[dict[str, Any]]], None],
    ) -> ExecutionView:
        """Run a valid definition once, to its end.

        `on_events` is told of events in AWS's shape (`timestamp` in epoch milliseconds) and of retries to come
        (`{"type": "RetryScheduled", "state", "attempt", "at_ms", "error"}`) as they become durable.
        """
        prefix = f"arn:aws:states:{self._region}:{ACCOUNT}"
        arn = f"{prefix}:execution:run:{name}"
        now_ms = self.now_ms()
        machine = StateMachineRecord(f"{prefix}:stateMachine:run", "run", "STANDARD", "run", now_ms, now_ms)
        revision = RevisionRecord("run", machine.arn, definition_text, EMBEDDED_ROLE, "STANDARD", now_ms)
        watch = self._engine.observers.watch(arn)
        await self._engine.start_execution(
            state_machine=machine, revision=revision, execution_arn=arn, name=name, input=input_text.encode()
        )
        async with asyncio.TaskGroup() as beside:
            skipping = None if self._waits is None else beside.create_task(self._waits.skip())
            async for events in watch:
                on_events(events)
            if skipping is not None:
                skipping.cancel()
        view = await self._engine.describe_execution(arn)
        assert view is not None
        return view


class _Waits:
    """Skips the time in which nothing but time passes."""

    def __init__(self, engine: Engine, tasks: UnderWay, clock: SkippingClock) -> None:
        self._engine = engine
        self._tasks = tasks
        self._clock = clock

    async def skip(self) -> None:
        """Skip them until cancelled."""
        while True:
            await self._tasks.ended()
            await self._engine.quiet()
            # What became quiet may have begun a task.
            if not self._tasks.any:
                self._clock.skip()


@asynccontextmanager
async def open_embedded(settings: Settings, *, virtual_time: bool = False) -> AsyncIterator[Embedded]:
    """An engine over a store in memory, with the handlers of one file bound.

    In virtual time, what would be waited for is skipped: Waits, the pauses before retries, and the timeouts of tasks
    whose token nobody sends.

    Raises:
        StartError: a setting makes no sense here, or the handlers can't be loaded.
    """
    make_room_for_expressions()
    store = MemoryStore()
    async with AsyncExitStack() as opened:
        packages = opened.enter_context(tempfile.TemporaryDirectory(prefix="podium-"))
        aws = aws_client(settings)
        bound = await bound_handlers(settings.handlers, settings.region)
        functions = await open_functions(store, Path(packages), bound, settings.region)
        opened.push_async_callback(functions.close)
        clock, tasks = SkippingClock(SystemClock()), UnderWay(performers_of(aws, functions, settings))
        engine = await Engine.open(
            store,
            tasks,
            clock,
            limits=LIMITS[settings.limits],
            items=item_gateway(settings, aws),
            look_ahead_seconds=_ALL_AHEAD_SECONDS,
            parameter_check=ParameterChecks(aws.models),
        )
        opened.push_async_callback(engine.close)
        yield Embedded(engine, settings.region, clock, _Waits(engine, tasks, clock) if virtual_time else None)

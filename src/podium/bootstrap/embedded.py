"""An engine without a server, for one execution."""

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from podium.bootstrap.functions import bound_handlers, open_functions
from podium.bootstrap.integrations import aws_client, item_gateway, performers_of
from podium.bootstrap.process import make_room_for_expressions
from podium.config import Settings
from podium.core.machine.execution_view import ExecutionView
from podium.core.machine.limits import AWS, OPEN, Limits
from podium.engine.clock import SystemClock
from podium.engine.engine import Engine
from podium.store.memory import MemoryStore
from podium.store.records import RevisionRecord, StateMachineRecord

ACCOUNT = "000000000000"
EMBEDDED_ROLE = f"arn:aws:iam::{ACCOUNT}:role/podium-run"
LIMITS: dict[str, Limits] = {"aws": AWS, "open": OPEN}


class Embedded:
    """An engine without a server: `podium run`."""

    def __init__(self, engine: Engine, region: str) -> None:
        self._engine = engine
        self._region = region

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
        now_ms = SystemClock().now_ms()
        machine = StateMachineRecord(f"{prefix}:stateMachine:run", "run", "STANDARD", "run", now_ms, now_ms)
        revision = RevisionRecord("run", machine.arn, definition_text, EMBEDDED_ROLE, "STANDARD", now_ms)
        watch = self._engine.observers.watch(arn)
        await self._engine.start_execution(
            state_machine=machine, revision=revision, execution_arn=arn, name=name, input=input_text.encode()
        )
        async for events in watch:
            on_events(events)
        view = await self._engine.describe_execution(arn)
        assert view is not None
        return view


@asynccontextmanager
async def open_embedded(settings: Settings) -> AsyncIterator[Embedded]:
    """An engine over a store in memory, with the handlers of one file bound.

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
        engine = await Engine.open(
            store,
            performers_of(aws, functions, settings),
            SystemClock(),
            limits=LIMITS[settings.limits],
            items=item_gateway(settings, aws),
        )
        opened.push_async_callback(engine.close)
        yield Embedded(engine, settings.region)

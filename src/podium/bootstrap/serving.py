"""A server: its rooms opened one after the other, and closed the other way round."""

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

import uvloop

from podium.api import app, quotas
from podium.api.connection import Limits
from podium.api.operations import functions as functions_api
from podium.api.origins import Origins
from podium.api.server import Server
from podium.api.services import Services
from podium.bootstrap.embedded import LIMITS
from podium.bootstrap.errors import StartError
from podium.bootstrap.functions import bound_handlers, function_logs, function_runtime, open_functions
from podium.bootstrap.integrations import (
    aws_client,
    event_caller,
    item_gateway,
    log_sink_of,
    mocked,
    object_reader,
    performers_of,
)
from podium.bootstrap.own_services import OwnStates, answering
from podium.bootstrap.process import first_of, heed_signals, make_room_for_expressions, name_log_lines, new_id
from podium.bootstrap.running import Companion, Running, keep_company
from podium.config import Settings
from podium.console.routes import build_console
from podium.core.asl.diagnostics import Diagnostic, MachineType
from podium.core.asl.validator import validate
from podium.core.states import STATE_TYPES
from podium.engine.clock import SystemClock
from podium.engine.collector import spare_the_garbage_collector
from podium.engine.engine import Engine
from podium.events.api_destinations import ApiDestinations
from podium.events.bus import EventBus
from podium.events.execution_status import StatusEvents
from podium.events.patterns import compile_pattern
from podium.events.scheduler import Scheduler
from podium.functions.event_sources import EventSources
from podium.functions.log_reading import LogReader
from podium.functions.logs import LogFiles
from podium.functions.service import FunctionService
from podium.functions.worker.runtime import WorkerRuntime
from podium.integrations.aws.call_catalogue import CallCatalogue
from podium.integrations.aws.client import AwsClient
from podium.integrations.aws.messages import Messages
from podium.integrations.aws.remote_states import RemoteStates
from podium.integrations.contract import TaskPerformer
from podium.integrations.log_delivery import LogSink
from podium.integrations.mock_configuration import MockConfiguration
from podium.integrations.parameter_checks import ParameterChecks
from podium.integrations.registry import Registry
from podium.integrations.states import States, StatesIntegration
from podium.processes.answering import Answering
from podium.processes.listening import listen
from podium.processes.supervisor import FrontEnds, StartFailed
from podium.store.contract import StoreError
from podium.store.sqlite import SqliteStore

log = logging.getLogger(__name__)


FRONT_END_MODULE: Final = "podium.bootstrap.front_end"
QUOTAS: dict[str, quotas.Quotas] = {"aws": quotas.AWS, "open": quotas.OPEN}


def serve(
    settings: Settings,
    listening: Callable[[str], None],
    companion: Companion | None = None,
    handlers_environment: Mapping[str, str] | None = None,
    shares: list[list[socket.socket]] | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit code.

    Args:
        listening: told the endpoint's URL.
        handlers_environment: of the handlers' process, beside our own.
        shares: what `listen_for` gave, for callers that must know the port before.
    """
    make_room_for_expressions()
    return uvloop.run(_serve(settings, listening, companion, handlers_environment or {}, shares))


def listen_for(settings: Settings) -> list[list[socket.socket]]:
    """The sockets a server with these settings accepts connections of; who connects waits until `serve` takes them.

    Raises:
        OSError: it is not possible, such as when something else listens there.
    """
    return listen(settings.host, settings.port, max(1, settings.processes - 1))


async def _serve(
    settings: Settings,
    listening: Callable[[str], None],
    companion: Companion | None,
    handlers_environment: Mapping[str, str],
    shares: list[list[socket.socket]] | None,
) -> int:
    rooms = await _Rooms.open(settings, handlers_environment)
    try:
        return await _served(rooms, listening, companion, shares)
    finally:
        await rooms.close()


async def _served(
    rooms: "_Rooms",
    listening: Callable[[str], None],
    companion: Companion | None,
    shares: list[list[socket.socket]] | None,
) -> int:
    settings = rooms.settings
    stop, hurry = asyncio.Event(), asyncio.Event()
    services = _services(rooms, ready=lambda: rooms.engine.recovered and not stop.is_set())
    application = app.build_app(
        services,
        functions_api.OPERATIONS,
        build_console(services, rooms.engine.observers, CallCatalogue()),
        Origins((settings.host, *settings.console_hosts)),
    )
    rooms.answer_own_tasks(application)
    server = await _listen(rooms, application, services, shares)
    rooms.endpoint = f"http://{settings.host}:{server.port}"
    heed_signals(stop, hurry)
    try:
        await rooms.begin()
        if isinstance(server, FrontEnds):
            await _opened(server)
    except BaseException:
        await (server.close() if isinstance(server, FrontEnds) else server.drain(0))
        raise
    listening(rooms.endpoint)
    running = Running(rooms.endpoint, application, rooms.bound, settings.region)
    company = asyncio.ensure_future(keep_company(companion, running))
    await first_of(stop.wait(), rooms.engine.lost.wait())
    company.cancel()
    log.info("draining")
    # Workers that wait for a task get their empty answer now; the drain need not wait for theirs.
    rooms.engine.activities.close()
    drained = asyncio.gather(server.drain(settings.drain_seconds), rooms.engine.drain(settings.drain_seconds))
    await first_of(drained, hurry.wait())
    if isinstance(server, FrontEnds):
        await server.close()
    if rooms.engine.lost.is_set():
        log.error("another Podium has taken over the data directory")
    return 1 if rooms.engine.lost.is_set() else 0


async def _listen(
    rooms: "_Rooms", application: app.App, services: Services, shares: list[list[socket.socket]] | None
) -> Server | FrontEnds:
    """Take requests: in this process, or in front ends of their own."""
    settings = rooms.settings
    shares = shares or listen_for(settings)
    if settings.processes == 1:
        server = Server(application, Limits())
        await server.start_on(shares[0])
        return server
    count = settings.processes - 1
    name = name_log_lines("engine")

    def answering(greeted: Callable[[], None], alive: Callable[[], None]) -> Answering:
        return Answering(application, rooms.engine.express, services.machines.revision, greeted, alive)

    front_ends = FrontEnds(
        shares,
        FRONT_END_MODULE,
        settings.limits,
        Limits().buffered_max_bytes // count,
        answering,
    )
    services.processes = lambda: [name, *front_ends.lines()]
    await front_ends.start()
    return front_ends


async def _opened(front_ends: FrontEnds) -> None:
    try:
        await front_ends.opened()
    except StartFailed as error:
        raise StartError(str(error)) from None


@dataclass
class _Rooms:
    """What a server is made of, opened in this order and closed the other way round."""

    settings: Settings
    clock: SystemClock
    store: SqliteStore
    aws: AwsClient
    bound: WorkerRuntime | None
    functions: FunctionService
    sources: EventSources
    log_sink: LogSink
    mocks: MockConfiguration | None
    states: asyncio.Future[States]
    performers: Registry
    engine: Engine
    bus: EventBus
    scheduler: Scheduler
    closing: AsyncExitStack
    endpoint: str = ""

    @classmethod
    async def open(cls, settings: Settings, handlers_environment: Mapping[str, str]) -> "_Rooms":
        """Open them all; nothing acts yet. Where one can't be opened, those before it are closed.

        Raises:
            StartError: a setting makes no sense, or something can't be opened.
        """
        async with AsyncExitStack() as opened:
            rooms = await cls._open(settings, handlers_environment, opened)
            rooms.closing = opened.pop_all()
        return rooms

    @classmethod
    async def _open(
        cls, settings: Settings, handlers_environment: Mapping[str, str], opened: AsyncExitStack
    ) -> "_Rooms":
        """Open them all, each with its close on `opened`."""
        try:
            store = SqliteStore(settings.data_directory)
        except StoreError as error:
            raise StartError(str(error)) from None
        opened.push_async_callback(store.close)
        aws, clock = aws_client(settings), SystemClock()
        messages = Messages(aws_client(settings))
        logs = LogFiles(function_logs(settings))
        opened.callback(logs.close)
        bound = await bound_handlers(settings.handlers, settings.region, handlers_environment, logs)
        if bound is not None:
            opened.push_async_callback(bound.close)
        runtime = function_runtime(settings, logs)
        functions = await open_functions(
            store, settings.data_directory / "functions", bound, settings.region, messages, runtime
        )
        opened.push_async_callback(functions.close)
        functions.logs = LogReader(function_logs(settings))
        states: asyncio.Future[States] = asyncio.get_running_loop().create_future()
        log_sink = log_sink_of(settings, aws)
        api_destinations = ApiDestinations(store)
        performers = performers_of(aws, functions, settings, StatesIntegration(states), api_destinations)
        mocks = None if settings.mock_configuration is None else MockConfiguration(settings.mock_configuration)
        engine = await _engine(settings, store, mocked(mocks, store, performers), clock, aws, log_sink)
        opened.push_async_callback(engine.close)
        sources = EventSources(store, functions.invoke, messages, compile_pattern)
        opened.push_async_callback(sources.close)
        catch_up = settings.schedule_catch_up
        bus = EventBus(
            store, clock, event_caller(performers), new_id, catch_up=catch_up, api_destinations=api_destinations
        )
        opened.push_async_callback(bus.close)
        scheduler = Scheduler(store, clock, bus.deliveries, new_id, catch_up=catch_up)
        opened.callback(scheduler.close)
        engine.status_changed = StatusEvents(bus, engine.describe_execution).changed
        return cls(
            settings,
            clock,
            store,
            aws,
            bound,
            functions,
            sources,
            log_sink,
            mocks,
            states,
            performers,
            engine,
            bus,
            scheduler,
            opened,
        )

    def answer_own_tasks(self, application: app.App) -> None:
        """Tasks that call Step Functions or Lambda reach this process, unless those are configured elsewhere."""
        elsewhere = self.aws.routes.is_named("stepfunctions")
        self.states.set_result(RemoteStates(self.aws) if elsewhere else OwnStates(application, self.engine))
        if not self.aws.routes.is_named("lambda"):
            self.aws.answer_here("lambda", answering(application, asyncio.get_running_loop()))

    async def begin(self) -> None:
        """Take up what was under way."""
        # Before many executions are taken up: these leave no cycles either.
        spare_the_garbage_collector()
        await self.engine.recover()
        await self.sources.load()
        await self.bus.open()
        await self.scheduler.open()

    async def close(self) -> None:
        """Stop acting; what is pending is stored first."""
        await self.closing.aclose()


async def _engine(
    settings: Settings, store: SqliteStore, performer: TaskPerformer, clock: SystemClock, aws: AwsClient, sink: LogSink
) -> Engine:
    return await Engine.open(
        store,
        performer,
        clock,
        limits=LIMITS[settings.limits],
        look_ahead_seconds=settings.look_ahead_seconds,
        items=item_gateway(settings, aws),
        log_sink=sink,
        open_executions_max=QUOTAS[settings.limits].open_executions,
        retention_days=settings.retention_days,
        express_kept_seconds=settings.express_history_seconds,
        parameter_check=ParameterChecks(aws.models),
        recover=False,
    )


def _services(rooms: _Rooms, ready: Callable[[], bool]) -> Services:
    settings = rooms.settings
    return Services(
        store=rooms.store,
        engine=rooms.engine,
        functions=rooms.functions,
        validate_definition=_validate,
        clock=rooms.clock.now_ms,
        new_id=new_id,
        ready=ready,
        log_group_exists=rooms.log_sink.group_exists,
        mocks=rooms.mocks,
        quotas=QUOTAS[settings.limits],
        throttling=settings.throttling,
        express_history=settings.express_history_seconds > 0,
        endpoint=lambda: rooms.endpoint,
        event_sources=rooms.sources,
        fetch_object=object_reader(rooms.aws),
        events=rooms.bus,
        scheduler=rooms.scheduler,
        tasks=rooms.performers,
        parameter_check=ParameterChecks(rooms.aws.models),
    )


def _validate(text: str, machine_type: MachineType) -> list[Diagnostic]:
    return validate(text, state_types=STATE_TYPES, machine_type=machine_type).diagnostics

"""Wires the rooms together. The one place that knows every adapter; imported only by `cli` and tests."""

import asyncio
import logging
import os
import signal
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvloop
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound

from podium.api import app, quotas
from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.http import Request
from podium.api.names import state_machine_arn
from podium.api.operations import functions as functions_api
from podium.api.origins import Origins
from podium.api.services import FetchObject, ObjectMissing, Services
from podium.config import Settings
from podium.console.routes import build_console
from podium.core import jsontext
from podium.core.asl.diagnostics import Diagnostic, MachineType
from podium.core.asl.resources import parse_resource
from podium.core.asl.validator import validate
from podium.core.machine.commands import InvokeTask
from podium.core.machine.limits import AWS, OPEN, Limits
from podium.core.states import STATE_TYPES
from podium.engine import views
from podium.engine.clock import SystemClock
from podium.engine.collector import spare_the_garbage_collector
from podium.engine.engine import Engine
from podium.engine.views import ExecutionView
from podium.events.bus import EventBus
from podium.events.execution_status import StatusEvents
from podium.events.patterns import compile_pattern
from podium.events.scheduler import Scheduler
from podium.events.targets import Caller, TargetCall, TargetFailed
from podium.functions.event_sources import EventSources
from podium.functions.lambda_runtime.isolation import Bubblewrap, IsolationMissing
from podium.functions.lambda_runtime.process import ProcessSetting
from podium.functions.lambda_runtime.runtime import LambdaRuntime, LambdaRuntimeSetting
from podium.functions.logs import LogFiles
from podium.functions.service import FunctionService
from podium.functions.worker.process import LoadError
from podium.functions.worker.runtime import WorkerRuntime
from podium.integrations.activity_worker import POLL_TIMEOUT_SECONDS, ActivityWorker, CannotWork, WorkSettings
from podium.integrations.aws.client import AwsClient
from podium.integrations.aws.in_process import Answer, Answered, Asked
from podium.integrations.aws.messages import Messages
from podium.integrations.aws.optimized import OptimizedIntegration
from podium.integrations.aws.remote_lambda import RemoteLambdaIntegration
from podium.integrations.aws.remote_states import RemoteStates
from podium.integrations.aws.sdk import SdkIntegration
from podium.integrations.aws.services import SERVICES
from podium.integrations.containers.engine import ContainerEngine
from podium.integrations.containers.integration import ContainerIntegration
from podium.integrations.contract import TaskOutcome, TaskPerformer
from podium.integrations.destinations import ResultDestinations
from podium.integrations.http.addresses import AddressRules
from podium.integrations.http.api_gateway import ApiGatewayIntegration, signing
from podium.integrations.http.client import HttpClient
from podium.integrations.http.connections import Connections
from podium.integrations.http.invoke import HttpIntegration
from podium.integrations.http.kubernetes import EksIntegration, tokens
from podium.integrations.http.tokens import Tokens
from podium.integrations.items.gateway import ItemGateway
from podium.integrations.items.storage import mapped
from podium.integrations.lambda_ import LambdaIntegration
from podium.integrations.log_delivery import CloudWatchSink, FileSink, LogSink
from podium.integrations.mock_configuration import MockConfiguration
from podium.integrations.mocks import MockedTasks
from podium.integrations.registry import Registry
from podium.integrations.states import OPTIMIZED, SDK, CallRefused, States, StatesIntegration
from podium.store.contract import Store, StoreError
from podium.store.memory import MemoryStore
from podium.store.records import RevisionRecord, StateMachineRecord
from podium.store.sqlite import SqliteStore

__all__ = [
    "Embedded",
    "ExecutionView",
    "Refused",
    "Running",
    "StartError",
    "WorkSettings",
    "open_embedded",
    "serve",
    "work",
]

ACCOUNT = "000000000000"
EMBEDDED_ROLE = f"arn:aws:iam::{ACCOUNT}:role/podium-run"


class StartError(Exception):
    """Podium cannot start; the message is one sentence for the person who started it."""


RECURSION_LIMIT = 5_000
LIMITS: dict[str, Limits] = {"aws": AWS, "open": OPEN}
QUOTAS: dict[str, quotas.Quotas] = {"aws": quotas.AWS, "open": quotas.OPEN}

log = logging.getLogger(__name__)


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
    _make_room_for_expressions()
    store = MemoryStore()
    with tempfile.TemporaryDirectory(prefix="podium-") as packages:
        aws = _aws(settings)
        bound = await _bound(settings.handlers, settings.region)
        functions = await _open_functions(store, Path(packages), bound, settings.region)
        engine = await Engine.open(
            store,
            _performers(aws, functions, settings),
            SystemClock(),
            limits=LIMITS[settings.limits],
            items=_items(settings, aws),
        )
        try:
            yield Embedded(engine, settings.region)
        finally:
            await engine.close()
            await functions.close()


class Refused(Exception):
    """The server refused an operation; the text is AWS's code and message."""


class Running:
    """A server at work in this process, for whoever develops with it."""

    def __init__(self, endpoint: str, application: app.App, handlers: WorkerRuntime | None, region: str) -> None:
        self.endpoint = endpoint
        self._application = application
        self._handlers = handlers
        self._context = RequestContext(ACCOUNT, region)

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of the handlers there are."""
        return () if self._handlers is None else self._handlers.functions

    def state_machine_arn(self, name: str) -> str:
        """The ARN of the state machine of a name."""
        return state_machine_arn(self._context, name)

    async def call(self, operation: str, **input: Any) -> dict[str, Any]:
        """Perform an operation of Step Functions.

        Raises:
            Refused: see there.
        """
        try:
            return await self._application.call(self._context, operation, input)
        except ApiError as error:
            raise Refused(str(error)) from None

    async def reload_handlers(self) -> None:
        """Run the handlers' file as it is now.

        Raises:
            Refused: it cannot be loaded, and what was there goes on; the text says why.
        """
        if self._handlers is not None:
            try:
                await self._handlers.reload()
            except LoadError as error:
                raise Refused(str(error).strip()) from None


Companion = Callable[[Running], Awaitable[None]]
"""Works beside a server from when it listens until it stops; its end doesn't end the server."""


def serve(
    settings: Settings,
    listening: Callable[[str], None],
    companion: Companion | None = None,
    handlers_environment: Mapping[str, str] | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit code.

    Args:
        listening: told the endpoint's URL.
        handlers_environment: of the handlers' process, beside our own.
    """
    _make_room_for_expressions()
    return uvloop.run(_serve(settings, listening, companion, handlers_environment or {}))


async def _serve(
    settings: Settings,
    listening: Callable[[str], None],
    companion: Companion | None,
    handlers_environment: Mapping[str, str],
) -> int:
    try:
        store = SqliteStore(settings.data_directory)
    except StoreError as error:
        raise StartError(str(error)) from None
    aws = _aws(settings)
    messages = Messages(_aws(settings))
    packages = settings.data_directory / "functions"
    bound = await _bound(settings.handlers, settings.region, handlers_environment)
    functions = await _open_functions(store, packages, bound, settings.region, messages, _runtime(settings))
    sources = EventSources(store, functions.invoke, messages, compile_pattern)
    clock = SystemClock()
    states: asyncio.Future[States] = asyncio.get_running_loop().create_future()
    log_sink = _log_sink(settings, aws)
    performers = _performers(aws, functions, settings, StatesIntegration(states))
    mocks = None if settings.mock_configuration is None else MockConfiguration(settings.mock_configuration)
    engine = await Engine.open(
        store,
        _mocked(mocks, store, performers),
        clock,
        limits=LIMITS[settings.limits],
        look_ahead_seconds=settings.look_ahead_seconds,
        items=_items(settings, aws),
        log_sink=log_sink,
        open_executions_max=QUOTAS[settings.limits].open_executions,
        retention_days=settings.retention_days,
        express_kept_seconds=settings.express_history_seconds,
        recover=False,
    )
    bus = EventBus(
        store, clock, _event_caller(performers), lambda: str(uuid.uuid4()), catch_up=settings.schedule_catch_up
    )
    scheduler = Scheduler(store, clock, bus.deliveries, lambda: str(uuid.uuid4()), catch_up=settings.schedule_catch_up)
    engine.status_changed = StatusEvents(bus, engine.describe_execution).changed
    stop, hurry = asyncio.Event(), asyncio.Event()
    services = Services(
        store=store,
        engine=engine,
        functions=functions,
        validate_definition=_validate,
        clock=clock.now_ms,
        new_id=lambda: str(uuid.uuid4()),
        ready=lambda: engine.recovered and not stop.is_set(),
        log_group_exists=log_sink.group_exists,
        mocks=mocks,
        quotas=QUOTAS[settings.limits],
        throttling=settings.throttling,
        express_history=settings.express_history_seconds > 0,
        endpoint=lambda: f"http://{settings.host}:{server.port}",
        event_sources=sources,
        fetch_object=_objects(aws),
        events=bus,
        scheduler=scheduler,
        tasks=performers,
    )
    application = app.build_app(
        services,
        functions_api.OPERATIONS,
        build_console(services, engine.observers),
        Origins((settings.host, *settings.console_hosts)),
    )
    elsewhere = aws.routes.is_named("stepfunctions")
    states.set_result(RemoteStates(aws) if elsewhere else _OwnStates(application, engine))
    if not aws.routes.is_named("lambda"):
        aws.answer_here("lambda", _answering(application, asyncio.get_running_loop()))
    server = await app.serve(application, settings.host, settings.port)
    _heed_signals(stop, hurry)
    # Before many executions are taken up: these leave no cycles either.
    spare_the_garbage_collector()
    await engine.recover()
    await sources.load()
    await bus.open()
    await scheduler.open()
    listening(services.endpoint())
    running = Running(services.endpoint(), application, bound, settings.region)
    company = asyncio.ensure_future(_keep_company(companion, running))
    await _first(stop.wait(), engine.lost.wait())
    company.cancel()
    log.info("draining")
    # Workers that wait for a task get their empty answer now; the drain need not wait for theirs.
    engine.activities.close()
    drained = asyncio.gather(server.drain(settings.drain_seconds), engine.drain(settings.drain_seconds))
    await _first(drained, hurry.wait())
    scheduler.close()
    await bus.close()
    await engine.close()
    await sources.close()
    await functions.close()
    await store.close()
    if engine.lost.is_set():
        log.error("another Podium has taken over the data directory")
    return 1 if engine.lost.is_set() else 0


async def _keep_company(companion: Companion | None, running: Running) -> None:
    if companion is None:
        return
    try:
        await companion(running)
    except Exception:
        log.exception("what accompanies the server has failed")


def _heed_signals(stop: asyncio.Event, hurry: asyncio.Event) -> None:
    """The first signal drains, a second one means now."""

    def signalled() -> None:
        (hurry if stop.is_set() else stop).set()

    for received in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(received, signalled)


async def _first(*waiting: Awaitable[Any]) -> None:
    """Return when one of them does; the others are given up."""
    tasks = [asyncio.ensure_future(each) for each in waiting]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def work(handlers: Path, endpoint: str, settings: WorkSettings, working: Callable[[tuple[str, ...]], None]) -> int:
    """Serve a file's handlers as activities of a server until SIGTERM or SIGINT. Returns the exit code.

    Args:
        working: told the activities' ARNs.
    """
    return uvloop.run(_work(handlers, endpoint, settings, working))


async def _work(
    handlers: Path, endpoint: str, settings: WorkSettings, working: Callable[[tuple[str, ...]], None]
) -> int:
    stop, hurry = asyncio.Event(), asyncio.Event()
    _heed_signals(stop, hurry)
    bound = await _bound(handlers, settings.region)
    assert bound is not None
    # Two clients: polls wait for a minute, and what is reported must not wait behind them.
    polling = AwsClient({"stepfunctions": endpoint}, read_timeout_seconds=POLL_TIMEOUT_SECONDS)
    worker = ActivityWorker(polling, AwsClient({"stepfunctions": endpoint}), bound, settings)
    try:
        try:
            arns = await worker.create_activities(bound.functions)
        except CannotWork as error:
            raise StartError(str(error)) from None
        working(arns)
        working_on = asyncio.ensure_future(worker.run(arns))
        await _first(stop.wait(), working_on)
        working_on.cancel()
        await _first(worker.drain(), hurry.wait())
    finally:
        await bound.close()
    return 0


def _make_room_for_expressions() -> None:
    """A JSONata evaluation at AWS's depth limit of about 100 takes several hundred Python frames."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))


async def _bound(
    handlers: Path | None, region: str, environment: Mapping[str, str] | None = None
) -> WorkerRuntime | None:
    """The handlers of a file, running."""
    if handlers is None:
        return None
    bound = WorkerRuntime(handlers, region=region, environment=environment)
    try:
        await bound.start()
    except LoadError as error:
        reason = str(error).strip().rpartition("\n")[2]
        raise StartError(f"{handlers}: the handlers cannot be loaded: {reason}") from None
    return bound


async def _open_functions(
    store: Store,
    packages: Path,
    bound: WorkerRuntime | None,
    region: str,
    messages: Messages | None = None,
    runtime: LambdaRuntime | None = None,
) -> FunctionService:
    destinations = None if messages is None else ResultDestinations(messages, messages.put_event)
    uploaded = runtime or LambdaRuntime()
    functions = FunctionService(store, packages, uploaded, bound, region=region, destinations=destinations)
    if destinations is not None:
        destinations.attach(functions)
    await functions.load()
    return functions


def _runtime(settings: Settings) -> LambdaRuntime:
    """What runs uploaded functions: isolated as configured, told where services are, logging to files."""
    try:
        wanted = settings.function_isolation == "bubblewrap"
        isolation = Bubblewrap([settings.data_directory]) if wanted else None
    except IsolationMissing as missing:
        raise StartError(str(missing)) from None
    endpoints = {name: url for name, url in os.environ.items() if name.startswith("AWS_ENDPOINT_URL")}
    setting = LambdaRuntimeSetting(
        processes_per_function=settings.function_processes,
        processes=settings.function_processes,
        process=ProcessSetting(environment=endpoints, bubblewrap=isolation),
    )
    return LambdaRuntime(setting, log=LogFiles(settings.data_directory / "logs" / "functions"))


class _OwnStates:
    """This process's own Step Functions, for tasks that call it."""

    def __init__(self, application: app.App, engine: Engine) -> None:
        self._application = application
        self._engine = engine

    async def call(self, caller: tuple[str, str], operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """See `States.call`."""
        region, account = caller
        try:
            return await self._application.call(RequestContext(account, region), operation, parameters)
        except ApiError as error:
            raise CallRefused(error.code, error.message, error.status) from None

    async def ended(self, execution_arn: str) -> None:
        """See `States.ended`."""
        await self._engine.ended(execution_arn)


def _answering(application: app.App, loop: asyncio.AbstractEventLoop) -> Answer:
    """Has the application answer requests from threads."""

    def answer(asked: Asked) -> Answered:
        request = Request(asked.method, asked.path, asked.query, dict(asked.headers), asked.body)
        response = asyncio.run_coroutine_threadsafe(application(request), loop).result()
        return Answered(response.status, dict(response.headers), response.body)

    return answer


def _aws(settings: Settings) -> AwsClient:
    try:
        return AwsClient(settings.endpoints, settings.profile)
    except ValueError as error:
        raise StartError(f"endpoints: {error}.") from None
    except ProfileNotFound:
        raise StartError(f"profile: AWS's configuration files have no profile '{settings.profile}'.") from None


def _performers(
    aws: AwsClient, functions: FunctionService, settings: Settings, states: StatesIntegration | None = None
) -> Registry:
    remote = aws.routes.is_named("lambda")
    operations, http = OptimizedIntegration(aws), _http_client(settings)
    performers: dict[str, TaskPerformer] = {
        "lambda": RemoteLambdaIntegration(aws) if remote else LambdaIntegration(functions),
        "aws-sdk": SdkIntegration(aws),
        "apigateway": _api_gateway(aws),
        "http": _http(aws, http, settings),
    }
    performers |= dict.fromkeys(SERVICES, operations)
    performers["eks"] = EksIntegration(aws, http, tokens(aws), operations)
    if settings.containers == "local":
        performers |= dict.fromkeys(("ecs", "batch"), ContainerIntegration(aws, ContainerEngine()))
    if states is not None:
        performers |= {OPTIMIZED: states, SDK: states}
    return Registry(performers)


def _objects(aws: AwsClient) -> FetchObject:
    """Reads objects of S3, wherever calls to it go."""

    async def fetch(bucket: str, key: str, version: str | None, region: str) -> bytes:
        named = {"Bucket": bucket, "Key": key, **({"VersionId": version} if version else {})}

        def read() -> bytes:
            content: bytes = aws.call("s3", "GetObject", region, named)["Body"].read()
            return content

        try:
            return await aws.run(read)
        except ClientError as error:
            raise ObjectMissing(error.response["Error"]["Code"], error.response["Error"].get("Message", "")) from None
        except BotoCoreError as error:
            raise ObjectMissing(type(error).__name__, str(error)) from None

    return fetch


def _event_caller(performer: TaskPerformer) -> Caller:
    """Brings events to targets the way Tasks call them."""

    async def call(target: TargetCall, key: str, rule_arn: str) -> None:
        outcome: asyncio.Future[TaskOutcome] = asyncio.get_running_loop().create_future()
        command = InvokeTask(
            execution_arn=rule_arn,
            branch_id=0,
            scheduled_id=0,
            attempt=0,
            resource=parse_resource(target.resource),
            parameters=jsontext.encode(target.parameters),
            idempotency_key=str(uuid.uuid5(uuid.NAMESPACE_URL, key)),
        )
        performer.perform(command, lambda told: None if outcome.done() else outcome.set_result(told))
        ended = await outcome
        if ended.error is not None and ended.error != target.done_already:
            raise TargetFailed(f"{ended.error}: {ended.cause}")

    return call


def _http_client(settings: Settings) -> HttpClient:
    try:
        return HttpClient(AddressRules(settings.private_hosts))
    except ValueError as error:
        raise StartError(f"private_hosts: {error}.") from None


def _http(aws: AwsClient, client: HttpClient, settings: Settings) -> HttpIntegration:
    try:
        connections = Connections(aws, settings.connections)
    except ValueError as error:
        raise StartError(f"connections: {error}.") from None
    return HttpIntegration(aws, client, connections, Tokens(client))


def _api_gateway(aws: AwsClient) -> ApiGatewayIntegration:
    endpoint = aws.routes.endpoint("apigateway")
    stand_in = [] if endpoint is None else [urlsplit(endpoint).hostname or ""]
    return ApiGatewayIntegration(aws, HttpClient(AddressRules(stand_in)), signing(aws), endpoint)


def _mocked(configuration: MockConfiguration | None, store: Store, others: TaskPerformer) -> TaskPerformer:
    if configuration is None:
        return others

    async def events_of(execution_arn: str) -> list[dict[str, Any]]:
        summary = await store.find(execution_arn)
        if summary is None:
            return []
        events, _ = await views.history(
            store, summary, after_event_id=0, limit=sys.maxsize, reverse=False, include_data=False
        )
        return events

    return MockedTasks(configuration, others, events_of)


def _log_sink(settings: Settings, aws: AwsClient) -> LogSink:
    """Where execution logs go: to CloudWatch Logs where an endpoint is configured for it, to files otherwise."""
    if aws.routes.endpoint("logs") is not None or aws.routes.is_named("logs"):
        return CloudWatchSink(aws)
    return FileSink(settings.data_directory / "logs")


def _items(settings: Settings, aws: AwsClient) -> ItemGateway:
    try:
        return ItemGateway(mapped(settings.buckets, lambda: aws.s3(settings.region)))
    except ValueError as error:
        raise StartError(f"buckets: {error}.") from None


def _validate(text: str, machine_type: MachineType) -> list[Diagnostic]:
    return validate(text, state_types=STATE_TYPES, machine_type=machine_type).diagnostics

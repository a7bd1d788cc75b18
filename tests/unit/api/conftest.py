"""A service to talk to: the memory store and an engine that only remembers what it was asked to start."""

import asyncio
import itertools
from dataclasses import dataclass, field

import pytest
import uvloop
from msgspec.structs import replace

from podium.api.app import App, build_app
from podium.api.context import RequestContext
from podium.api.services import Services
from podium.core.asl.diagnostics import Diagnostic
from podium.core.jsontext import decode
from podium.core.machine.execution_info import NO_REDRIVES, ExecutionInfo, Redrives
from podium.core.machine.redrive import refusal
from podium.engine.errors import ExecutionAlreadyExists, ExecutionDoesNotExist, ExecutionNotRedrivable
from podium.store.contract import Append, NewExecution
from podium.store.memory import MemoryStore

SHARD = 0


@pytest.hookimpl(optionalhook=True)
def pytest_asyncio_loop_factories(config, item):
    """The server's tests run on both loops: their transports differ in what they do when."""
    factories = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
    return factories if item.path.name.startswith("test_http_") else {"asyncio": asyncio.new_event_loop}


@dataclass
class View:
    arn: str
    state_machine_arn: str
    revision_id: str
    name: str
    status: str
    start_ms: int
    stop_ms: int | None
    input: str
    output: str | None
    error: str | None
    cause: str | None
    trace_header: str | None
    version_arn: str | None = None
    alias_arn: str | None = None
    map_run_arn: str | None = None
    position: int | None = None
    redrives: Redrives = NO_REDRIVES

    @property
    def not_redrivable(self):
        return refusal(self.status, self.start_ms, self.stop_ms, 3, self.start_ms, 25_000)


@dataclass
class Started:
    arn: str
    start_ms: int


@dataclass
class Ended:
    arn: str
    start_ms: int
    stop_ms: int
    status: str = "SUCCEEDED"
    output: str | None = "{}"
    error: str | None = None
    cause: str | None = None


@dataclass
class FakeExpress:
    """Remembers what it was asked for; synchronous executions end as `ends` says after `takes_ms`."""

    clock: "Clock"
    asked: list[tuple] = field(default_factory=list)
    ends: dict = field(default_factory=dict)
    takes_ms: int = 1
    fail: Exception | None = None

    async def start(self, info, revision, input):
        if self.fail:
            raise self.fail
        self.asked.append((info, revision, input))

    async def run(self, info, revision, input):
        await self.start(info, revision, input)
        return Ended(info.arn, info.start_ms, info.start_ms + self.takes_ms, **self.ends)


class NoMapRuns:
    async def describe(self, arn):
        return None


@dataclass
class FakeEngine:
    """Keeps executions RUNNING until they are stopped or `finish`ed; three events each."""

    store: MemoryStore
    clock: "Clock"
    views: dict[str, View] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    epoch: int = 0
    fail: Exception | None = None
    express: FakeExpress = field(init=False)

    map_runs = NoMapRuns()

    def __post_init__(self):
        self.express = FakeExpress(self.clock)

    async def start_execution(
        self,
        *,
        state_machine,
        revision,
        execution_arn,
        name,
        input,
        trace_header,
        version_arn=None,
        alias_arn=None,
        test_case=None,
    ):
        if self.fail:
            raise self.fail
        view = self.views.get(execution_arn)
        if view is not None:
            if view.status == "RUNNING" and view.input == input.decode():
                return Started(view.arn, view.start_ms)
            raise ExecutionAlreadyExists(execution_arn)
        now_ms = self.clock()
        view = View(
            execution_arn, state_machine.arn, revision.revision_id, name, "RUNNING", now_ms, None, input.decode(), None,
            None, None, trace_header, version_arn, alias_arn,
        )  # fmt: skip
        self.views[execution_arn] = view
        self.keys[execution_arn] = key = self.store.next_key()
        self.epoch = self.epoch or await self.store.claim(SHARD)
        new = NewExecution(execution_arn, state_machine.arn, name, now_ms, b"")
        await self.store.commit(SHARD, self.epoch, [Append(key, 1, b"", "RUNNING", None, False, new=new)])
        return Started(execution_arn, now_ms)

    async def close(self, arn, status, output=None, error=None, cause=None):
        view = self.views[arn]
        view.status, view.stop_ms, view.output, view.error, view.cause = status, self.clock(), output, error, cause
        await self.store.commit(
            SHARD, self.epoch, [Append(self.keys[arn], 2, b"", status, None, False, stop_ms=view.stop_ms)]
        )
        return view.stop_ms

    async def stop_execution(self, arn, error, cause):
        if arn not in self.views:
            raise ExecutionDoesNotExist(arn)
        return await self.close(arn, "ABORTED", error=error, cause=cause)

    async def redrive_execution(self, arn, token):
        if self.fail:
            raise self.fail
        view = self.views[arn]
        if view.not_redrivable is not None:
            raise ExecutionNotRedrivable(view.not_redrivable)
        view.redrives = Redrives(view.redrives.count + 1, self.clock())
        view.status, view.stop_ms = "RUNNING", None
        return view.redrives.at_ms

    def info_of(self, summary):
        info = ExecutionInfo(summary.arn, summary.name, summary.state_machine_arn, "", "", "", summary.start_ms)
        view = self.views.get(summary.arn)
        if view is None:
            meta = decode(summary.meta or b"{}")
            redrives = Redrives(of_map_run=meta.get("of_map_run", 0))
            return replace(info, position=meta.get("position"), redrives=redrives)
        return replace(info, version_arn=view.version_arn, alias_arn=view.alias_arn, redrives=view.redrives)

    async def describe_execution(self, arn):
        return self.views.get(arn)

    async def history(self, arn, *, after_event_id, limit, reverse, include_data):
        events = [
            {"timestamp": self.views[arn].start_ms + number, "type": "PassStateEntered", "id": number}
            for number in range(1, 4)
        ]
        if reverse:
            left = [event for event in reversed(events) if not after_event_id or event["id"] < after_event_id]
        else:
            left = [event for event in events if event["id"] > after_event_id]
        page = left[:limit]
        return page, page[-1]["id"] if len(left) > limit else None


class Clock:
    """Epoch milliseconds that move only when told to."""

    now_ms = 1_700_000_000_123

    def __call__(self):
        return self.now_ms


def check_definition(text, machine_type):
    if '"broken"' in text:
        return [Diagnostic("ERROR", "SCHEMA_VALIDATION_FAILED", "These fields are required: [States]", "/")]
    if '"odd"' in text:
        return [Diagnostic("WARNING", "NO_DOLLAR", "No .$ on a field", "/States/A")] * 3
    return []


@pytest.fixture
def services():
    store, clock, numbers = MemoryStore(), Clock(), itertools.count(1)
    return Services(
        store=store,
        engine=FakeEngine(store, clock),
        functions=None,
        validate_definition=check_definition,
        clock=clock,
        new_id=lambda: f"00000000-0000-4000-8000-{next(numbers):012}",
    )


@pytest.fixture
def context():
    return RequestContext(request_id="r")


@pytest.fixture
def app(services) -> App:
    return build_app(services, {})


@pytest.fixture
def perform(app, context):
    """Performs an operation as a request would: its input is checked, its answer recorded."""

    async def perform(operation, input, caller=context):
        return await app.call(caller, operation, input)

    return perform

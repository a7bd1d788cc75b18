"""The execution log: AWS's lines, by level and with or without data, and never in an execution's way."""

import asyncio
import itertools
import json

import pytest
from definitions import machine, task
from driver import INFO, checked
from engine_driver import ARN_PREFIX, EngineRun, until
from msgspec import structs

from podium.core.jsontext import encode
from podium.engine import execution_log
from podium.engine.execution_log import DATA_BYTES_MAX, settings_of
from podium.store.memory import MemoryStore
from podium.store.records import REVISION, RevisionRecord, StateMachineRecord, pack
from podium.store.sqlite import SqliteStore

GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/orders:*"
FAILING = {"P": {"Type": "Pass", "Result": [1]}, "F": {"Type": "Fail", "Error": "E", "Cause": "why"}}
numbers = itertools.count()


def logging(level, *, data=False):
    destination = {"cloudWatchLogsLogGroup": {"logGroupArn": GROUP}}
    return {"level": level, "includeExecutionData": data, "destinations": [destination]}


class Sink:
    """Remembers lines; can be held, can fail, can refuse."""

    def __init__(self):
        self.lines, self.refuses, self.error = [], 0, None
        self.open_gate = asyncio.Event()
        self.open_gate.set()

    async def write(self, lines):
        await self.open_gate.wait()
        if self.error:
            raise self.error
        self.lines += lines
        return self.refuses

    async def group_exists(self, log_group_arn):
        return True

    def shown(self):
        return [json.loads(line.text) for line in self.lines]

    def types(self):
        return [line["type"] for line in self.shown()]


class LoggedRun:
    """An engine with a sink; every start is of a revision of its own."""

    def __init__(self, store):
        self.run, self.sink = EngineRun(store), Sink()

    async def revision(self, states, configuration, kind="STANDARD"):
        text = encode(checked(machine(states))).decode()
        arn = INFO.state_machine_arn
        revision = RevisionRecord(
            f"logged-{next(numbers)}", arn, text, INFO.role_arn, kind, 0, logging_configuration=configuration
        )
        await self.run.store.put(REVISION, revision.revision_id, pack(revision))
        return revision

    async def start(self, states, configuration, value=None, name="one"):
        revision = await self.revision(states, configuration)
        await self.run.engine.start_execution(
            state_machine=StateMachineRecord(INFO.state_machine_arn, "orders", "STANDARD", revision.revision_id, 0, 0),
            revision=revision,
            execution_arn=f"{ARN_PREFIX}:{name}",
            name=name,
            input=json.dumps(value).encode(),
        )
        await self.run.engine.quiet()

    async def express(self, states, configuration, value=None):
        revision = await self.revision(states, configuration, "EXPRESS")
        arn = ":".join(INFO.state_machine_arn.split(":")[:5]) + ":express:orders:one:unique"
        info = structs.replace(
            INFO, arn=arn, name="one", revision_id=revision.revision_id, start_ms=self.run.clock.now_ms()
        )
        result = await self.run.engine.express.run(info, revision, json.dumps(value).encode())
        await self.run.engine.execution_log.flushed()
        return arn, result

    async def flushed(self):
        await self.run.engine.execution_log.flushed()


@pytest.fixture(params=["memory", "sqlite"])
async def logged(request, tmp_path):
    store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "data")
    logged = LoggedRun(store)
    await logged.run.open(log_sink=logged.sink)
    yield logged
    await logged.run.close()
    await store.close()


async def test_a_line_is_what_aws_writes(logged):
    await logged.start({"T": task()}, logging("ALL", data=True), {"a": "ü"})
    logged.run.performer.succeed({"b": 2})
    await logged.run.settle()
    await logged.flushed()
    history = await logged.run.history()
    assert [line["id"] for line in logged.sink.shown()] == [str(event["id"]) for event in history]
    assert all(line.log_group_arn == GROUP for line in logged.sink.lines)
    assert {line.state_machine_name for line in logged.sink.lines} == {"orders"}
    assert [line.at_ms for line in logged.sink.lines] == [event["timestamp"] for event in history]
    assert logged.sink.lines[0].text.decode() == (
        '{"id":"1","type":"ExecutionStarted","details":{"input":"{\\"a\\": \\"\\\\u00fc\\"}",'
        f'"inputDetails":{{"truncated":false}},"roleArn":"{INFO.role_arn}"}},"previous_event_id":"0",'
        f'"event_timestamp":"{history[0]["timestamp"]}","execution_arn":"{ARN_PREFIX}:one","redrive_count":"0"}}'
    )
    # The task's row names the input by a reference into an earlier row, and LambdaFunctionStarted has no details.
    assert [line["details"].get("input") for line in logged.sink.shown()][:3] == ['{"a": "\\u00fc"}'] * 3
    assert next(line for line in logged.sink.shown() if line["type"] == "LambdaFunctionStarted")["details"] == {}


@pytest.mark.parametrize(
    ("level", "types"),
    [
        ("OFF", []),
        ("FATAL", ["ExecutionFailed"]),
        ("ERROR", ["FailStateEntered", "ExecutionFailed"]),
        (
            "ALL",
            ["ExecutionStarted", "PassStateEntered", "PassStateExited", "FailStateEntered", "ExecutionFailed"],
        ),
    ],
)
async def test_a_level_says_which_events(logged, level, types):
    await logged.start(FAILING, logging(level))
    await logged.flushed()
    assert logged.sink.types() == types
    arn, result = await logged.express(FAILING, logging(level))
    assert result.status == "FAILED"
    assert [line["type"] for line in logged.sink.shown() if line["execution_arn"] == arn] == types


async def test_without_data_there_is_none(logged):
    await logged.start(FAILING, logging("ALL"), {"secret": 1})
    await logged.express(FAILING, logging("ALL"), {"secret": 1})
    assert len(logged.sink.lines) == 10
    for line in logged.sink.shown():
        assert not line["details"].keys() & {"input", "output", "inputDetails", "outputDetails"}
    assert logged.sink.shown()[-1]["details"] == {"error": "E", "cause": "why"}


async def test_an_express_execution_is_logged_with_its_data(logged):
    running = asyncio.create_task(
        logged.express({"T": task(), "P": {"Type": "Pass"}}, logging("ALL", data=True), {"a": 1})
    )
    await until(lambda: logged.run.performer.waiting)
    logged.run.performer.succeed({"b": 2})
    arn, result = await running
    assert result.status == "SUCCEEDED"
    shown = logged.sink.shown()
    assert [line["id"] for line in shown] == [str(number) for number in range(1, len(shown) + 1)]
    assert {line["execution_arn"] for line in shown} == {arn}
    assert [line["details"]["input"] for line in shown if line["type"].endswith("Entered")] == ['{"a": 1}', '{"b": 2}']
    assert shown[-1]["details"] == {"output": '{"b": 2}', "outputDetails": {"truncated": False}}


async def test_machines_without_logging_are_not_noted(logged):
    await logged.run.start({"P": {"Type": "Pass"}})
    await logged.start({"P": {"Type": "Pass"}}, logging("OFF", data=True), name="two")
    assert logged.run.engine.execution_log._settings == {}
    assert logged.run.engine.execution_log._task is None


async def test_logging_goes_on_after_a_restart(logged):
    await logged.start({"T": task()}, logging("ALL"))
    await logged.flushed()
    before = len(logged.sink.lines)
    await logged.run.crash(log_sink=logged.sink)
    await until(lambda: logged.run.performer.waiting)
    logged.run.performer.succeed(1)
    await logged.run.settle()
    await logged.flushed()
    assert before > 0
    assert [line["id"] for line in logged.sink.shown()] == [str(e["id"]) for e in await logged.run.history()]


async def test_a_sink_that_hangs_holds_nothing_up_and_what_overflows_is_counted(logged, monkeypatch):
    monkeypatch.setattr(execution_log, "QUEUE_DECISIONS_MAX", 2)
    logged.sink.open_gate.clear()
    log = logged.run.engine.execution_log
    for number in range(5):
        await logged.start({"P": {"Type": "Pass"}}, logging("ALL"), name=f"n{number}")
        assert await logged.run.status(f"n{number}") == "SUCCEEDED"
        if number == 0:
            # The first is rendered and with the sink; the queue is empty again.
            await until(lambda: not log._queue)
    assert log.dropped == 2 * 4
    logged.sink.open_gate.set()
    await log.flushed()
    assert len(logged.sink.lines) == 3 * 4


async def test_payloads_only_the_queue_holds_are_bounded(logged, monkeypatch):
    monkeypatch.setattr(execution_log, "QUEUE_BYTES_MAX", 1000)
    _, result = await logged.express({"P": {"Type": "Pass"}}, logging("ALL", data=True), "x" * 2000)
    assert result.status == "SUCCEEDED"
    assert logged.run.engine.execution_log.dropped == 4
    await logged.express({"P": {"Type": "Pass"}}, logging("ALL", data=True), "x" * 500)
    assert len(logged.sink.lines) == 4
    assert logged.run.engine.execution_log._queued_bytes == 0


async def test_a_sink_that_fails_or_refuses_is_counted(logged):
    logged.sink.error = OSError("gone")
    await logged.start({"P": {"Type": "Pass"}}, logging("ALL"))
    await logged.flushed()
    assert logged.run.engine.execution_log.dropped == 4
    logged.sink.error, logged.sink.refuses = None, 1
    await logged.start({"P": {"Type": "Pass"}}, logging("ALL"), name="two")
    await logged.flushed()
    assert logged.run.engine.execution_log.dropped == 5
    assert len(logged.sink.lines) == 4


async def test_closing_hands_on_what_is_queued(logged):
    await logged.start({"P": {"Type": "Pass"}}, logging("ALL"))
    await logged.run.engine.close()
    assert len(logged.sink.lines) == 4


async def test_long_data_is_truncated_and_says_so(logged):
    await logged.start({"P": {"Type": "Pass"}}, logging("ALL", data=True), '"' * 100_000)
    await logged.flushed()
    details = logged.sink.shown()[0]["details"]
    assert details["inputDetails"] == {"truncated": True}
    assert DATA_BYTES_MAX - 10 < len(encode(details["input"])) <= DATA_BYTES_MAX
    assert (await logged.run.history())[0]["executionStartedEventDetails"]["input"].startswith(details["input"])


@pytest.mark.parametrize("configuration", [None, {}, {"level": "ALL"}, {"level": "ALL", "destinations": [{}]}])
def test_incomplete_configurations_log_nothing(configuration):
    revision = RevisionRecord("r", "arn", "{}", "role", "STANDARD", 0, logging_configuration=configuration)
    assert settings_of(revision) is None

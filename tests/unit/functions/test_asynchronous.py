"""Asynchronous invocations: durable from acceptance to the end, retried, and their results told."""

import asyncio
import json

import pytest

from podium.functions import asynchronous
from podium.functions.asynchronous import EventConfig, EventInvocations
from podium.functions.contract import FunctionNotFound, FunctionResult, FunctionThrottled, Invocation
from podium.store.memory import MemoryStore

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:results"
FAILED = FunctionResult(b'{"errorMessage": "no"}', "Unhandled")
DONE = FunctionResult(b'{"ok": true}')


class Function:
    """Answers with one result after the other, or never."""

    def __init__(self, *results):
        self.results = list(results)
        self.seen = []
        self.called = asyncio.Event()

    def __call__(self, invocation, deliver):
        self.seen.append(invocation)
        self.called.set()
        if not self.results:
            return
        result = self.results.pop(0)
        if isinstance(result, Exception):
            raise result
        deliver(result)


class Sent:
    def __init__(self, fails=0):
        self.fails = fails
        self.records = []

    async def send(self, target_arn, record, *, function_arn, succeeded):
        if self.fails:
            self.fails -= 1
            raise OSError("unreachable")
        self.records.append((target_arn, json.loads(record), function_arn, succeeded))


class World:
    def __init__(self, function, sent=None):
        self.store = MemoryStore()
        self.function = function
        self.sent = sent or Sent()
        self.now_ms = 1_763_812_800_000
        self.events = self.restarted(function)

    def restarted(self, function):
        return EventInvocations(self.store, function, self.sent, lambda: self.now_ms, (0.0, 0.0))

    async def accept(self, payload=b'{"a": 1}', id="r-1"):
        await self.events.accept(Invocation(ARN, payload, id))

    async def pending(self):
        return len(await self.store.list("function-event"))

    async def settled(self):
        for _ in range(1000):
            if not await self.pending():
                return
            await asyncio.sleep(0)
        raise AssertionError("the event is still pending")


def config(**more):
    return EventConfig(f"{ARN}:$LATEST", 0, **more)


async def test_a_success_is_run_once_and_told(caplog):
    world = World(Function(DONE))
    await world.events.configs.put(f"{ARN}:$LATEST", config(on_success=QUEUE))
    await world.accept()
    assert await world.pending() == 1
    await world.settled()
    ((target, record, function_arn, succeeded),) = world.sent.records
    assert (target, function_arn, succeeded) == (QUEUE, f"{ARN}:$LATEST", True)
    assert record["requestContext"] == {
        "requestId": "r-1",
        "functionArn": f"{ARN}:$LATEST",
        "condition": "Success",
        "approximateInvokeCount": 1,
    }
    assert (record["requestPayload"], record["responsePayload"]) == ({"a": 1}, {"ok": True})
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}


async def test_a_failure_is_run_three_times_and_told():
    world = World(Function(FAILED, FAILED, FAILED, DONE))
    await world.events.configs.put(f"{ARN}:$LATEST", config(on_failure=QUEUE))
    await world.accept()
    await world.settled()
    assert [invocation.request_id for invocation in world.function.seen] == ["r-1"] * 3
    ((_, record, _, succeeded),) = world.sent.records
    assert (record["requestContext"]["condition"], succeeded) == ("RetriesExhausted", False)
    assert record["responseContext"]["functionError"] == "Unhandled"


async def test_retries_and_age_are_configured():
    world = World(Function(FAILED, DONE))
    await world.events.configs.put(f"{ARN}:$LATEST", config(retries=0, age_seconds=60))
    await world.accept()
    await world.settled()
    assert len(world.function.seen) == 1
    world = World(Function(DONE))
    await world.events.configs.put(f"{ARN}:$LATEST", config(age_seconds=60, on_failure=QUEUE))
    await world.accept()
    world.now_ms += 61_000
    await world.settled()
    assert world.function.seen == []
    assert world.sent.records[0][1]["requestContext"]["condition"] == "EventAgeExceeded"


async def test_what_was_accepted_survives_a_restart():
    world = World(Function())
    await world.accept()
    await asyncio.wait_for(world.function.called.wait(), 10)
    await world.events.close()
    assert await world.pending() == 1
    again = Function(DONE)
    after = world.restarted(again)
    await after.load()
    await world.settled()
    assert [invocation.payload for invocation in again.seen] == [b'{"a": 1}']
    await after.close()


async def test_the_same_request_is_one_event():
    world = World(Function(DONE, DONE))
    await world.accept()
    await world.accept()
    await world.settled()
    assert len(world.function.seen) == 1


async def test_no_more_are_taken_than_may_wait(monkeypatch):
    monkeypatch.setattr(asynchronous, "EVENTS_MAX", 2)
    world = World(Function())
    await world.accept(id="1")
    await world.accept(id="2")
    with pytest.raises(FunctionThrottled):
        await world.accept(id="3")
    assert await world.pending() == 2
    await world.events.close()


async def test_a_throttled_function_is_asked_again(monkeypatch):
    waited = []

    async def no_wait(seconds):
        waited.append(seconds)

    sleep = asyncio.sleep
    monkeypatch.setattr("podium.functions.asynchronous.asyncio.sleep", no_wait)
    world = World(Function(FunctionThrottled(ARN), FunctionThrottled(ARN), DONE))
    await world.accept()
    while await world.pending():
        await sleep(0)
    assert waited == [1.0, 2.0]


async def test_an_event_for_a_function_that_is_gone_goes_too():
    world = World(Function(FunctionNotFound(ARN)))
    await world.accept()
    await world.settled()
    assert world.sent.records == []


@pytest.mark.parametrize(("failures", "told"), [(1, 1), (3, 0)])
async def test_a_destination_is_tried_three_times(monkeypatch, failures, told):
    async def no_wait(seconds):
        return None

    sleep = asyncio.sleep
    monkeypatch.setattr("podium.functions.asynchronous.asyncio.sleep", no_wait)
    world = World(Function(DONE), Sent(fails=failures))
    await world.events.configs.put(f"{ARN}:$LATEST", config(on_success=QUEUE))
    await world.accept()
    while await world.pending():
        await sleep(0)
    assert len(world.sent.records) == told

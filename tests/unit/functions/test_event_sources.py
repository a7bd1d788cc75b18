"""Event source mappings: what is read from a queue, given to a function, and deleted or left."""

import asyncio
import json

import pytest

from podium.events.patterns import compile_pattern
from podium.functions.contract import FunctionResult, FunctionThrottled
from podium.functions.event_sources import EventSourceMapping, EventSources, failed_of
from podium.store.memory import MemoryStore

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders"


def message(number, body="{}"):
    return {"MessageId": f"m{number}", "ReceiptHandle": f"r{number}", "Body": body, "MD5OfBody": "x"}


class Queue:
    """Hands its batches out once; then there is nothing. Keeps what is deleted."""

    def __init__(self, *batches):
        self.batches = list(batches)
        self.deleted = []
        self.settled = asyncio.Event()

    async def receive(self, queue_arn, count, wait_seconds):
        if not self.batches:
            await asyncio.Event().wait()
        batch = self.batches.pop(0)
        if isinstance(batch, Exception):
            raise batch
        return batch[:count]

    async def delete(self, queue_arn, receipts):
        self.deleted += receipts
        self.settled.set()


class Function:
    def __init__(self, result=FunctionResult(b"null")):  # noqa: B008
        self.result = result
        self.events = []
        self.called = asyncio.Event()

    def __call__(self, invocation, deliver):
        self.events.append(json.loads(invocation.payload))
        self.called.set()
        if isinstance(self.result, Exception):
            raise self.result
        deliver(self.result)


def mapping(id="u-1", **more):
    return EventSourceMapping(id, QUEUE, ARN, None, 0, **more)


@pytest.fixture
async def sources_of():
    made = []

    def sources_of(queue, function, **more):
        sources = EventSources(MemoryStore(), function, queue, compile_pattern)
        made.append(sources)
        sources.apply(mapping(**more))
        return sources

    yield sources_of
    for sources in made:
        await sources.close()


async def soon(event):
    await asyncio.wait_for(event.wait(), 10)


async def test_a_batch_that_succeeds_is_deleted(sources_of):
    queue, function = Queue([message(1, '{"a": 1}'), message(2)]), Function()
    sources_of(queue, function)
    await soon(queue.settled)
    (event,) = function.events
    assert [record["messageId"] for record in event["Records"]] == ["m1", "m2"]
    first = event["Records"][0]
    assert (first["body"], first["eventSource"], first["awsRegion"]) == ('{"a": 1}', "aws:sqs", "eu-west-1")
    assert queue.deleted == ["r1", "r2"]


async def test_a_batch_that_fails_is_left(sources_of):
    queue, function = Queue([message(1)]), Function(FunctionResult(b"{}", "Unhandled"))
    sources = sources_of(queue, function)
    await soon(function.called)
    await asyncio.gather(*sources._batches)
    assert queue.deleted == []


async def test_what_a_function_says_of_failures_counts_only_where_it_is_asked(sources_of):
    answer = json.dumps({"batchItemFailures": [{"itemIdentifier": "m2"}]}).encode()
    queue, function = Queue([message(1), message(2)]), Function(FunctionResult(answer))
    sources_of(queue, function)
    await soon(queue.settled)
    assert queue.deleted == ["r1", "r2"]


async def test_only_what_failed_is_left_when_the_function_says_so(sources_of):
    answer = json.dumps({"batchItemFailures": [{"itemIdentifier": "m2"}]}).encode()
    queue, function = Queue([message(1), message(2), message(3)]), Function(FunctionResult(answer))
    sources_of(queue, function, reports_failures=True)
    await soon(queue.settled)
    assert queue.deleted == ["r1", "r3"]


async def test_what_no_filter_passes_is_deleted_unseen(sources_of):
    bodies = ['{"kind": "order"}', '{"kind": "other"}', "no json"]
    queue, function = Queue([message(number, body) for number, body in enumerate(bodies)]), Function()
    sources_of(queue, function, filters=['{"body": {"kind": ["order"]}}'])
    await soon(queue.settled)
    assert [record["messageId"] for record in function.events[0]["Records"]] == ["m0"]
    assert queue.deleted == ["r0", "r1", "r2"]


async def test_a_window_fills_a_batch(sources_of):
    batches = [[message(number) for number in range(start, start + 10)] for start in (0, 10)]
    queue, function = Queue(*batches), Function()
    sources_of(queue, function, batch_size=15, window_seconds=60)
    await soon(queue.settled)
    assert len(function.events[0]["Records"]) == 15


async def test_a_queue_that_cannot_be_read_and_a_busy_function_are_tried_again(sources_of, monkeypatch):
    waited = []
    sleep = asyncio.sleep

    async def no_wait(seconds):
        waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr("podium.functions.event_sources.asyncio.sleep", no_wait)
    queue, function = Queue(OSError("unreachable"), [message(1)], [message(2)]), Function(FunctionThrottled(ARN))
    sources = sources_of(queue, function)
    while len(function.events) < 2 or sources._batches:
        await sleep(0)
    assert (waited, queue.deleted) == ([5.0] * 3, [])


async def test_mappings_are_taken_up_after_a_restart_and_stopped(sources_of):
    store = MemoryStore()
    queue, function = Queue([message(1)]), Function()
    sources = EventSources(store, function, queue, compile_pattern)
    await sources.mappings.put("u-1", mapping())
    await sources.mappings.put("u-2", mapping("u-2", enabled=False))
    await sources.load()
    await soon(queue.settled)
    assert list(sources._pollers) == ["u-1"]
    sources.stop("u-1")
    assert sources._pollers == {}
    await sources.close()


@pytest.mark.parametrize(
    ("payload", "failed"),
    [
        (b"", set()),
        (b"null", set()),
        (b"{}", set()),
        (b'{"batchItemFailures": []}', set()),
        (b'{"batchItemFailures": null}', set()),
        (b'{"batchItemFailures": [{"itemIdentifier": "a"}]}', {"a"}),
        (b'{"batchItemFailures": [{"itemIdentifier": "unknown"}]}', {"a", "b"}),
        (b'{"batchItemFailures": [{"itemIdentifier": ""}]}', {"a", "b"}),
        (b'{"batchItemFailures": [{"bad": "a"}]}', {"a", "b"}),
        (b'{"batchItemFailures": "a"}', {"a", "b"}),
        (b"not json", {"a", "b"}),
    ],
)
def test_reported_failures(payload, failed):
    assert failed_of(payload, {"a", "b"}) == failed

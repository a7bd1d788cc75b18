"""Event source mappings: queues whose messages are read and given to functions in batches.

A message is deleted when its function has succeeded with it. Until then the queue's visibility timeout brings it
back, and its redrive policy takes it out: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import asyncio
import logging
import uuid
from collections.abc import Callable
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct

from podium.functions.contract import FunctionNotFound, FunctionThrottled, Invocation
from podium.functions.delivery import Invoke, result_of
from podium.store.contract import Catalogue
from podium.store.shelf import Shelf

EVENT_SOURCE_MAPPING: Final = "event-source-mapping"
"""Catalogue kind; key = the mapping's UUID."""
POLL_SECONDS: Final = 20
_RECEIVE_MAX: Final = 10
"""Messages that one call to SQS can bring."""
_BACK_OFF_SECONDS: Final = 5.0
_CONCURRENCY_DEFAULT: Final = 5

_logger: Final = logging.getLogger("podium.functions")


class EventSourceMapping(Struct, frozen=True):
    """One mapping. Times in epoch milliseconds."""

    id: str
    source_arn: str
    function_arn: str
    """Unqualified."""
    qualifier: str | None
    updated_ms: int
    enabled: bool = True
    batch_size: int = 10
    window_seconds: int = 0
    filters: list[str] = []
    """Event patterns, JSON text; a message passes that matches one of them, or any where there are none."""
    reports_failures: bool = False
    """Whether the function's answer says which messages of a batch failed (ReportBatchItemFailures)."""
    concurrency: int | None = None


class Queues(Protocol):
    """Reads queues. Messages are as SQS's ReceiveMessage gives them."""

    async def receive(self, queue_arn: str, count: int, wait_seconds: int) -> list[dict[str, Any]]:
        """Up to ten messages, with all their attributes."""

    async def delete(self, queue_arn: str, receipts: list[str]) -> None:
        """Delete messages, any number of them, by their receipt handles."""


CompileFilter = Callable[[str], Callable[[Any], bool]]
"""A test for messages from an event pattern's JSON text."""


class EventSources:
    """Runs a poller for each enabled mapping; `load` before use.

    Args:
        catalogue: where mappings are kept.
        invoke: runs a function.
        queues: reads queues.
        compile_filter: makes tests of event patterns.
    """

    def __init__(self, catalogue: Catalogue, invoke: Invoke, queues: Queues, compile_filter: CompileFilter) -> None:
        self.mappings: Shelf[EventSourceMapping] = Shelf(catalogue, EVENT_SOURCE_MAPPING, EventSourceMapping)
        self.compile_filter = compile_filter
        self._invoke = invoke
        self._queues = queues
        self._pollers: dict[str, asyncio.Task[None]] = {}
        self._batches: set[asyncio.Task[None]] = set()

    async def load(self) -> None:
        """Start the pollers of the mappings there are."""
        async for _, mapping in self.mappings.all():
            self.apply(mapping)

    def apply(self, mapping: EventSourceMapping) -> None:
        """Poll as a mapping says from now on; batches under way are finished as they are."""
        self.stop(mapping.id)
        if mapping.enabled:
            self._pollers[mapping.id] = asyncio.get_running_loop().create_task(self._poll(mapping))

    def stop(self, id: str) -> None:
        """Poll no more for a mapping."""
        poller = self._pollers.pop(id, None)
        if poller is not None:
            poller.cancel()

    async def close(self) -> None:
        """Stop all pollers; messages whose batch is not finished come back."""
        tasks = [*self._pollers.values(), *self._batches]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _poll(self, mapping: EventSourceMapping) -> None:
        passes = [self.compile_filter(text) for text in mapping.filters]
        free = asyncio.Semaphore(mapping.concurrency or _CONCURRENCY_DEFAULT)
        while True:
            await free.acquire()
            try:
                messages = await self._gather(mapping)
            except Exception as error:
                free.release()
                _logger.warning("queue %s cannot be read: %s", mapping.source_arn, error)
                await asyncio.sleep(_BACK_OFF_SECONDS)
                continue
            if not messages:
                free.release()
                continue
            batch = asyncio.get_running_loop().create_task(self._process(mapping, messages, passes))
            self._batches.add(batch)
            batch.add_done_callback(self._batches.discard)
            batch.add_done_callback(lambda _: free.release())

    async def _gather(self, mapping: EventSourceMapping) -> list[dict[str, Any]]:
        """One batch: what is there at once, or as much as comes within the batching window."""
        wanted = min(mapping.batch_size, _RECEIVE_MAX)
        messages = await self._queues.receive(mapping.source_arn, wanted, POLL_SECONDS)
        if not messages or not mapping.window_seconds:
            return messages
        loop = asyncio.get_running_loop()
        until = loop.time() + mapping.window_seconds
        while len(messages) < mapping.batch_size and (left := until - loop.time()) > 0:
            wanted = min(mapping.batch_size - len(messages), _RECEIVE_MAX)
            messages += await self._queues.receive(mapping.source_arn, wanted, min(int(left) + 1, POLL_SECONDS))
        return messages

    async def _process(
        self, mapping: EventSourceMapping, messages: list[dict[str, Any]], passes: list[Callable[[Any], bool]]
    ) -> None:
        try:
            records = [_record(mapping.source_arn, message) for message in messages]
            wanted = [record for record in records if not passes or _passes(record, passes)]
            done = {record["messageId"] for record in records} - {record["messageId"] for record in wanted}
            if wanted:
                done |= await self._succeeded(mapping, wanted)
            receipts = [record["receiptHandle"] for record in records if record["messageId"] in done]
            if receipts:
                await self._queues.delete(mapping.source_arn, receipts)
        except (FunctionThrottled, FunctionNotFound) as refused:
            _logger.warning("messages of %s wait: %r", mapping.source_arn, refused)
            await asyncio.sleep(_BACK_OFF_SECONDS)
        except Exception:
            _logger.exception("a batch of %s failed", mapping.source_arn)

    async def _succeeded(self, mapping: EventSourceMapping, records: list[dict[str, Any]]) -> set[str]:
        """The ids of the messages the function is done with."""
        payload = msgspec.json.encode({"Records": records})
        invocation = Invocation(mapping.function_arn, payload, str(uuid.uuid4()), mapping.qualifier)
        result = await result_of(self._invoke, invocation)
        ids = {record["messageId"] for record in records}
        if result.function_error is not None:
            _logger.warning("%s failed with messages of %s", mapping.function_arn, mapping.source_arn)
            return set()
        return ids - failed_of(result.payload, ids) if mapping.reports_failures else ids


def failed_of(payload: bytes, ids: set[str]) -> set[str]:
    """The messages that a function's answer reports as failed; all of them when the answer makes no sense.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
    """
    try:
        answer = msgspec.json.decode(payload) if payload else None
    except msgspec.DecodeError:
        return ids
    if answer is None or answer == {}:
        return set()
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else ()
    if failures is None:
        return set()
    failed = set()
    for failure in failures if isinstance(failures, list) else [None]:
        id = failure.get("itemIdentifier") if isinstance(failure, dict) else None
        if id not in ids:
            return ids
        failed.add(id)
    return failed


def _record(queue_arn: str, message: dict[str, Any]) -> dict[str, Any]:
    """A message as functions get it (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html)."""
    attributes = {
        name: {
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": value.get("DataType"),
            **({"stringValue": value["StringValue"]} if "StringValue" in value else {}),
            **({"binaryValue": value["BinaryValue"]} if "BinaryValue" in value else {}),
        }
        for name, value in message.get("MessageAttributes", {}).items()
    }
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": attributes,
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": queue_arn.split(":")[3],
    }


def _passes(record: dict[str, Any], passes: list[Callable[[Any], bool]]) -> bool:
    """Filters see a body that is JSON as JSON."""
    try:
        body = msgspec.json.decode(record["body"])
    except msgspec.DecodeError:
        body = record["body"]
    seen = {**record, "body": body}
    return any(test(seen) for test in passes)

"""Asynchronous invocations: accepted durably, retried as Lambda retries, their results sent to destinations.

An event stays in the catalogue from its acceptance until its function has succeeded or its limits are reached and
its destination has been told; a restart takes up what is left. A crash between the two runs it again, as Lambda
may ("at least once", https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html).
"""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct, structs

from podium.functions.contract import FunctionNotFound, FunctionResult, FunctionThrottled, Invocation
from podium.functions.delivery import Invoke, result_of
from podium.store.contract import Catalogue
from podium.store.shelf import Shelf

EVENT_CONFIG: Final = "function-event-config"
"""Catalogue kind; key = `config_key`."""
_EVENT: Final = "function-event"
"""Catalogue kind; key = the event's id."""

RETRIES_DEFAULT: Final = 2
AGE_SECONDS_DEFAULT: Final = 21_600
RETRY_SECONDS: Final = (60.0, 120.0)
"""Lambda waits a minute before the first repetition, two before the second."""
_BUSY_SECONDS: Final = (1.0, 300.0)
"""While a function is throttled, waits double from the first of these to the second."""
_SEND_ATTEMPTS: Final = 3
EVENTS_MAX: Final = 100_000
"""Events that may wait for their end at once; each is held in memory."""

_logger: Final = logging.getLogger("podium.functions")


class EventConfig(Struct, frozen=True):
    """How asynchronous invocations of a function, version or alias are retried, and who hears of them."""

    function_arn: str
    """With `:$LATEST` or the qualifier."""
    updated_ms: int
    retries: int | None = None
    age_seconds: int | None = None
    on_success: str | None = None
    """ARN of a queue, topic, function or event bus."""
    on_failure: str | None = None


class _Event(Struct, frozen=True):
    function: str
    """Unqualified ARN, or a bound handler's name."""
    qualifier: str | None
    payload: bytes
    request_id: str
    client_context: str | None
    accepted_ms: int
    attempts: int = 0


class Destinations(Protocol):
    """Takes records of what came of invocations."""

    async def send(self, target_arn: str, record: bytes, *, function_arn: str, succeeded: bool) -> None:
        """Hand a record (JSON text) to a queue, topic, function or event bus.

        Raises:
            Exception: it could not be handed over.
        """


class EventInvocations:
    """Accepts, runs and retries asynchronous invocations.

    Args:
        catalogue: where events and configurations are kept.
        invoke: runs a function.
        destinations: takes records of the results; None where there are none.
        clock: epoch milliseconds.
        retry_seconds: waits before the repetitions after a function's error.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        invoke: Invoke,
        destinations: Destinations | None,
        clock: Callable[[], int],
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
    ) -> None:
        self.configs: Shelf[EventConfig] = Shelf(catalogue, EVENT_CONFIG, EventConfig)
        self._events = Shelf(catalogue, _EVENT, _Event)
        self._invoke = invoke
        self._destinations = destinations
        self._clock = clock
        self._retry_seconds = retry_seconds
        self._under_way: set[asyncio.Task[None]] = set()

    async def load(self) -> None:
        """Take up what an earlier process has left."""
        async for key, event in self._events.all():
            self._start(key, event)

    async def accept(self, invocation: Invocation) -> None:
        """Take an invocation; it is durable when this returns.

        Raises:
            FunctionThrottled: as many as there may be are waiting for their end.
        """
        if len(self._under_way) >= EVENTS_MAX:
            raise FunctionThrottled(invocation.function)
        event = _Event(
            invocation.function,
            invocation.qualifier,
            invocation.payload,
            invocation.request_id,
            invocation.client_context,
            self._clock(),
        )
        key = f"{event.function} {event.request_id}"
        # The same request again, after a crash of whoever made it, is the same event.
        if await self._events.create(key, event):
            self._start(key, event)

    async def forget(self, function_arn: str) -> None:
        """Drop the configurations of a function that is gone; its events find nobody."""
        async for key, _ in self.configs.all(f"{function_arn}:"):
            await self.configs.delete(key)

    async def close(self) -> None:
        """Stop; what is left is taken up by the next process."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _start(self, key: str, event: _Event) -> None:
        task = asyncio.get_running_loop().create_task(self._complete(key, event))
        self._under_way.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _logger.error("an asynchronous invocation was given up until the next start", exc_info=error)

    async def _complete(self, key: str, event: _Event) -> None:
        busy_seconds = _BUSY_SECONDS[0]
        while True:
            config = await self._config(event)
            age_seconds = AGE_SECONDS_DEFAULT if config is None else config.age_seconds or AGE_SECONDS_DEFAULT
            retries = RETRIES_DEFAULT if config is None or config.retries is None else config.retries
            if self._clock() - event.accepted_ms > age_seconds * 1000:
                await self._report(config, event, None, "EventAgeExceeded")
                break
            try:
                result = await self._run(event)
            except FunctionNotFound:
                _logger.error("the function %s of an accepted event is gone", event.function)
                break
            except FunctionThrottled:
                await asyncio.sleep(busy_seconds)
                busy_seconds = min(busy_seconds * 2, _BUSY_SECONDS[1])
                continue
            event = structs.replace(event, attempts=event.attempts + 1)
            if result.function_error is None:
                await self._report(config, event, result, "Success")
                break
            if event.attempts > retries:
                await self._report(config, event, result, "RetriesExhausted")
                break
            await self._events.put(key, event)
            await asyncio.sleep(self._retry_seconds[min(event.attempts, len(self._retry_seconds)) - 1])
        await self._events.delete(key)

    async def _config(self, event: _Event) -> EventConfig | None:
        return await self.configs.find(config_key(event.function, event.qualifier))

    async def _run(self, event: _Event) -> FunctionResult:
        invocation = Invocation(event.function, event.payload, event.request_id, event.qualifier, event.client_context)
        return await result_of(self._invoke, invocation)

    async def _report(
        self, config: EventConfig | None, event: _Event, result: FunctionResult | None, condition: str
    ) -> None:
        succeeded = condition == "Success"
        if not succeeded:
            _logger.warning("asynchronous invocation %s of %s: %s", event.request_id, event.function, condition)
        target = None if config is None else config.on_success if succeeded else config.on_failure
        if target is None or self._destinations is None:
            return
        record = _record(event, result, condition, self._clock())
        for attempt in range(1, _SEND_ATTEMPTS + 1):
            try:
                await self._destinations.send(
                    target, record, function_arn=config_key(event.function, event.qualifier), succeeded=succeeded
                )
            except Exception as error:
                _logger.error("the destination %s did not take a result (attempt %d): %s", target, attempt, error)
                if attempt < _SEND_ATTEMPTS:
                    await asyncio.sleep(attempt)
            else:
                return


def config_key(function_arn: str, qualifier: str | None) -> str:
    """The ARN that configuration and records name: always qualified."""
    return f"{function_arn}:{qualifier or '$LATEST'}"


def _record(event: _Event, result: FunctionResult | None, condition: str, now_ms: int) -> bytes:
    """What a destination gets (the page named above, section on destinations)."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z",
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": config_key(event.function, event.qualifier),
            "condition": condition,
            "approximateInvokeCount": event.attempts,
        },
        "requestPayload": msgspec.Raw(event.payload or b"{}"),
    }
    if result is not None:
        record["responseContext"] = {"statusCode": 200, "executedVersion": result.executed_version}
        if result.function_error is not None:
            record["responseContext"]["functionError"] = result.function_error
        record["responsePayload"] = _payload(result.payload)
    return msgspec.json.encode(record)


def _payload(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode(errors="replace")

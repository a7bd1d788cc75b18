"""Deliveries: an event accepted for a target is brought there at least once, also over a restart.

    accepted -> in the catalogue -> tried -> taken: forgotten
                                       `-> refused: tried again, later and later
                                             `-> too often or too old: the dead-letter queue, or the log

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, Protocol

from podium.events.records import DELIVERY, Delivery, stored_delivery, unpack_delivery
from podium.events.targets import (
    Caller,
    FindDestination,
    TargetFailed,
    UnknownTarget,
    call_for,
    dead_letter_call,
    no_destination,
)
from podium.store.contract import Catalogue

log = logging.getLogger(__name__)

ATTEMPTS_MAX: Final = 185
AGE_MAX_SECONDS: Final = 86_400
PAUSE_MS: Final = 1_000
PAUSE_MAX_MS: Final = 600_000
AT_ONCE: Final = 256
DELIVERIES_MAX: Final = 100_000
"""Deliveries that may be on their way at once, or wait for their next try; each is held in memory."""
_PAGE: Final = 500


class TooManyDeliveries(Exception):
    """As many events as there may be are on their way already; nothing of these was accepted."""


class Clock(Protocol):
    """Time, and being called at a time."""

    def now_ms(self) -> int:
        """Epoch milliseconds."""

    def call_at(self, at_ms: int, callback: Callable[[], None]) -> "Timer":
        """Call back on the event loop at a time."""


class Timer(Protocol):
    """A call that has been asked for."""

    def cancel(self) -> None:
        """Don't make it."""


class Deliveries:
    """Events on their way to targets. `caller` makes the calls."""

    def __init__(
        self,
        catalogue: Catalogue,
        clock: Clock,
        caller: Caller,
        find_destination: FindDestination = no_destination,
    ) -> None:
        self._find_destination = find_destination
        self._catalogue = catalogue
        self._clock = clock
        self._caller = caller
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: dict[str, Timer] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._closed = False

    async def open(self) -> None:
        """Take up every delivery that a restart found unfinished."""
        after = ""
        while records := await self._catalogue.list(DELIVERY, after=after, limit=_PAGE):
            for record in records:
                self.begin(unpack_delivery(record.data))
            after = records[-1].key

    async def accept(self, deliveries: Sequence[Delivery]) -> None:
        """Make deliveries durable, all or none, then begin them.

        Raises:
            TooManyDeliveries: see there.
        """
        if len(self._tasks) + len(self._timers) + len(deliveries) > DELIVERIES_MAX:
            raise TooManyDeliveries
        await self._catalogue.put_all([stored_delivery(delivery) for delivery in deliveries])
        for delivery in deliveries:
            self.begin(delivery)

    async def quiet(self) -> None:
        """Return when nothing is on its way but what waits for its next try."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Stop; what is unfinished is taken up at the next start."""
        self._closed = True
        for timer in self._timers.values():
            timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def begin(self, delivery: Delivery) -> None:
        """Try to bring a delivery that is durable to its target."""
        self._timers.pop(delivery.key, None)
        self.spawn(self._deliver(delivery))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work that ends in deliveries; after `close` nothing is begun."""
        if self._closed:
            work.close()
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an event is left until the next start", exc_info=error)

    async def _deliver(self, delivery: Delivery) -> None:
        async with self._turns:
            try:
                call = call_for(delivery.target, delivery.payload, delivery.key, self._find_destination)
                await self._caller(call, delivery.key, delivery.rule_arn)
            except (TargetFailed, UnknownTarget) as error:
                await self._again(delivery, str(error))
                return
            except Exception as error:
                # A target's call that breaks here must not be lost until the next start.
                log.exception("event %s could not be brought to %s", delivery.event_id, delivery.target["Arn"])
                await self._again(delivery, repr(error))
                return
        await self._catalogue.delete(DELIVERY, delivery.key)

    async def _again(self, delivery: Delivery, reason: str) -> None:
        """Try later, if it is to be tried again."""
        policy = delivery.target.get("RetryPolicy", {})
        delivery.attempts += 1
        pause_ms = min(PAUSE_MS << min(delivery.attempts - 1, 20), PAUSE_MAX_MS)
        age_ms = self._clock.now_ms() + pause_ms - delivery.taken_ms
        if (
            delivery.attempts > policy.get("MaximumRetryAttempts", ATTEMPTS_MAX)
            or age_ms > policy.get("MaximumEventAgeInSeconds", AGE_MAX_SECONDS) * 1_000
        ):
            await self._give_up(delivery, reason)
            return
        await self._catalogue.put_all([stored_delivery(delivery)])
        if not self._closed:
            at_ms = self._clock.now_ms() + pause_ms
            self._timers[delivery.key] = self._clock.call_at(at_ms, lambda: self.begin(delivery))

    async def _give_up(self, delivery: Delivery, reason: str) -> None:
        arn = delivery.target["Arn"]
        queue = delivery.target.get("DeadLetterConfig", {}).get("Arn")
        if queue is None:
            log.error("event %s was not taken by %s and is dropped: %s", delivery.event_id, arn, reason)
        else:
            try:
                call = dead_letter_call(queue, delivery.payload, delivery.key)
                await self._caller(call, delivery.key, delivery.rule_arn)
            except TargetFailed as error:
                log.error("event %s for %s could not be put into %s: %s", delivery.event_id, arn, queue, error)
        await self._catalogue.delete(DELIVERY, delivery.key)

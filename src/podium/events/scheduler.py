"""The scheduler: EventBridge Scheduler's schedules, each with one target, a time zone and perhaps a flexible window.

A time that has come is a delivery: durable before its target is called, tried again until it is taken. After a restart
a schedule goes on with the times to come; what passed meanwhile is skipped, or made up for once (`catch_up`), as
rules' schedules are. https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html
"""

import hashlib
import logging
from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from podium.core import jsontext
from podium.events.deliveries import Clock, Deliveries, Timer
from podium.events.records import Delivery, Target, stored_delivery
from podium.events.schedules import Schedule, parse_schedule
from podium.events.times import iso_seconds
from podium.store.contract import Catalogue
from podium.store.shelf import Shelf

log = logging.getLogger(__name__)

SCHEDULE: Final = "schedule"
"""Catalogue kind; key = schedule ARN."""
SCHEDULE_GROUP: Final = "schedule-group"
"""Catalogue kind; key = group ARN. The default group is there without a record."""
DEFAULT_GROUP: Final = "default"
HORIZON_MS: Final = 24 * 60 * 60 * 1_000
"""A timer looks at most so far ahead; a schedule that fires later is looked at again then."""


class ScheduleRecord(Struct, frozen=True, kw_only=True):
    """One schedule. Times in epoch milliseconds."""

    arn: str
    name: str
    group: str
    expression: str
    target: Target
    made_ms: int
    updated_ms: int
    time_zone: str = "UTC"
    enabled: bool = True
    start_ms: int | None = None
    end_ms: int | None = None
    window_minutes: int = 0
    """How much later than its time it may fire; 0 for never."""
    description: str | None = None
    delete_when_done: bool = False
    kms_key_arn: str | None = None
    fired_ms: int | None = None
    """The last time it fired for."""


class ScheduleGroup(Struct, frozen=True, kw_only=True):
    """A group of schedules. Times in epoch milliseconds."""

    arn: str
    name: str
    made_ms: int
    tags: dict[str, str] = {}


class _Live(Struct, eq=False):
    """A schedule, compiled and waiting."""

    record: ScheduleRecord
    schedule: Schedule
    timer: Timer | None = None


class Scheduler:
    """All schedules of a server; `open` before use.

    Args:
        catalogue: where they are kept.
        clock: time, and being called at a time.
        deliveries: brings what is due to its target.
        new_id: makes ids.
        catch_up: whether a schedule that would have fired while nothing ran fires once at the start.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        clock: Clock,
        deliveries: Deliveries,
        new_id: Callable[[], str],
        *,
        catch_up: bool = False,
    ) -> None:
        self.schedules: Shelf[ScheduleRecord] = Shelf(catalogue, SCHEDULE, ScheduleRecord)
        self.groups: Shelf[ScheduleGroup] = Shelf(catalogue, SCHEDULE_GROUP, ScheduleGroup)
        self._clock = clock
        self._deliveries = deliveries
        self._new_id = new_id
        self._catch_up = catch_up
        self._live: dict[str, _Live] = {}

    async def open(self) -> None:
        """Set all schedules there are."""
        async for _, record in self.schedules.all():
            # What was due before a change has fired, or the change has taken it back.
            since_ms = max(record.fired_ms or 0, record.updated_ms)
            if not self._catch_up:
                # What is due but still within its window has not been missed.
                since_ms = max(since_ms, self._clock.now_ms() - record.window_minutes * 60_000)
            self._take(record, since_ms)

    def close(self) -> None:
        """Fire no more."""
        for live in self._live.values():
            _cancel(live)

    async def create(self, record: ScheduleRecord) -> bool:
        """Keep and set a new schedule; False when its ARN is taken.

        Raises:
            InvalidSchedule: its expression or time zone is none.
        """
        parse_schedule(record.expression, record.time_zone)
        if not await self.schedules.create(record.arn, record):
            return False
        self._take(record, self._clock.now_ms())
        return True

    async def update(self, record: ScheduleRecord) -> None:
        """Replace a schedule.

        Raises:
            InvalidSchedule: its expression or time zone is none.
        """
        parse_schedule(record.expression, record.time_zone)
        await self.schedules.put(record.arn, record)
        self._take(record, self._clock.now_ms())

    async def remove(self, arn: str) -> bool:
        """Forget a schedule; False when there is none."""
        live = self._live.pop(arn, None)
        if live is not None:
            _cancel(live)
        return await self.schedules.delete(arn)

    def _take(self, record: ScheduleRecord, after_ms: int) -> None:
        before = self._live.pop(record.arn, None)
        if before is not None:
            _cancel(before)
        live = self._live[record.arn] = _Live(record, parse_schedule(record.expression, record.time_zone))
        if record.enabled:
            self._set(live, after_ms)

    def _set(self, live: _Live, after_ms: int) -> None:
        """Wait for the first time after a moment. Of several that passed only the last one counts."""
        now_ms = self._clock.now_ms()
        due_ms = self._due(live, after_ms)
        while due_ms is not None and due_ms < now_ms:
            following_ms = self._due(live, due_ms)
            if following_ms is None or following_ms > now_ms:
                break
            due_ms = following_ms
        if due_ms is None:
            if live.record.delete_when_done and live.record.fired_ms is not None:
                self._deliveries.spawn(self._complete(live))
            return
        at_ms = due_ms + _delay_ms(live.record, due_ms)
        if at_ms > now_ms + HORIZON_MS:
            live.timer = self._clock.call_at(now_ms + HORIZON_MS, lambda: self._set(live, after_ms))
        else:
            live.timer = self._clock.call_at(at_ms, lambda: self._deliveries.spawn(self._fired(live, due_ms)))

    def _due(self, live: _Live, after_ms: int) -> int | None:
        record = live.record
        if record.start_ms is not None:
            after_ms = max(after_ms, record.start_ms - 1)
        due_ms = live.schedule.next_after(after_ms, record.start_ms or record.made_ms)
        return None if due_ms is None or (record.end_ms is not None and due_ms > record.end_ms) else due_ms

    async def _fired(self, live: _Live, due_ms: int) -> None:
        record = live.record
        execution_id = self._new_id()
        payload = _payload(record, due_ms, execution_id)
        # The digest tells schedules apart whose group and name read alike, or whose accounts differ.
        key = f"{record.group}-{record.name}-{due_ms}-{_digest(record.arn)}"
        delivery = Delivery(key, record.arn, execution_id, record.target, payload, self._clock.now_ms())

        def fired(found: ScheduleRecord) -> ScheduleRecord:
            return msgspec.structs.replace(found, fired_ms=due_ms)

        try:
            # One commit: were the delivery durable before it is known that it was made, it could be made again.
            if await self.schedules.change(record.arn, fired, [stored_delivery(delivery)]) is not None:
                live.record = fired(record)
                self._deliveries.begin(delivery)
        except Exception:
            log.exception("%s could not fire for %s; it goes on with its next time", record.arn, iso_seconds(due_ms))
        if self._live.get(record.arn) is live:
            self._set(live, due_ms)

    async def _complete(self, live: _Live) -> None:
        if self._live.get(live.record.arn) is live:
            await self.remove(live.record.arn)


def _digest(arn: str) -> str:
    return hashlib.blake2b(arn.encode(), digest_size=4).hexdigest()


def _delay_ms(record: ScheduleRecord, due_ms: int) -> int:
    """Where in its flexible window a time fires: anywhere, but the same whenever it is asked for."""
    if not record.window_minutes:
        return 0
    digest = hashlib.blake2b(f"{record.arn} {due_ms}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) % (record.window_minutes * 60_000)


def _payload(record: ScheduleRecord, due_ms: int, execution_id: str) -> str:
    """What the target gets: its input with the context attributes filled in, or Scheduler's own notice.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    """
    given: str | None = record.target.get("Input")
    if given is None:
        _, _, _, region, account, _ = record.arn.split(":", 5)
        notice: dict[str, Any] = {
            "version": "0",
            "id": execution_id,
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": account,
            "time": iso_seconds(due_ms),
            "region": region,
            "resources": [record.arn],
            "detail": "{}",
        }
        return jsontext.encode(notice).decode()
    attributes = {
        "<aws.scheduler.schedule-arn>": record.arn,
        "<aws.scheduler.scheduled-time>": iso_seconds(due_ms),
        "<aws.scheduler.execution-id>": execution_id,
        "<aws.scheduler.attempt-number>": "1",
    }
    for name, value in attributes.items():
        given = given.replace(name, value)
    return given


def _cancel(live: _Live) -> None:
    if live.timer is not None:
        live.timer.cancel()
        live.timer = None

"""The event bus: events in, matched by rules, out to their targets; and rules that fire by the clock.

Rules are few and live in memory, compiled; the catalogue holds them too. What PutEvents has accepted is delivered at
least once. Execution status changes are published as AWS does it, at best effort: a crash between the change and its
event loses the event (https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-states.html).
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

from podium.events.api_destinations import ApiDestinations
from podium.events.deliveries import Clock, Deliveries, Timer
from podium.events.inputs import input_for
from podium.events.patterns import Matches, compile_pattern
from podium.events.records import RULE, Delivery, Event, RuleRecord, stored_delivery
from podium.events.schedules import Schedule, parse_schedule
from podium.events.targets import Caller
from podium.events.times import iso_seconds
from podium.store.contract import Catalogue
from podium.store.shelf import Shelf

log = logging.getLogger(__name__)

HORIZON_MS: Final = 24 * 60 * 60 * 1_000
"""A timer looks at most so far ahead; a schedule that fires later is looked at again then."""


class _Live(Struct):
    """A rule, compiled."""

    record: RuleRecord
    matches: Matches | None
    schedule: Schedule | None
    timer: Timer | None = None


class EventBus:
    """All buses of a server.

    Args:
        caller: brings events to targets.
        new_id: makes ids of events.
        api_destinations: those of this catalogue, where somebody else asks for them too.
        catch_up: whether a schedule that would have fired while nothing ran fires once at the start.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        clock: Clock,
        caller: Caller,
        new_id: Callable[[], str],
        *,
        catch_up: bool = False,
        api_destinations: ApiDestinations | None = None,
    ) -> None:
        self._shelf: Shelf[RuleRecord] = Shelf(catalogue, RULE, RuleRecord)
        self._changing = asyncio.Lock()
        """Held while a rule changes: what it becomes depends on what it is."""
        self._clock = clock
        self._new_id = new_id
        self._catch_up = catch_up
        self._rules: dict[str, dict[str, _Live]] = {}
        """By bus ARN and rule ARN."""
        self.api_destinations = api_destinations or ApiDestinations(catalogue)
        self.deliveries = Deliveries(catalogue, clock, caller, self.api_destinations.destination)

    async def open(self) -> None:
        """Read the rules and API destinations, take up unfinished deliveries, set the schedules."""
        await self.api_destinations.open()
        now_ms = self._clock.now_ms()
        async for _, rule in self._shelf.all():
            since_ms = max(rule.fired_ms or rule.made_ms, rule.changed_ms)
            self._take(rule, since_ms if self._catch_up else now_ms)
        await self.deliveries.open()

    async def close(self) -> None:
        """Stop firing and delivering; the store stays open."""
        for rules in self._rules.values():
            for live in rules.values():
                _cancel(live)
        await self.deliveries.close()

    @property
    def listens(self) -> bool:
        """Whether there is any rule with a pattern: without one no event needs to be made."""
        return any(live.matches is not None for rules in self._rules.values() for live in rules.values())

    def rules(self, bus_arn: str) -> list[RuleRecord]:
        """The rules of a bus, by name."""
        return sorted((live.record for live in self._rules.get(bus_arn, {}).values()), key=lambda rule: rule.name)

    def rule(self, bus_arn: str, arn: str) -> RuleRecord | None:
        """A rule by its ARN."""
        live = self._rules.get(bus_arn, {}).get(arn)
        return None if live is None else live.record

    async def put_rule(self, bus_arn: str, arn: str, edit: Callable[[RuleRecord | None], RuleRecord]) -> None:
        """Keep what `edit` makes of a rule, or of None for one that is new. What it raises is raised.

        Raises:
            InvalidPattern, InvalidSchedule: it can't be one.
        """
        async with self._changing:
            now_ms = self._clock.now_ms()
            record = msgspec.structs.replace(edit(self.rule(bus_arn, arn)), changed_ms=now_ms)
            _compiled(record)
            await self._shelf.put(arn, record)
            self._take(record, now_ms)

    async def remove_rule(self, bus_arn: str, arn: str, check: Callable[[RuleRecord], None]) -> None:
        """Forget a rule that is there, unless `check` raises something."""
        async with self._changing:
            live = self._rules.get(bus_arn, {}).get(arn)
            if live is not None:
                check(live.record)
                await self._shelf.delete(arn)
                _cancel(self._rules[bus_arn].pop(arn))

    async def publish(self, bus_arn: str, event: Event) -> None:
        """Bring an event to the targets of every rule that is about it. Durable when this returns.

        Raises:
            TooManyDeliveries: nothing of it was accepted.
        """
        accepted: list[Delivery] = []
        for live in self._rules.get(bus_arn, {}).values():
            if live.record.enabled and live.matches is not None and live.matches(event):
                accepted += self._to_targets(live.record, event)
        if accepted:
            await self.deliveries.accept(accepted)

    def event(self, region: str, account: str, **given: Any) -> Event:
        """An event with an id and the time of now; `given` are its other fields, dashes as underscores."""
        fields = {name.replace("_", "-"): value for name, value in given.items()}
        time = iso_seconds(self._clock.now_ms())
        event = {"version": "0", "id": self._new_id(), "account": account, "time": time, "region": region}
        return {"resources": [], "detail": {}, **event, **fields}

    def _to_targets(self, rule: RuleRecord, event: Event) -> Iterator[Delivery]:
        for target in rule.targets:
            # The digest tells apart what reads alike: "a-b" of "c", and "a" of "b-c".
            digest = hashlib.blake2b(f"{rule.name} {target['Id']}".encode(), digest_size=4).hexdigest()
            key = f"{event['id']}-{rule.name}-{target['Id']}-{digest}"
            payload = input_for(target, event, rule.arn)
            yield Delivery(key, rule.arn, event["id"], target, payload, self._clock.now_ms())

    # -- schedules -----------------------------------------------------------------------------------------------

    def _take(self, record: RuleRecord, after_ms: int) -> None:
        """Obey a rule. `after_ms`: times before that are over."""
        rules = self._rules.setdefault(record.bus_arn, {})
        if record.arn in rules:
            _cancel(rules[record.arn])
        matches, schedule = _compiled(record)
        live = rules[record.arn] = _Live(record, matches, schedule)
        if record.enabled and schedule is not None:
            self._set(live, after_ms)

    def _set(self, live: _Live, after_ms: int) -> None:
        """Wait for the schedule's next time after a moment. Of several that passed only the last one counts."""
        assert live.schedule is not None
        now_ms, made_ms = self._clock.now_ms(), live.record.made_ms
        due_ms = live.schedule.next_after(after_ms, made_ms)
        while due_ms is not None and due_ms < now_ms:
            following_ms = live.schedule.next_after(due_ms, made_ms)
            if following_ms is None or following_ms > now_ms:
                break
            due_ms = following_ms
        if due_ms is None:
            return
        if due_ms > now_ms + HORIZON_MS:
            live.timer = self._clock.call_at(now_ms + HORIZON_MS, lambda: self._set(live, after_ms))
        else:
            live.timer = self._clock.call_at(due_ms, lambda: self._fire(live, due_ms))

    def _fire(self, live: _Live, due_ms: int) -> None:
        self.deliveries.spawn(self._fired(live, due_ms))

    async def _fired(self, live: _Live, due_ms: int) -> None:
        arn = live.record.arn
        _, _, _, region, account, _ = arn.split(":", 5)
        event = self.event(region, account, source="aws.events", detail_type="Scheduled Event", resources=[arn]) | {
            "time": iso_seconds(due_ms)
        }
        try:
            async with self._changing:
                await self._fire_now(live, due_ms, event)
        except Exception:
            log.exception("%s could not fire for %s; it goes on with its next time", arn, event["time"])
        if self._is_live(live):
            self._set(live, due_ms)

    async def _fire_now(self, live: _Live, due_ms: int, event: Event) -> None:
        rule = self.rule(live.record.bus_arn, live.record.arn)
        if rule is None:
            return
        deliveries = list(self._to_targets(rule, event))

        def fired(found: RuleRecord) -> RuleRecord:
            return msgspec.structs.replace(found, fired_ms=due_ms)

        # One commit: were the deliveries durable before it is known that they were made, they could be made again.
        if await self._shelf.change(rule.arn, fired, [stored_delivery(delivery) for delivery in deliveries]) is None:
            return
        rule.fired_ms = due_ms
        for delivery in deliveries:
            self.deliveries.begin(delivery)

    def _is_live(self, live: _Live) -> bool:
        """Whether the rule is still there, and still this one."""
        return self._rules.get(live.record.bus_arn, {}).get(live.record.arn) is live


def _compiled(record: RuleRecord) -> tuple[Matches | None, Schedule | None]:
    matches = None if record.pattern is None else compile_pattern(record.pattern)
    return matches, None if record.schedule is None else parse_schedule(record.schedule)


def _cancel(live: _Live) -> None:
    if live.timer is not None:
        live.timer.cancel()
        live.timer = None

"""A server killed at any write between a schedule's time and its target fires once for that time, in its next life."""

import asyncio
import itertools
from functools import partial

import pytest

from podium.events.bus import EventBus
from podium.events.records import RuleRecord, bus_arn, rule_arn
from podium.events.scheduler import Scheduler, ScheduleRecord
from podium.store.memory import MemoryStore
from podium.testing import VirtualClock

QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
BUS = bus_arn("us-east-1", "000000000000", "default")
WRITES_OF_A_FIRING = 2
"""The delivery with the time it fired for; then the delivery is forgotten."""


class MortalStore(MemoryStore):
    """Lets nobody go on who writes once its writes are used up, as if the process were killed there."""

    def __init__(self):
        super().__init__()
        self.writes_left = None
        self.dies_after_writing = False

    async def _die_in(self, write):
        if self.writes_left is None:
            return await write()
        dying = self.writes_left == 0
        if dying and not self.dies_after_writing:
            raise asyncio.CancelledError
        result = await write()
        if dying:
            raise asyncio.CancelledError
        self.writes_left -= 1
        return result

    async def put_all(self, puts):
        return await self._die_in(partial(super().put_all, puts))

    async def delete(self, kind, key, **options):
        return await self._die_in(partial(super().delete, kind, key, **options))


class Server:
    """What fires by the clock, over one store, through as many lives as it is opened."""

    def __init__(self):
        self.store = MortalStore()
        self.clock = VirtualClock()
        self.calls = []
        self.numbers = itertools.count(1)

    async def open(self):
        ids = lambda: f"id-{next(self.numbers)}"  # noqa: E731
        self.bus = EventBus(self.store, self.clock, self._call, ids, catch_up=True)
        self.scheduler = Scheduler(self.store, self.clock, self.bus.deliveries, ids, catch_up=True)
        await self.bus.open()
        await self.scheduler.open()

    async def close(self):
        self.scheduler.close()
        await self.bus.close()

    async def _call(self, call, key, arn):
        self.calls.append((key, call.parameters["MessageBody"]))

    async def advance(self, seconds):
        async def settle():
            await asyncio.sleep(0)
            await self.bus.deliveries.quiet()

        await self.clock.advance(seconds * 1_000, settle)

    async def schedule(self):
        arn = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/s"
        now_ms = self.clock.now_ms()
        record = ScheduleRecord(
            arn=arn,
            name="s",
            group="default",
            expression="rate(1 hour)",
            target={"Arn": QUEUE, "RoleArn": "r"},
            made_ms=now_ms,
            updated_ms=now_ms,
        )
        await self.scheduler.create(record)

    async def rule(self):
        targets = [{"Id": "t", "Arn": QUEUE}]
        record = RuleRecord(rule_arn(BUS, "r"), "r", BUS, self.clock.now_ms(), schedule="rate(1 hour)", targets=targets)
        await self.bus.put_rule(BUS, record.arn, lambda before: record)


@pytest.mark.parametrize("make", [Server.schedule, Server.rule])
@pytest.mark.parametrize("dies_after_writing", [False, True])
@pytest.mark.parametrize("writes", range(WRITES_OF_A_FIRING + 1))
async def test_it_fires_once_for_a_time_whenever_it_is_killed(make, writes, dies_after_writing):
    server = Server()
    await server.open()
    await make(server)
    server.store.writes_left, server.store.dies_after_writing = writes, dies_after_writing
    await server.advance(3_600)
    server.store.writes_left = None
    await server.close()
    await server.open()
    await server.advance(60)
    assert len(set(server.calls)) == 1, "one delivery, with one payload, however often it is made"
    # Between the call and the note that it was made nothing can be known: at least once.
    forgetting = writes == WRITES_OF_A_FIRING - 1 and not dies_after_writing
    assert len(server.calls) == (2 if forgetting else 1)
    await server.close()


async def test_the_writes_of_a_firing_are_as_many_as_the_kills_above_assume():
    server = Server()
    await server.open()
    await server.schedule()
    server.store.writes_left = 10
    await server.advance(3_600)
    assert server.store.writes_left == 10 - WRITES_OF_A_FIRING
    await server.close()

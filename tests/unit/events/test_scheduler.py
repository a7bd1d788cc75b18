"""Schedules of EventBridge Scheduler on virtual time: when they fire, what their targets get, restarts."""

import asyncio
import itertools
import json
from datetime import UTC, datetime

import msgspec
import pytest

from podium.events.deliveries import Deliveries
from podium.events.scheduler import Scheduler, ScheduleRecord
from podium.events.schedules import InvalidSchedule
from podium.store.contract import StoreError
from podium.store.memory import MemoryStore
from podium.testing import VirtualClock

QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
HOUR_MS = 3_600_000


class World:
    def __init__(self):
        self.store = MemoryStore()
        self.clock = VirtualClock()
        self.calls = []
        self.keys = set()
        self.numbers = itertools.count(1)

    async def open(self, **options):
        self.deliveries = Deliveries(self.store, self.clock, self._call)
        ids = lambda: f"id-{next(self.numbers)}"  # noqa: E731
        self.scheduler = Scheduler(self.store, self.clock, self.deliveries, ids, **options)
        await self.deliveries.open()
        await self.scheduler.open()

    async def close(self):
        self.scheduler.close()
        await self.deliveries.close()

    async def reopen(self, **options):
        await self.close()
        await self.open(**options)

    async def _call(self, call, key, arn):
        self.calls.append((self.clock.now_ms(), call))
        self.keys.add(key)

    def record(self, name="nightly", expression="rate(1 hour)", **more):
        target = more.pop("target", {"Arn": QUEUE, "RoleArn": "r", "Input": "{}"})
        arn = f"arn:aws:scheduler:us-east-1:000000000000:schedule/default/{name}"
        now_ms = self.clock.now_ms()
        fields = {"made_ms": now_ms, "updated_ms": now_ms, **more}
        return ScheduleRecord(arn=arn, name=name, group="default", expression=expression, target=target, **fields)

    async def advance(self, seconds):
        """Let time pass, with what it sets going."""
        await self.clock.advance(round(seconds * 1000), self.settle)

    async def settle(self):
        await asyncio.sleep(0)
        await self.deliveries.quiet()


@pytest.fixture
async def world():
    world = World()
    await world.open()
    yield world
    await world.close()


def hours(world, started_ms):
    return [(at_ms - started_ms) / HOUR_MS for at_ms, _ in world.calls]


async def test_a_rate_fires_again_and_again(world):
    started_ms = world.clock.now_ms()
    assert await world.scheduler.create(world.record())
    assert not await world.scheduler.create(world.record())
    await world.advance(3 * 3600)
    assert hours(world, started_ms) == [1, 2, 3]


async def test_schedules_whose_groups_and_names_read_alike_have_deliveries_of_their_own(world):
    for group, name in (("a", "b-c"), ("a-b", "c")):
        arn = f"arn:aws:scheduler:us-east-1:000000000000:schedule/{group}/{name}"
        record = msgspec.structs.replace(world.record(name), arn=arn, group=group)
        assert await world.scheduler.create(record)
    await world.advance(3_600)
    assert len(world.keys) == 2


async def test_it_goes_on_when_the_store_fails_once(world, caplog):
    async def broken_put(*_, **__):
        raise StoreError("the disk is full")

    await world.scheduler.create(world.record())
    put, world.store.put_all = world.store.put_all, broken_put
    await world.advance(3_600)
    world.store.put_all = put
    assert "goes on with its next time" in caplog.text
    await world.advance(3_600)
    assert len(world.calls) == 1


async def test_a_time_zone_a_start_and_an_end(world):
    started_ms = world.clock.now_ms()
    record = world.record(start_ms=started_ms + 2 * HOUR_MS, end_ms=started_ms + 4 * HOUR_MS)
    await world.scheduler.create(record)
    await world.advance(8 * 3600)
    assert hours(world, started_ms) == [3, 4]
    world.calls.clear()
    zone = "America/New_York"
    await world.scheduler.create(world.record("local", "cron(0 12 * * ? *)", time_zone=zone))
    await world.advance(24 * 3600)
    (fired_ms,) = [at_ms for at_ms, _ in world.calls]
    assert datetime.fromtimestamp(fired_ms / 1000, UTC).hour in (16, 17)


async def test_a_flexible_window_delays_within_it_and_always_alike(world):
    started_ms = world.clock.now_ms()
    await world.scheduler.create(world.record(window_minutes=30))
    await world.advance(10 * 3600)
    late = [(at_ms - started_ms) % HOUR_MS for at_ms, _ in world.calls]
    assert len(set(late)) > 1
    assert all(0 <= each <= 30 * 60_000 for each in late)


async def test_what_is_due_within_its_window_survives_a_restart(world):
    await world.scheduler.create(world.record(expression="rate(1 hour)", window_minutes=59))
    await world.advance(3600)
    assert world.calls == []
    await world.reopen()
    await world.advance(3600)
    assert len(world.calls) == 1


async def test_what_passed_while_nothing_ran_is_skipped_or_made_up_for_once(world):
    started_ms = world.clock.now_ms()
    await world.scheduler.create(world.record())
    await world.close()
    await world.advance(5 * 3600 + 60)
    await world.open()
    await world.advance(60)
    assert world.calls == []
    await world.reopen(catch_up=True)
    await world.advance(60)
    assert len(world.calls) == 1
    await world.advance(3600)
    assert len(world.calls) == 2
    assert started_ms < world.calls[0][0]


async def test_times_before_a_change_are_not_made_up_for(world):
    started_ms = world.clock.now_ms()
    record = world.record()
    await world.scheduler.create(record)
    await world.advance(3600 + 60)
    assert hours(world, started_ms) == [1]
    await world.scheduler.update(msgspec.structs.replace(record, updated_ms=world.clock.now_ms()))
    await world.reopen(catch_up=True)
    await world.advance(60)
    assert hours(world, started_ms) == [1]


async def test_one_that_is_removed_while_it_fires_fires_no_more(world):
    record = world.record()
    await world.scheduler.create(record)
    await world.clock.advance(3_600_000, lambda: world.scheduler.remove(record.arn))
    await world.settle()
    assert world.calls == []


async def test_a_schedule_that_is_done_can_delete_itself(world):
    at = datetime.fromtimestamp(world.clock.now_ms() / 1000 + 600, UTC)
    expression = f"at({at:%Y-%m-%dT%H:%M:%S})"
    await world.scheduler.create(world.record("once", expression, delete_when_done=True))
    await world.scheduler.create(world.record("kept", expression))
    await world.advance(1200)
    assert len(world.calls) == 2
    assert [key.rpartition("/")[2] for key, _ in await world.scheduler.schedules.list()] == ["kept"]


async def test_changes_and_removal_take_effect_at_once(world):
    record = world.record()
    await world.scheduler.create(record)
    await world.scheduler.update(msgspec.structs.replace(record, enabled=False))
    await world.advance(2 * 3600)
    assert world.calls == []
    await world.scheduler.update(record)
    await world.advance(3600)
    assert len(world.calls) == 1
    assert await world.scheduler.remove(record.arn)
    assert not await world.scheduler.remove(record.arn)
    await world.advance(2 * 3600)
    assert len(world.calls) == 1


async def test_targets_get_their_input_with_its_context_attributes(world):
    text = '{"arn": "<aws.scheduler.schedule-arn>", "id": "<aws.scheduler.execution-id>"}'
    machine = "arn:aws:states:us-east-1:000000000000:stateMachine:report"
    await world.scheduler.create(world.record("a", target={"Arn": machine, "RoleArn": "r", "Input": text}))
    await world.scheduler.create(world.record("b", target={"Arn": QUEUE, "RoleArn": "r"}))
    universal = {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:purgeQueue", "RoleArn": "r", "Input": '{"QueueUrl": "u"}'}
    await world.scheduler.create(world.record("c", target=universal))
    bus = {"Arn": "arn:aws:events:us-east-1:000000000000:event-bus/default", "RoleArn": "r", "Input": '{"a": 1}'}
    bus["EventBridgeParameters"] = {"Source": "mine", "DetailType": "due"}
    await world.scheduler.create(world.record("d", target=bus))
    await world.advance(3600)
    started, queued, called, put = sorted((call for _, call in world.calls), key=lambda call: call.resource)[::-1]
    calls = {call.resource.partition(":::")[2]: call.parameters for call in (started, queued, called, put)}
    start = calls["states:startExecution"]
    assert start["StateMachineArn"] == machine
    assert start["Input"]["arn"].endswith("schedule/default/a")
    assert start["Input"]["id"].startswith("id-")
    assert json.loads(calls["sqs:sendMessage"]["MessageBody"])["source"] == "aws.scheduler"
    assert calls["aws-sdk:sqs:purgeQueue"] == {"QueueUrl": "u"}
    (entry,) = calls["events:putEvents"]["Entries"]
    assert (entry["Source"], entry["DetailType"], entry["Detail"]) == ("mine", "due", {"a": 1})


@pytest.mark.parametrize("bad", [{"expression": "often"}, {"time_zone": "Mars/Olympus"}])
async def test_what_is_no_schedule_is_refused(world, bad):
    with pytest.raises(InvalidSchedule):
        await world.scheduler.create(world.record(**bad))
    assert await world.scheduler.schedules.list() == []

"""The bus on virtual time: matching, delivery until taken, schedules, and what a restart leaves of it."""

import asyncio
import itertools
import json

import msgspec
import pytest

from podium.core.machine.execution_info import NO_REDRIVES, Redrives
from podium.events import deliveries
from podium.events.api_destinations import DestinationRecord
from podium.events.bus import EventBus
from podium.events.deliveries import TooManyDeliveries
from podium.events.execution_status import StatusEvents, detail
from podium.events.records import DELIVERY, RuleRecord, bus_arn, rule_arn
from podium.events.targets import TargetFailed, UnknownTarget, call_for
from podium.store.contract import StoreError
from podium.store.memory import MemoryStore
from podium.testing import VirtualClock

BUS = bus_arn("us-east-1", "000000000000", "default")
QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
DEAD = "arn:aws:sqs:us-east-1:000000000000:dead"
DAY_MS = 86_400_000


class World:
    """A bus, its store and clock, and calls that succeed or are refused as the test says."""

    def __init__(self):
        self.store = MemoryStore()
        self.clock = VirtualClock()
        self.calls = []
        self.keys = set()
        self.faults = []
        """What calls raise before they do anything."""
        self.refusals = {}
        """Queue name -> how many more calls it refuses."""
        self.numbers = itertools.count(1)

    async def open(self, **options):
        self.bus = EventBus(self.store, self.clock, self._call, lambda: f"event-{next(self.numbers)}", **options)
        await self.bus.open()

    async def reopen(self, **options):
        await self.bus.close()
        await self.open(**options)

    async def _call(self, call, key, rule):
        self.keys.add(key)
        if self.faults:
            raise self.faults.pop()
        queue = call.parameters["QueueUrl"].rpartition("/")[2]
        if self.refusals.get(queue, 0):
            self.refusals[queue] -= 1
            raise TargetFailed("Busy: later")
        self.calls.append((queue, json.loads(call.parameters["MessageBody"])))

    async def rule(self, name, targets=None, **fields):
        targets = [{"Id": "t", "Arn": QUEUE}] if targets is None else targets
        record = RuleRecord(rule_arn(BUS, name), name, BUS, self.clock.now_ms(), targets=targets, **fields)
        await self.bus.put_rule(BUS, record.arn, lambda before: record)
        return record

    async def publish(self, **fields):
        event = self.bus.event("us-east-1", "000000000000", **fields)
        await self.bus.publish(BUS, event)
        await self.bus.deliveries.quiet()
        return event

    async def advance(self, seconds):
        await self.clock.advance(round(seconds * 1000), self.settle)

    async def settle(self):
        await asyncio.sleep(0)
        await self.bus.deliveries.quiet()

    async def pending(self):
        return len(await self.store.list(DELIVERY))


@pytest.fixture
async def world():
    world = World()
    await world.open()
    yield world
    await world.bus.close()


async def test_an_event_goes_to_the_rules_that_are_about_it(world):
    await world.rule("a", pattern='{"source": ["shop"]}')
    await world.rule("b", pattern='{"source": ["bank"]}')
    await world.rule("c", pattern='{"source": ["shop"]}', enabled=False)
    event = await world.publish(source="shop", detail_type="Sold", detail={"n": 1})
    assert world.calls == [("q", event)]
    assert event["detail-type"] == "Sold"
    assert await world.pending() == 0


async def test_rules_and_targets_that_read_alike_have_deliveries_of_their_own(world):
    await world.rule("a", [{"Id": "b-c", "Arn": QUEUE}], pattern='{"source": ["shop"]}')
    await world.rule("a-b", [{"Id": "c", "Arn": QUEUE}], pattern='{"source": ["shop"]}')
    await world.publish(source="shop")
    assert len(world.calls) == len(world.keys) == 2


async def test_an_event_is_accepted_for_all_its_targets_or_for_none(world, monkeypatch):
    monkeypatch.setattr(deliveries, "DELIVERIES_MAX", 2)
    await world.rule("a", pattern='{"source": ["shop"]}')
    await world.rule("b", [{"Id": str(number), "Arn": QUEUE} for number in range(2)], pattern='{"source": ["shop"]}')
    with pytest.raises(TooManyDeliveries):
        await world.publish(source="shop")
    assert (world.calls, await world.pending()) == ([], 0)


async def test_what_waits_for_its_next_try_counts_too(world, monkeypatch):
    monkeypatch.setattr(deliveries, "DELIVERIES_MAX", 2)
    world.refusals["q"] = 2
    await world.rule("a", pattern='{"source": ["shop"]}')
    for _ in range(2):
        await world.publish(source="shop")
    with pytest.raises(TooManyDeliveries):
        await world.publish(source="shop")
    await world.advance(1.1)
    assert len(world.calls) == 2
    await world.publish(source="shop")
    assert len(world.calls) == 3


async def test_inputs_are_made_for_each_target(world):
    template = '{"who": <who>, "said": "<who> sold <n>", "gone": <gone>, "rule": <aws.events.rule-name>}'
    paths = {"who": "$.detail.who", "n": "$.detail.n", "gone": "$.detail.gone"}
    targets = [
        {"Id": "1", "Arn": QUEUE, "Input": '{"constant": true}'},
        {"Id": "2", "Arn": QUEUE, "InputPath": "$.detail"},
        {"Id": "3", "Arn": QUEUE, "InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}},
        {"Id": "4", "Arn": QUEUE, "InputTransformer": {"InputPathsMap": paths, "InputTemplate": "sold <n> by <who>"}},
    ]
    await world.rule("a", targets, pattern='{"source": ["shop"]}')
    await world.publish(source="shop", detail={"who": 'Ada "A"', "n": 3})
    assert [payload for _, payload in world.calls] == [
        {"constant": True},
        {"who": 'Ada "A"', "n": 3},
        {"who": 'Ada "A"', "said": 'Ada "A" sold 3', "gone": "", "rule": "a"},
        'sold 3 by "Ada \\"A\\""',
    ]


async def test_what_is_refused_is_tried_again_until_it_is_taken(world):
    world.refusals["q"] = 3
    await world.rule("a", pattern='{"source": ["shop"]}')
    await world.publish(source="shop")
    assert world.calls == []
    await world.advance(2.9)
    assert world.calls == []
    await world.advance(4.1)
    assert len(world.calls) == 1
    assert await world.pending() == 0


async def test_a_call_that_breaks_is_tried_again_as_if_it_were_refused(world, caplog):
    world.faults = [KeyError("Body")]
    await world.rule("a", pattern='{"source": ["shop"]}')
    await world.publish(source="shop")
    assert "could not be brought to" in caplog.text
    await world.advance(1.1)
    assert len(world.calls) == 1
    assert await world.pending() == 0


async def test_pauses_between_tries_double_up_to_ten_minutes(world):
    world.refusals["q"] = 1000
    await world.rule("a", pattern='{"source": ["shop"]}')
    await world.publish(source="shop")
    tried = [1000 - world.refusals["q"]]
    for seconds in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600):
        await world.advance(seconds)
        tried.append(1000 - world.refusals["q"])
    assert tried == list(range(1, 14))


async def test_what_nobody_takes_ends_in_the_dead_letter_queue(world):
    world.refusals["q"] = 100
    policy = {"RetryPolicy": {"MaximumRetryAttempts": 2}, "DeadLetterConfig": {"Arn": DEAD}}
    await world.rule("a", [{"Id": "t", "Arn": QUEUE, **policy}], pattern='{"source": ["shop"]}')
    event = await world.publish(source="shop")
    await world.advance(10)
    assert world.calls == [("dead", event)]
    assert (world.refusals["q"], await world.pending()) == (97, 0)


async def test_an_old_event_is_given_up(world, caplog):
    world.refusals["q"] = 1000
    policy = {"RetryPolicy": {"MaximumEventAgeInSeconds": 60}}
    await world.rule("a", [{"Id": "t", "Arn": QUEUE, **policy}], pattern='{"source": ["shop"]}')
    await world.publish(source="shop")
    await world.advance(120)
    assert await world.pending() == 0
    assert "was not taken by" in caplog.text


async def test_a_restart_delivers_what_was_accepted(world):
    world.refusals["q"] = 1
    await world.rule("a", pattern='{"source": ["shop"]}')
    event = await world.publish(source="shop")
    assert await world.pending() == 1
    await world.reopen()
    await world.bus.deliveries.quiet()
    assert world.calls == [("q", event)]


async def test_a_schedule_fires_and_keeps_its_rhythm_over_a_restart(world):
    await world.rule("a", schedule="rate(5 minutes)")
    await world.advance(299)
    assert world.calls == []
    await world.advance(302)
    assert [payload["detail-type"] for _, payload in world.calls] == ["Scheduled Event"] * 2
    await world.reopen()
    await world.advance(298)
    assert len(world.calls) == 2
    await world.advance(2)
    assert len(world.calls) == 3


async def test_a_schedule_goes_on_when_the_store_fails_once(world, caplog):
    await world.rule("a", schedule="rate(5 minutes)")
    put, world.store.put_all = world.store.put_all, broken_put
    await world.advance(300)
    world.store.put_all = put
    assert "goes on with its next time" in caplog.text
    await world.advance(300)
    assert len(world.calls) == 1


async def broken_put(*_, **__):
    raise StoreError("the disk is full")


async def test_times_that_passed_while_nothing_ran(world):
    await world.rule("a", schedule="rate(1 hour)")
    await world.bus.close()
    await world.clock.advance(DAY_MS + 1_800_000, world.settle)
    await world.open()
    await world.advance(1)
    assert world.calls == []
    await world.reopen(catch_up=True)
    await world.advance(1)
    assert len(world.calls) == 1  # the latest of 24


async def test_a_schedule_far_away_fires_once_at_its_time(world):
    await world.rule("a", schedule="rate(10 days)")
    await world.advance(10 * 86_400 - 1)
    assert world.calls == []
    await world.advance(2)
    assert len(world.calls) == 1


async def test_times_before_a_change_are_not_made_up_for(world):
    rule = await world.rule("a", schedule="rate(1 hour)", enabled=False)
    await world.advance(3600 + 60)
    await world.reopen(catch_up=True)
    await world.bus.put_rule(BUS, rule.arn, lambda before: msgspec.structs.replace(before, enabled=True))
    await world.advance(60)
    assert world.calls == []
    await world.reopen(catch_up=True)
    await world.advance(60)
    assert world.calls == []


async def test_changes_of_one_rule_at_the_same_time_are_made_one_after_the_other(world):
    rule = await world.rule("a", [], pattern='{"source": ["shop"]}')

    def adding(name):
        target = {"Id": name, "Arn": QUEUE}
        return lambda before: msgspec.structs.replace(before, targets=[*before.targets, target])

    store_put = world.store.put_all

    async def slow_put(puts):
        await asyncio.sleep(0)
        return await store_put(puts)

    world.store.put_all = slow_put
    await asyncio.gather(*(world.bus.put_rule(BUS, rule.arn, adding(name)) for name in ("x", "y")))
    assert [target["Id"] for target in world.bus.rule(BUS, rule.arn).targets] == ["x", "y"]


async def test_a_rule_changed_while_it_fires_stays_changed(world):
    rule = await world.rule("a", schedule="rate(1 hour)")

    def described(before):
        return msgspec.structs.replace(before, description="new")

    await world.clock.advance(3_600_000, lambda: world.bus.put_rule(BUS, rule.arn, described))
    await world.settle()
    assert len(world.calls) == 1
    await world.reopen()
    assert world.bus.rule(BUS, rule.arn).description == "new"


async def test_a_disabled_or_removed_rule_fires_no_more(world):
    first = await world.rule("a", schedule="rate(1 minute)")
    await world.rule("b", schedule="rate(1 minute)", enabled=False)
    await world.bus.remove_rule(BUS, first.arn, lambda rule: None)
    await world.advance(600)
    assert world.calls == []


class Execution:
    """What DescribeExecution knows."""

    arn = "arn:aws:states:us-east-1:000000000000:execution:m:e"
    state_machine_arn = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
    name, status, start_ms, stop_ms = "e", "SUCCEEDED", 1, 2
    input, output, error, cause = "{}", '"out"', None, None
    version_arn = alias_arn = None
    redrives, not_redrivable = NO_REDRIVES, "Execution is SUCCEEDED and cannot be redriven"


async def test_a_status_change_is_an_event_only_while_somebody_listens(world):
    described = []

    async def describe(arn):
        described.append(arn)
        return Execution()

    status = StatusEvents(world.bus, describe)
    status.changed(Execution.arn, started=True, closed=True)
    await world.bus.deliveries.quiet()
    assert described == []
    await world.rule("a", pattern='{"source": ["aws.states"], "detail": {"status": ["SUCCEEDED", "RUNNING"]}}')
    status.changed(Execution.arn, started=True, closed=True)
    await world.bus.deliveries.quiet()
    told = [payload["detail"] for _, payload in world.calls]
    assert [(one["status"], one["stopDate"], one["output"]) for one in told] == [
        ("RUNNING", None, None),
        ("SUCCEEDED", 2, '"out"'),
    ]


def test_redrives_are_told_of():
    """https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html: the date as a number."""
    failed = Execution()
    failed.status, failed.redrives, failed.not_redrivable = "FAILED", Redrives(2, 77), None

    def members(status):
        return {name: value for name, value in detail(failed, status).items() if name.startswith("redrive")}

    known = {"redriveCount": 2, "redriveDate": 77}
    assert members("FAILED") == {**known, "redriveStatus": "REDRIVABLE", "redriveStatusReason": None}
    reason = "Execution is RUNNING and cannot be redriven"
    assert members("RUNNING") == {**known, "redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}
    assert detail(Execution(), "SUCCEEDED")["redriveDate"] is None


def test_large_data_is_left_out_input_first():
    large = Execution()
    large.input, large.output = '"' + "x" * 200_000 + '"', '"' + "y" * 100_000 + '"'
    told = detail(large, "SUCCEEDED")
    assert (told["input"], told["inputDetails"], told["outputDetails"]) == (
        None,
        {"included": False},
        {"included": True},
    )
    large.output = '"' + "y" * 254_000 + '"'
    told = detail(large, "SUCCEEDED")
    assert (told["output"], told["outputDetails"]) == (None, {"included": False})


def test_a_state_machine_is_started_under_the_name_of_the_event():
    arn = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
    call = call_for({"Id": "t", "Arn": arn}, '{"a":1}', "event-1-rule-t")
    assert call.parameters["Name"] == "event-1-rule-t"
    assert (call.parameters["Input"], call.done_already) == (
        {"a": 1},
        "StepFunctions.ExecutionAlreadyExistsException",
    )


def test_an_api_destination_fills_its_path_and_keeps_stars_that_nothing_is_given_for():
    arn = "arn:aws:events:us-east-1:000000000000:api-destination/orders"
    record = DestinationRecord(f"{arn}/1", "orders", "arn:c", "https://a.test/*/x/*", "GET", 0, 0)
    target = {"Id": "t", "Arn": f"{arn}/1", "HttpParameters": {"PathParameterValues": ["a b"]}}
    call = call_for(target, "{}", "k", {f"{arn}/1": record}.get)
    assert call.parameters == {
        "ApiEndpoint": "https://a.test/a%20b/x/*",
        "Method": "GET",
        "Authentication": {"ConnectionArn": "arn:c"},
    }
    with pytest.raises(UnknownTarget, match="The API destination does not exist"):
        call_for(target, "{}", "k")


def test_a_webhook_and_a_fifo_queue():
    target = {"Id": "t", "Arn": "https://example.com/in", "HttpParameters": {"HeaderParameters": {"X-A": "1"}}}
    call = call_for(target, '{"a":1}', "k")
    assert call.resource == "arn:aws:states:::http:invoke"
    assert call.parameters == {
        "ApiEndpoint": "https://example.com/in",
        "Method": "POST",
        "RequestBody": {"a": 1},
        "Headers": {"X-A": "1"},
    }
    call = call_for({"Id": "t", "Arn": QUEUE + ".fifo", "SqsParameters": {"MessageGroupId": "g"}}, "1", "k")
    assert (call.parameters["MessageGroupId"], call.parameters["MessageDeduplicationId"]) == ("g", "k")

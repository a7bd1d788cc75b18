"""PutEvents where the bus takes no more."""

import pytest

from podium.api.context import RequestContext
from podium.api.operations.event_buses import put_events
from podium.api.services import Services
from podium.events import deliveries
from podium.events.bus import EventBus
from podium.events.records import RuleRecord, bus_arn, rule_arn
from podium.store.memory import MemoryStore
from podium.testing import VirtualClock

CONTEXT = RequestContext("000000000000", "us-east-1")
BUS = bus_arn("us-east-1", "000000000000", "default")
QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"


@pytest.fixture
async def services():
    async def call(call, key, rule):
        pass

    clock, store = VirtualClock(), MemoryStore()
    bus = EventBus(store, clock, call, lambda: "id")
    rule = RuleRecord(rule_arn(BUS, "r"), "r", BUS, 0, '{"source": ["shop"]}', targets=[{"Id": "t", "Arn": QUEUE}])
    await bus.put_rule(BUS, rule.arn, lambda before: rule)
    yield Services(store, None, None, lambda text, kind: [], clock.now_ms, lambda: "id", events=bus)
    await bus.close()


async def test_entries_beyond_what_may_be_on_its_way_are_to_be_tried_again(services, monkeypatch):
    monkeypatch.setattr(deliveries, "DELIVERIES_MAX", 0)
    entries = [{"Source": source, "DetailType": "d", "Detail": "{}"} for source in ("shop", "nobody's")]
    answer = await put_events(services, CONTEXT, {"Entries": entries})
    assert answer["FailedEntryCount"] == 1
    assert [entry.get("ErrorCode") for entry in answer["Entries"]] == ["ThrottlingException", None]

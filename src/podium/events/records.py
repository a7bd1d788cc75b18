"""What the catalogue holds about events: buses, rules with their targets, deliveries still to make. As msgpack."""

from typing import Any, Final

import msgspec
from msgspec import Struct

from podium.store.contract import Put

BUS: Final = "event-bus"
"""Catalogue kind; key = bus ARN. The default bus of an account and region is there without a record."""
RULE: Final = "event-rule"
"""Catalogue kind; key = rule ARN."""
DELIVERY: Final = "event-delivery"
"""Catalogue kind; key = event id and target."""
DEFAULT_BUS: Final = "default"

Target = dict[str, Any]
"""A target in AWS's own shape: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html"""
Event = dict[str, Any]
"""An event as targets get it: version, id, detail-type, source, account, time, region, resources, detail."""


class BusRecord(Struct):
    """An event bus by name. `created_ms` in epoch milliseconds."""

    arn: str
    name: str
    created_ms: int
    description: str | None = None
    tags: dict[str, str] = {}


class RuleRecord(Struct):
    """A rule: a pattern, a schedule, or both. Times in epoch milliseconds."""

    arn: str
    name: str
    bus_arn: str
    made_ms: int
    pattern: str | None = None
    schedule: str | None = None
    enabled: bool = True
    description: str | None = None
    role_arn: str | None = None
    targets: list[Target] = []
    tags: dict[str, str] = {}
    fired_ms: int | None = None
    """The last time its schedule fired for."""
    changed_ms: int = 0
    """When it was put last; times before that are not made up for."""


class Delivery(Struct):
    """One event on its way to one target."""

    key: str
    rule_arn: str
    event_id: str
    target: Target
    payload: str
    """JSON text: the event as the target gets it."""
    taken_ms: int
    """When the event was accepted, in epoch milliseconds."""
    attempts: int = 0


def stored_delivery(delivery: Delivery) -> Put:
    """What makes a delivery durable."""
    return Put(DELIVERY, delivery.key, msgspec.msgpack.encode(delivery))


def bus_arn(region: str, account: str, name: str) -> str:
    """The ARN of a bus."""
    return f"arn:aws:events:{region}:{account}:event-bus/{name}"


def rule_arn(bus: str, name: str) -> str:
    """The ARN of a rule of a bus; the default bus's name isn't part of it."""
    prefix, _, bus_name = bus.rpartition(":event-bus/")
    return f"{prefix}:rule/{name}" if bus_name == DEFAULT_BUS else f"{prefix}:rule/{bus_name}/{name}"


def unpack_bus(data: bytes) -> BusRecord:
    """A stored bus."""
    return msgspec.msgpack.decode(data, type=BusRecord)


def unpack_delivery(data: bytes) -> Delivery:
    """A stored delivery."""
    return msgspec.msgpack.decode(data, type=Delivery)

"""What the catalogue holds about Map Runs: typed, versioned, encoded as msgpack. Fields are only added, with defaults.

The children are executions like any other, listed under their Map Run's ARN; a record only says how far the run has
come, in batches, so that taking it up again begins near where it stood.
"""

from typing import Final

import msgspec
from msgspec import Struct

MAP_RUN: Final = "map-run"
"""Catalogue kind; key = Map Run ARN."""
MAP_RUN_OF_EXECUTION: Final = "map-run-of-execution"
"""Catalogue kind; key = `execution_key`, data = Map Run ARN."""
OPEN_MAP_RUN: Final = "open-map-run"
"""Catalogue kind; key = Map Run ARN; there while the run is RUNNING."""

RUNNING: Final = "RUNNING"


class Tally(Struct):
    """How many children ended in each way, and of how many items."""

    executions: dict[str, int] = {}
    items: dict[str, int] = {}

    def add(self, status: str, items: int, executions: int = 1) -> None:
        """One child more, or so many."""
        self.executions[status] = self.executions.get(status, 0) + executions
        self.items[status] = self.items.get(status, 0) + items

    def join(self, other: "Tally") -> None:
        """All of another's children more."""
        for status, executions in other.executions.items():
            self.add(status, other.items[status], executions)

    @property
    def total(self) -> tuple[int, int]:
        """How many children, and of how many items."""
        return sum(self.executions.values()), sum(self.items.values())

    def copy(self) -> "Tally":
        """An independent one."""
        return Tally(dict(self.executions), dict(self.items))


class MapRunRecord(Struct):
    """One Map Run. Times in epoch milliseconds; `status` is AWS's MapRunStatus."""

    arn: str
    execution_arn: str
    start_ms: int
    max_concurrency: int
    tolerated_count: int | None
    tolerated_percentage: float | None
    status: str = RUNNING
    stop_ms: int | None = None
    error: str | None = None
    cause: str | None = None
    settled: int = 0
    """Children before this index have all ended, or are of earlier attempts; later ones are looked at again."""
    settled_items: int = 0
    """Of all children before that index; `settled_tally` counts those of the last attempt."""
    settled_tally: Tally = msgspec.field(default_factory=Tally)
    tally: Tally = msgspec.field(default_factory=Tally)
    """Of all children that ended, as far as the record was written."""
    executions: int = 0
    """Children made so far, and of how many items."""
    items: int = 0
    results_written: bool = False
    express: bool = False
    """Whether its children are Express executions."""
    all_started: bool = False
    """Whether, at its end, every item had become part of a child that was started."""
    redrive_count: int = 0
    redrive_ms: int | None = None
    redriven_below: int = 0
    """Children before this index are of earlier attempts than the last redrive; so many items they have."""
    redriven_items: int = 0
    not_redrivable: tuple[int, int] = (0, 0)
    """Children that the last redrive could not run again, and their items."""

    @property
    def state_machine_arn(self) -> str:
        """Of the state machine its children are executions of: `...:stateMachine:orders/label`."""
        return machine_of_map_run(self.arn)


def machine_of_map_run(map_run_arn: str) -> str:
    """The ARN of the state machine that a Map Run's children are executions of."""
    return map_run_arn.replace(":mapRun:", ":stateMachine:").rpartition(":")[0]


def execution_key(execution_arn: str, started_id: int) -> str:
    """A key under which the Map Runs of one execution sort in the order they were started."""
    return f"{execution_arn} {started_id:012}"


def pack_map_run(record: MapRunRecord) -> bytes:
    """A record's stored form."""
    return msgspec.msgpack.encode(record)


def unpack_map_run(data: bytes) -> MapRunRecord:
    """The record a stored form stands for."""
    return msgspec.msgpack.decode(data, type=MapRunRecord)

"""What is fixed about an execution while it runs, and what is known of its redrives."""

from typing import Final

from msgspec import Struct


class Redrives(Struct, frozen=True, gc=False):
    """What is known of an execution's redrives."""

    count: int = 0
    at_ms: int | None = None
    """When the last one was, epoch milliseconds."""
    tokens: tuple[tuple[str, int], ...] = ()
    """Client tokens of the last ones and their times, the newest last."""
    of_map_run: int = 0
    """Which redrive of its Map Run, counted from 1, started it or ran it again; 0 for none."""


NO_REDRIVES: Final = Redrives()


class ExecutionInfo(Struct, frozen=True, gc=False):
    """What is fixed when an execution starts or is redriven; kept beside the journal, not in it."""

    arn: str
    name: str
    state_machine_arn: str
    state_machine_name: str
    role_arn: str
    revision_id: str
    start_ms: int
    trace_header: str | None = None
    version_arn: str | None = None
    """Of the version it was started through, directly or by an alias."""
    alias_arn: str | None = None
    synchronous: bool = False
    """Whether it was started by StartSyncExecution."""
    map_run_arn: str | None = None
    """Of the Map Run it is a child of."""
    item_count: int | None = None
    """How many of the Map Run's items it was given."""
    test_case: str | None = None
    """Of the mock configuration: what answers in place of the world."""
    position: int | None = None
    """Among the children of its Map Run."""
    redrives: Redrives = NO_REDRIVES

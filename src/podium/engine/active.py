"""Executions in memory: those that have something to do, or will have soon."""

import asyncio
from collections import deque

from podium.core.machine.decision import Decision
from podium.core.machine.execution import Execution, fold, supply
from podium.core.machine.limits import Limits
from podium.core.machine.program import Machine
from podium.core.machine.stimuli import Stimulus
from podium.engine import views
from podium.engine.machines import Machines
from podium.store.contract import Append, Store

Done = asyncio.Future[None]
"""Resolved when a decision is durable: an API call waits for it."""


class Active:
    """One execution in memory."""

    __slots__ = ("execution", "key", "machine", "snapshot_sequence", "uncommitted", "unfinished")

    def __init__(self, key: int, execution: Execution, machine: Machine, snapshot_sequence: int = 0) -> None:
        self.key = key
        self.execution = execution
        self.machine = machine
        self.snapshot_sequence = snapshot_sequence
        self.uncommitted = 0
        """Decisions that are not durable yet."""
        self.unfinished = bool(execution.runnable())
        """Whether a slice ended before everything that can go on had its turn, and Continue is still to come."""


class PendingDecision:
    """A decision on its way to the disk."""

    __slots__ = ("active", "decision", "done", "stimulus", "write")

    def __init__(
        self, active: Active, stimulus: Stimulus, decision: Decision, write: Append, done: Done | None
    ) -> None:
        self.active = active
        self.stimulus = stimulus
        self.decision = decision
        self.write = write
        self.done = done


class Loading:
    """An execution being read from the store, and what arrived for it meanwhile."""

    __slots__ = ("stimuli",)

    def __init__(self) -> None:
        self.stimuli: deque[tuple[Stimulus, Done | None]] = deque()


async def load_active(store: Store, machines: Machines, limits: Limits, key: int) -> Active | None:
    """Fold an execution from the journal; None when it is closed or unknown.

    Raises:
        StoreError: it can't be read.
    """
    loaded = await store.load(key)
    if loaded is None or loaded.summary.status != "RUNNING":
        return None
    info = views.info_of(loaded.summary)
    machine = await machines.get(info.revision_id)
    execution = Execution(info, machine.timeout_ms, limits)
    fold(execution, loaded.snapshot, loaded.snapshot_sequence, loaded.rows)
    missing = execution.missing_rows()
    if missing:
        supply(missing, await store.rows_at(key, list(missing)))
    return Active(key, execution, machine, loaded.snapshot_sequence)

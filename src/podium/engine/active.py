"""Executions in memory: those that have something to do, or will have soon."""

import asyncio
from collections import deque
from typing import Any

from podium.core.machine.execution import Execution, fold, supply
from podium.core.machine.limits import Limits
from podium.core.machine.program import Machine
from podium.core.machine.stimuli import Stimulus
from podium.core.machine.task_token import TokenKey
from podium.engine import stored_info
from podium.engine.heartbeats import Heartbeat
from podium.engine.machines import Machines
from podium.store.contract import LoadedExecution, Store

Done = asyncio.Future[bool]
"""Resolved when a decision is durable: an API call waits for it. False: nothing followed from the stimulus."""


class Active:
    """One execution in memory."""

    __slots__ = (
        "execution",
        "key",
        "machine",
        "snapshot_sequence",
        "stored_wake_ms",
        "tail_bytes",
        "uncommitted",
        "unfinished",
    )

    def __init__(
        self,
        key: int,
        execution: Execution,
        machine: Machine,
        snapshot_sequence: int = 0,
        stored_wake_ms: int | None = None,
        tail_bytes: int = 0,
        *,
        unfinished: bool = False,
    ) -> None:
        self.key = key
        self.execution = execution
        self.machine = machine
        self.snapshot_sequence = snapshot_sequence
        self.stored_wake_ms = stored_wake_ms
        """What the store knows, or will with the next commit, of when to wake it."""
        self.tail_bytes = tail_bytes
        """Of the rows that follow the last snapshot: what folding it again would have to read."""
        self.uncommitted = 0
        """Decisions that are not durable yet."""
        self.unfinished = unfinished
        """Whether a slice ended before everything that can go on had its turn, and Continue is still to come."""


def resolve(done: Done, *, followed: bool) -> None:
    """Tell who waits, unless he has gone."""
    if not done.done():
        done.set_result(followed)


def refuse(done: asyncio.Future[Any] | None, error: Exception) -> None:
    """Tell who waits, if anybody does, that it came to nothing."""
    if done is not None and not done.done():
        done.set_exception(error)


class Loading:
    """An execution being read from the store, and what arrived for it meanwhile."""

    __slots__ = ("stimuli",)

    def __init__(self) -> None:
        self.stimuli: deque[tuple[Stimulus | Heartbeat, Done | None]] = deque()


async def load_active(
    store: Store, machines: Machines, limits: Limits, secret: bytes, key: int, *, closed: bool = False
) -> Active | None:
    """Fold an execution from the journal; None when it is unknown, or closed and not wanted `closed`.

    Raises:
        StoreError: it can't be read.
    """
    loaded = await store.load(key)
    if loaded is None or (loaded.summary.status == "RUNNING") == closed:
        return None
    return await restore_active(store, machines, limits, secret, loaded)


async def restore_active(
    store: Store, machines: Machines, limits: Limits, secret: bytes, loaded: LoadedExecution
) -> Active:
    """Fold an execution that has been loaded.

    Raises:
        StoreError: something it names can't be read.
    """
    key = loaded.summary.key
    info = stored_info.info_of(loaded.summary)
    machine = await machines.get(info.revision_id)
    execution = Execution(info, machine.timeout_ms, limits, token_key(secret, info.arn, key))
    fold(execution, loaded.snapshot, loaded.snapshot_sequence, loaded.rows)
    if loaded.snapshot is not None and (missing := execution.missing_rows()):
        # A snapshot names payloads of rows before it; without one, every row is here.
        supply(missing, await store.rows_at(key, list(missing)))
    unfinished = bool(execution.runnable())
    return Active(
        key,
        execution,
        machine,
        loaded.snapshot_sequence,
        loaded.summary.wake_at_ms,
        sum(map(len, loaded.rows)),
        unfinished=unfinished,
    )


def token_key(secret: bytes, execution_arn: str, key: int) -> TokenKey:
    """Makes the task tokens of an execution: arn:aws:states:REGION:ACCOUNT:execution:..."""
    return TokenKey(secret, execution_arn.split(":", 5)[4], key)

"""Observers: who wants to see an execution's events as they become durable.

What is shown is read back from the journal, so it is what a later reader will see, and nothing is rendered for
executions nobody watches.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from podium.core.machine import branch as status
from podium.core.machine.events import (
    ACTIVITY_FAILED,
    ACTIVITY_SCHEDULED,
    ACTIVITY_STARTED,
    ACTIVITY_SUCCEEDED,
    ACTIVITY_TIMED_OUT,
    EVENT_TYPES,
    EXECUTION_REDRIVEN,
    TASK_FAILED,
    TASK_SUBMITTED,
    TASK_SUCCEEDED,
    TASK_TIMED_OUT,
    Event,
)
from podium.core.machine.journal import Row, decode_row
from podium.engine.views import row_events
from podium.store.contract import Journal

Shown = dict[str, Any]
"""An event in AWS's shape (`timestamp` in epoch milliseconds), or a notice of what time will bring:
{type: "RetryScheduled", state, attempt, at_ms, error} or {type: "WaitScheduled", state, at_ms}."""


_TASKS_MOVE: Final = frozenset(
    {
        ACTIVITY_SCHEDULED,
        ACTIVITY_STARTED,
        ACTIVITY_SUCCEEDED,
        ACTIVITY_FAILED,
        ACTIVITY_TIMED_OUT,
        TASK_SUBMITTED,
        TASK_SUCCEEDED,
        TASK_FAILED,
        TASK_TIMED_OUT,
    }
)
"""Events with which a task may begin to wait for somebody, or end."""


class Watch:
    """The events of one execution from now on, decision by decision, until it closes."""

    def __init__(self, journal: Journal, observers: "Observers", arn: str) -> None:
        self._journal = journal
        self._observers = observers
        self._arn = arn
        self._decisions: asyncio.Queue[tuple[int, int, bool]] = asyncio.Queue()
        """(key, sequence, whether the execution closed with it)"""

    def tell(self, key: int, sequence: int, closed: bool) -> None:
        """A decision has become durable."""
        self._decisions.put_nowait((key, sequence, closed))

    async def __aiter__(self) -> AsyncIterator[list[Shown]]:
        try:
            closed = False
            while not closed:
                key, sequence, closed = await self._decisions.get()
                row = decode_row((await self._journal.rows_at(key, [sequence]))[sequence])
                yield [*await row_events(self._journal, key, row, include_data=True), *_waits(row)]
        finally:
            self._observers.forget(self._arn, self)


class Follower:
    """Which executions start and close, from now on, and whether waiting tasks come and go.

    The latest are kept when nobody takes them.
    """

    KEPT_MAX = 1_000

    def __init__(self) -> None:
        self._arns: dict[str, None] = {}
        self._told = asyncio.Event()
        self.lost = False
        """Whether more moved than were kept; set until the next `take`."""
        self._tasks_moved = False

    def tell_tasks(self) -> None:
        """A task that somebody else does has begun to wait, or has ended."""
        self._tasks_moved = True
        self._told.set()

    def tell(self, arn: str) -> None:
        """An execution has started, closed or been redriven."""
        if len(self._arns) < self.KEPT_MAX:
            self._arns[arn] = None
        else:
            self.lost = True
        self._told.set()

    async def wait(self) -> None:
        """Return when there is something to take."""
        await self._told.wait()

    def take(self) -> tuple[list[str], bool, bool]:
        """The ARNs told of since the last time, oldest first, whether there were more, and whether tasks moved."""
        taken, lost, tasks = list(self._arns), self.lost, self._tasks_moved
        self._arns, self.lost, self._tasks_moved = {}, False, False
        self._told.clear()
        return taken, lost, tasks


class Observers:
    """Watches by execution ARN."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._watches: dict[str, list[Watch]] = {}
        self._ends: dict[str, asyncio.Event] = {}
        self._followers: set[Follower] = set()

    def follow(self) -> Follower:
        """Be told of every execution that starts or closes, until `unfollow`."""
        follower = Follower()
        self._followers.add(follower)
        return follower

    def unfollow(self, follower: Follower) -> None:
        """No more."""
        self._followers.discard(follower)

    def watch(self, arn: str) -> Watch:
        """Watch an execution that runs or is about to be started."""
        watch = Watch(self._journal, self, arn)
        self._watches.setdefault(arn, []).append(watch)
        return watch

    async def ended(self, arn: str) -> None:
        """Return when the execution is over, durably, or when there is none."""
        end = self._ends.setdefault(arn, asyncio.Event())
        summary = await self._journal.find(arn)
        if summary is not None and summary.status == "RUNNING":
            await end.wait()
        else:
            self._ends.pop(arn, None)
            end.set()

    def forget(self, arn: str, watch: Watch) -> None:
        """The watch is over."""
        watches = [other for other in self._watches.get(arn, []) if other is not watch]
        if watches:
            self._watches[arn] = watches
        else:
            self._watches.pop(arn, None)

    def tell(self, arn: str, key: int, sequence: int, closed: bool, events: Sequence[Event] = ()) -> None:
        """A decision, with these events, has become durable."""
        if closed and self._ends and (end := self._ends.pop(arn, None)) is not None:
            end.set()
        if self._watches:
            for watch in self._watches.get(arn, ()):
                watch.tell(key, sequence, closed)
        if self._followers:
            moved = closed or sequence == 1 or (bool(events) and events[0][0] == EXECUTION_REDRIVEN)
            tasks = any(event[0] in _TASKS_MOVE for event in events)
            for follower in self._followers:
                if moved:
                    follower.tell(arn)
                if tasks:
                    follower.tell_tasks()


def _waits(row: Row) -> list[Shown]:
    # Positions as in Branch.record: state 4, status 5, cursor 7, attempt 10, wake 12.
    shown: list[Shown] = []
    for record in row.branches:
        if record[5] == status.RETRYING:
            error = _error_of(row, record[7])
            shown.append(
                {
                    "type": "RetryScheduled",
                    "state": record[4],
                    "attempt": record[10],
                    "at_ms": record[12],
                    "error": error,
                }
            )
        elif record[5] == status.WAITING:
            shown.append({"type": "WaitScheduled", "state": record[4], "at_ms": record[12]})
    return shown


def _error_of(row: Row, event_id: int) -> str | None:
    """The error of the event a retrying branch stands at, where that event is of this row."""
    position = event_id - row.first_event_id
    if not 0 <= position < len(row.events):
        return None
    code, _, *values = row.events[position]
    fields = zip(EVENT_TYPES[code].fields, values, strict=False)
    return next((value for (name, _), value in fields if name == "error"), None)

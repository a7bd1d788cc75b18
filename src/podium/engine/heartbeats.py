"""Heartbeats: deadlines that moved without a journal row, kept while their execution is out of memory.

A heartbeat is worth nothing a moment later, so it isn't journalled: the journal's deadline of a task is the one it
was scheduled with. What this process heard since is kept here; after a restart, the interval begins again.
"""

from msgspec import Struct

from podium.core.machine import branch as status
from podium.core.machine.execution import Execution


class Heartbeat(Struct, frozen=True, gc=False):
    """The task scheduled by an event on a branch goes on."""

    branch_id: int
    scheduled_id: int


class Heartbeats:
    """The moved deadlines, by execution key and branch."""

    def __init__(self, opened_ms: int) -> None:
        self._opened_ms = opened_ms
        self._moved: dict[int, dict[int, tuple[int, int]]] = {}

    def keep(self, key: int, branch_id: int, scheduled_id: int, deadline_ms: int) -> None:
        """A heartbeat moved the deadline of a branch's task."""
        self._moved.setdefault(key, {})[branch_id] = (scheduled_id, deadline_ms)

    def forget(self, key: int) -> None:
        """The execution is over."""
        self._moved.pop(key, None)

    def restore(self, key: int, execution: Execution) -> None:
        """Give an execution that was just folded the deadlines that were heard of."""
        heard = self._moved.get(key, {})
        kept: dict[int, tuple[int, int]] = {}
        for branch in execution.branches.values():
            task = branch.task
            if branch.status != status.TASK or task is None or task.heartbeat_ms is None or branch.wake_ms is None:
                continue
            scheduled_id, moved_ms = heard.get(branch.id, (0, 0))
            if scheduled_id == task.scheduled_id:
                kept[branch.id] = (scheduled_id, moved_ms)
            else:
                moved_ms = task.deadline_ms(self._opened_ms) or 0
            if moved_ms > branch.wake_ms:
                execution.wake_at(moved_ms, branch)
        if kept:
            self._moved[key] = kept
        else:
            self._moved.pop(key, None)

"""Heartbeats of executions that are out of memory: whose deadline they move, and whose they don't."""

from types import SimpleNamespace

import pytest

from podium.core.machine import branch as status
from podium.engine.heartbeats import Heartbeats

OPENED_MS = 1_000


class Execution:
    """One with a branch that waits for a task's heartbeat until `wake_ms`."""

    def __init__(self, scheduled_id, wake_ms, deadline_ms=0):
        task = SimpleNamespace(scheduled_id=scheduled_id, heartbeat_ms=10_000, deadline_ms=lambda _: deadline_ms)
        self.branches = {0: SimpleNamespace(id=0, status=status.TASK, task=task, wake_ms=wake_ms)}
        self.woken_at = wake_ms

    def wake_at(self, wake_ms, branch):
        self.woken_at = wake_ms


@pytest.fixture
def heartbeats():
    return Heartbeats(OPENED_MS)


def test_a_heartbeat_moves_the_deadline_of_its_task(heartbeats):
    heartbeats.keep(key=1, branch_id=0, scheduled_id=5, deadline_ms=90_000)
    for _ in range(2):
        execution = Execution(scheduled_id=5, wake_ms=50_000)
        heartbeats.restore(1, execution)
        assert execution.woken_at == 90_000


def test_an_earlier_tasks_heartbeat_does_not_move_a_later_ones_deadline(heartbeats):
    heartbeats.keep(key=1, branch_id=0, scheduled_id=5, deadline_ms=90_000)
    execution = Execution(scheduled_id=9, wake_ms=50_000)
    heartbeats.restore(1, execution)
    assert execution.woken_at == 50_000


def test_nothing_moves_a_deadline_back_and_what_is_over_is_forgotten(heartbeats):
    heartbeats.keep(key=1, branch_id=0, scheduled_id=5, deadline_ms=30_000)
    execution = Execution(scheduled_id=5, wake_ms=50_000)
    heartbeats.restore(1, execution)
    assert execution.woken_at == 50_000
    heartbeats.keep(key=1, branch_id=0, scheduled_id=5, deadline_ms=90_000)
    heartbeats.forget(1)
    heartbeats.restore(1, execution)
    assert execution.woken_at == 50_000


def test_after_a_restart_the_interval_begins_again(heartbeats):
    execution = Execution(scheduled_id=5, wake_ms=9_000, deadline_ms=OPENED_MS + 10_000)
    heartbeats.restore(1, execution)
    assert execution.woken_at == OPENED_MS + 10_000

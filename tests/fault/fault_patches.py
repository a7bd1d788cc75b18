"""What is done to a server under test: orders that are wrong on purpose, and death at a named point.

Only the process of `fork_server.py` is patched. The product has no such setting: a switch that makes an engine
acknowledge what is not durable must not exist where somebody could find it.
"""

import asyncio
import itertools
import os
import signal

from podium.engine import committer
from podium.engine.driving import Driving
from podium.engine.performing import Performing
from podium.engine.recovery import Recovery
from podium.store import sqlite_commit
from podium.store.sqlite import SqliteStore

SLOW_COMMIT_SECONDS = 0.05


def apply(faults):
    """Apply faults `[name, number]`; the number is the call at which a crash point kills."""
    for name, number in faults:
        FAULTS[name](number)


# -- wrong orders ----------------------------------------------------------------------------------------------


def slow_commit(_):
    """Every commit takes a while: no fault by itself, but wide windows for a kill."""
    original = SqliteStore.commit

    async def commit(self, shard, epoch, writes):
        await asyncio.sleep(SLOW_COMMIT_SECONDS)
        return await original(self, shard, epoch, writes)

    SqliteStore.commit = commit


def acknowledge_before_commit(_):
    """The API is answered when a decision is made, not when it is durable."""
    original = committer.Committer.submit

    def submit(self, pending):
        if pending.done is not None and not pending.done.done():
            pending.done.set_result(None)
        original(self, pending)

    committer.Committer.submit = submit


def act_before_commit(_):
    """Commands are performed when a decision is made, not when it is durable."""
    original = committer.Committer.submit

    def submit(self, pending):
        original(self, pending)
        commands, pending.decision.commands = pending.decision.commands, []
        if commands:
            pending.driving._act.__self__._performing.perform(pending.active.key, commands)

    committer.Committer.submit = submit


# -- crash points ------------------------------------------------------------------------------------------------


def kill_self():
    os.kill(os.getpid(), signal.SIGKILL)


def _kill_before(owner, method, number, counts=lambda *_: True):
    calls = itertools.count(1)
    original = getattr(owner, method)

    def patched(self, *arguments):
        if counts(*arguments) and next(calls) == number:
            kill_self()
        return original(self, *arguments)

    setattr(owner, method, patched)


def before_commit(number):
    """The batch is written, its COMMIT is not."""
    _kill_before(sqlite_commit.Committer, "_commit", number)


def after_commit(number):
    """The batch is durable; nobody has been told and nothing is done."""
    _kill_before(committer.Committer, "_settle", number)


def between_acknowledging_and_acting(number):
    """The API's answer is on its way, the decision's commands are not performed."""
    calls = itertools.count(1)
    original = Performing.perform
    dying = []

    def perform(self, key, commands):
        if commands and next(calls) == number:
            dying.append(True)
            # The answer is written in the next turns of the loop.
            asyncio.get_running_loop().call_later(0.01, kill_self)
        if not dying:
            original(self, key, commands)

    Performing.perform = perform


def before_outcome(number):
    """A function has answered; its execution has not heard of it."""
    _kill_before(Performing, "outcome", number)


def during_recovery(number):
    """Some executions are under way again, others not yet."""
    _kill_before(Recovery, "_take_up", number)


def between_slices(number):
    """A slice of a long decision is durable and there is more to decide: the middle of a Map."""
    _kill_before(Driving, "_continue", number)


CRASH_POINTS = {
    "before_commit": before_commit,
    "after_commit": after_commit,
    "between_acknowledging_and_acting": between_acknowledging_and_acting,
    "before_outcome": before_outcome,
    "during_recovery": during_recovery,
    "between_slices": between_slices,
}
FAULTS = CRASH_POINTS | {
    "slow_commit": slow_commit,
    "acknowledge_before_commit": acknowledge_before_commit,
    "act_before_commit": act_before_commit,
}

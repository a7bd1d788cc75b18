"""The committer alone: order, barriers, failures, closing."""

import asyncio

import pytest

from podium.engine.committer import Committer
from podium.store.contract import StoreError


class Pending:
    def __init__(self, write):
        self.write = write


class Journal:
    """Commits when the gate is open; fails when told to."""

    def __init__(self):
        self.batches = []
        self.fails = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def commit(self, shard, epoch, writes):
        assert (shard, epoch) == (3, 7)
        await self.gate.wait()
        if self.fails:
            self.fails = False
            raise StoreError("no")
        self.batches.append(list(writes))


@pytest.fixture
async def journal():
    return Journal()


@pytest.fixture
async def told():
    return []


@pytest.fixture
async def committer(journal, told):
    committer = Committer(
        journal,
        3,
        7,
        lambda batch: told.append(("committed", [pending.write for pending in batch])),
        lambda batch, error: told.append(("failed", [pending.write for pending in batch])),
    )
    yield committer
    journal.gate.set()
    await committer.close()


async def test_everything_ready_in_one_turn_is_one_batch(committer, journal, told):
    for write in "abc":
        committer.submit(Pending(write))
    assert committer.busy
    assert committer.waiting == 3
    await committer.quiet()
    assert journal.batches == [["a", "b", "c"]]
    assert told == [("committed", ["a", "b", "c"])]
    assert not committer.busy


async def test_what_comes_meanwhile_is_the_next_batch(committer, journal):
    journal.gate.clear()
    committer.submit(Pending("a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    committer.submit(Pending("b"))
    committer.submit(Pending("c"))
    journal.gate.set()
    await committer.quiet()
    assert journal.batches == [["a"], ["b", "c"]]


async def test_flushed_waits_for_what_was_submitted_before_it(committer, journal, told):
    await committer.flushed()
    journal.gate.clear()
    committer.submit(Pending("a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    committer.submit(Pending("b"))
    flushed = asyncio.create_task(committer.flushed())
    await asyncio.sleep(0)
    assert not flushed.done()
    journal.gate.set()
    await flushed
    assert told == [("committed", ["a"]), ("committed", ["b"])]


async def test_a_failure_takes_what_rests_on_it(committer, journal, told):
    journal.gate.clear()
    journal.fails = True
    committer.submit(Pending("a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    committer.submit(Pending("b"))
    flushed = asyncio.create_task(committer.flushed())
    await asyncio.sleep(0)
    journal.gate.set()
    await flushed
    assert told == [("failed", ["a", "b"])]
    committer.submit(Pending("c"))
    await committer.quiet()
    assert journal.batches == [["c"]]


async def test_close_commits_what_is_pending(journal, told):
    committer = Committer(journal, 3, 7, lambda batch: told.append(len(batch)), lambda batch, error: None)
    committer.submit(Pending("a"))
    committer.submit(Pending("b"))
    await committer.close()
    assert journal.batches == [["a", "b"]]
    assert told == [2]

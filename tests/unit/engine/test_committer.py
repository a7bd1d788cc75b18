"""The committer alone: order, barriers, failures, closing."""

import asyncio
from typing import NamedTuple

import pytest

from podium.engine.committer import Committer
from podium.store.contract import Fenced, StoreError


class Write(NamedTuple):
    key: str


class Pending:
    def __init__(self, key, told):
        self.write = Write(key)
        self.told = told

    def committed(self):
        self.told.append(("committed", self.write.key))

    def failed(self, error):
        self.told.append((type(error).__name__, self.write.key))


class Journal:
    """Commits when the gate is open; fails or refuses when told to."""

    def __init__(self):
        self.batches = []
        self.error = None
        self.refuses = set()
        self.one_by_one = False
        """Whether the gate closes behind every batch."""
        self.gate = asyncio.Event()
        self.gate.set()

    async def commit(self, shard, epoch, writes):
        assert (shard, epoch) == (3, 7)
        await self.gate.wait()
        if self.one_by_one:
            self.gate.clear()
        if self.error:
            error, self.error = self.error, None
            raise error
        self.batches.append("".join(write.key for write in writes))
        return self.refuses & {write.key for write in writes}


@pytest.fixture
async def journal():
    return Journal()


@pytest.fixture
async def told():
    return []


@pytest.fixture
async def submit(journal, told):
    committer = Committer(journal, 3, 7, lambda: told.append("lost"))

    def submit(keys):
        for key in keys:
            committer.submit(Pending(key, told))

    submit.committer = committer
    yield submit
    journal.gate.set()
    await committer.close()


async def turn():
    """The committer takes what is there and waits for the journal."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_everything_ready_in_one_turn_is_one_batch(submit, journal, told):
    submit("abc")
    assert submit.committer.busy
    await submit.committer.quiet()
    assert journal.batches == ["abc"]
    assert told == [("committed", "a"), ("committed", "b"), ("committed", "c")]
    assert not submit.committer.busy


async def test_what_comes_meanwhile_is_the_next_batch(submit, journal):
    journal.gate.clear()
    submit("a")
    await turn()
    submit("bc")
    journal.gate.set()
    await submit.committer.quiet()
    assert journal.batches == ["a", "bc"]


async def test_a_batch_is_bounded(submit, journal, monkeypatch):
    monkeypatch.setattr("podium.engine.committer.BATCH_MAX", 2)
    submit("abcde")
    flushed = asyncio.create_task(submit.committer.flushed())
    await submit.committer.quiet()
    assert journal.batches == ["ab", "cd", "e"]
    await flushed


async def test_flushed_waits_for_what_was_submitted_before_it(submit, journal, told):
    await submit.committer.flushed()
    journal.gate.clear()
    submit("a")
    await turn()
    submit("b")
    flushed = asyncio.create_task(submit.committer.flushed())
    await asyncio.sleep(0)
    assert not flushed.done()
    journal.gate.set()
    await flushed
    assert told == [("committed", "a"), ("committed", "b")]


async def test_flushed_does_not_wait_for_what_comes_after_it(submit, journal, told):
    journal.one_by_one = True
    submit("a")
    flushed = asyncio.create_task(submit.committer.flushed())
    await turn()
    submit("b")
    await flushed
    assert told == [("committed", "a")]


async def test_a_failure_takes_what_rests_on_it(submit, journal, told):
    journal.gate.clear()
    journal.error = StoreError("no")
    submit("a")
    await turn()
    submit("b")
    flushed = asyncio.create_task(submit.committer.flushed())
    await asyncio.sleep(0)
    journal.gate.set()
    await flushed
    assert told == [("StoreError", "a"), ("StoreError", "b")]
    submit("c")
    await submit.committer.quiet()
    assert journal.batches == ["c"]


async def test_one_that_is_refused_takes_only_its_own_along(submit, journal, told):
    journal.gate.clear()
    journal.refuses = {"b"}
    submit("abcb")
    await turn()
    submit("bd")
    journal.gate.set()
    await submit.committer.quiet()
    assert journal.batches == ["abcb", "d"]
    assert told == [
        ("committed", "a"),
        ("committed", "c"),
        *[("Refused", "b")] * 3,
        ("committed", "d"),
    ]


async def test_a_shard_that_is_lost_is_told_before_anything_fails(submit, journal, told):
    journal.error = Fenced("over")
    submit("a")
    await submit.committer.quiet()
    assert told == ["lost", ("Fenced", "a")]


async def test_close_commits_what_is_pending(submit, journal):
    submit("ab")
    await submit.committer.close()
    assert journal.batches == ["ab"]

"""A batch is stored as a whole or not at all, and a refused one leaves the store usable."""

import pytest
from store_writes import MACHINE, arn_of, more, start

from podium.store.contract import Conflict, Snapshot, Wake


async def test_nothing_of_a_refused_batch_is_stored(store, writing):
    waiting = await writing.started(name="waiting", wake_at_ms=100)
    conflicting = await writing.with_rows(2)
    before = [await store.load(waiting), await store.load(conflicting)]
    created = store.next_key()
    with pytest.raises(Conflict):
        await writing(
            start(created, "created", machine="arn:new-machine"),
            more(waiting, 2, snapshot=b"late"),
            Snapshot(waiting, 1, b"snapshot"),
            Wake(waiting, 7),
            more(conflicting, 2),
        )
    assert [await store.load(waiting), await store.load(conflicting)] == before
    assert await store.find(arn_of("created", "arn:new-machine")) is None
    assert await store.rows(created) == []
    assert await store.due(1_000, 10) == [(100, waiting)]


async def test_what_was_refused_can_be_written_after_all(store, writing):
    key = store.next_key()
    with pytest.raises(Conflict):
        await writing(start(key, machine="arn:new-machine"), more(key, 3))
    await writing(start(key, machine="arn:new-machine"), more(key, 2))
    assert (await store.load(key)).summary.state_machine_arn == "arn:new-machine"


async def test_one_commit_takes_every_kind_of_write(store, writing):
    first = await writing.with_rows(3)
    second = await writing.started(wake_at_ms=10)
    third = store.next_key()
    await writing(
        Snapshot(first, 3, b"s3"),
        Wake(second, 20),
        start(third, status="SUCCEEDED"),
        more(first, 4, wake_at_ms=30),
    )
    loaded = await store.load(first)
    assert (loaded.snapshot, loaded.snapshot_sequence, loaded.rows) == (b"s3", 3, [b"%d:4" % first])
    assert await store.due(100, 10) == [(20, second), (30, first)]
    closed = await store.list_executions(state_machine_arn=MACHINE, status="SUCCEEDED", limit=10)
    assert [summary.key for summary in closed] == [third]

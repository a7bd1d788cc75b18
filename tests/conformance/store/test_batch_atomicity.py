"""What is refused is refused whole, for its execution alone; everything else of the batch is stored."""

import pytest
from store_writes import MACHINE, arn_of, more, start

from podium.store.contract import Fenced, Wake


async def test_nothing_of_a_refused_execution_is_stored(store, writing):
    waiting = await writing.started(name="waiting", wake_at_ms=100)
    refused = await writing.with_rows(2, wake_at_ms=200)
    before = await store.load(refused)
    created = store.next_key()
    assert await writing(
        start(created, "created", machine="arn:new-machine"),
        Wake(refused, 3),
        more(refused, 3, snapshot=b"s3"),
        more(waiting, 2, wake_at_ms=7),
        more(refused, 5),
        Wake(refused, 8),
    ) == {refused}
    assert await store.load(refused) == before
    assert [sequence for sequence, _ in await store.rows(refused)] == [1, 2]
    assert (await store.find(arn_of("created", "arn:new-machine"))).key == created
    assert await store.due(1_000, 10) == [(7, waiting)]


async def test_nothing_of_a_fenced_batch_is_stored(store, writing):
    key = await writing.started(wake_at_ms=100)
    await store.claim(0)
    with pytest.raises(Fenced):
        await writing(start(store.next_key(), "created"), more(key, 2), Wake(key, 7))
    assert await store.find(arn_of("created")) is None
    assert (await store.load(key)).summary.sequence == 1
    assert await store.due(1_000, 10) == [(100, key)]


async def test_what_was_refused_can_be_written_after_all(store, writing):
    key = store.next_key()
    assert await writing(start(key, machine="arn:new-machine"), more(key, 3)) == {key}
    assert await writing(start(key, machine="arn:new-machine"), more(key, 2)) == set()
    assert (await store.load(key)).summary.state_machine_arn == "arn:new-machine"


async def test_one_commit_takes_every_kind_of_write(store, writing):
    first = await writing.with_rows(3)
    second = await writing.started(wake_at_ms=10)
    third = store.next_key()
    await writing(Wake(second, 20), start(third, status="SUCCEEDED"), more(first, 4, wake_at_ms=30, snapshot=b"s4"))
    loaded = await store.load(first)
    assert (loaded.snapshot, loaded.snapshot_sequence, loaded.rows) == (b"s4", 4, [])
    assert await store.due(100, 10) == [(20, second), (30, first)]
    closed = await store.list_executions(state_machine_arn=MACHINE, status="SUCCEEDED", limit=10)
    assert [summary.key for summary in closed] == [third]

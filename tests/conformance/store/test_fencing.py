"""Fencing: a shard's older owner cannot write."""

import pytest
from store_writes import start

from podium.store.contract import Fenced


async def test_every_claim_raises_the_epoch_of_its_shard_only(store):
    assert [await store.claim(0), await store.claim(0), await store.claim(5), await store.claim(0)] == [1, 2, 1, 3]


async def test_an_older_owner_is_refused_as_a_whole(store, writing):
    await writing.started()
    newer = await store.claim(0)
    with pytest.raises(Fenced):
        await writing(start(store.next_key()), start(store.next_key()))
    assert await store.count_open() == 1
    await store.commit(0, newer, [start(store.next_key())])
    assert await store.count_open() == 2


async def test_an_epoch_from_the_future_is_refused(store, writing):
    with pytest.raises(Fenced):
        await store.commit(0, writing.epoch + 1, [start(store.next_key())])


@pytest.mark.parametrize("epoch", [0, 1])
async def test_an_unclaimed_shard_takes_nothing(store, epoch):
    with pytest.raises(Fenced):
        await store.commit(3, epoch, [start(store.next_key())])


async def test_fencing_comes_before_conflicts(store, writing):
    key = await writing.started()
    await store.claim(0)
    with pytest.raises(Fenced):
        await writing(start(key))

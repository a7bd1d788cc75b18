"""Names merge into their index while starts go on: each is taken once, before, during and after."""

import random

import pytest
from store_writes import Writing, arn_of, start

from podium.store import sqlite_names
from podium.store.sqlite import SqliteStore


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(sqlite_names, "RECENT_MAX", 20)
    monkeypatch.setattr(sqlite_names, "PIECE_MIN", 3)


async def opened(directory):
    store = SqliteStore(directory)
    return store, Writing(store, await store.claim(0))


async def started(store, writing, names):
    """Start executions of these names, closed; what was refused."""
    keys = {store.next_key(): name for name in names}
    refused = await writing(*(start(key, name, status="SUCCEEDED") for key, name in keys.items()))
    return {keys[key] for key in refused}


async def test_every_name_is_found_and_refused_a_second_time(tmp_path):
    store, writing = await opened(tmp_path)
    chance = random.Random(7)
    known = []
    for number in range(120):
        fresh = [f"n{number}-{each}" for each in range(chance.randint(0, 3))]
        again = chance.sample(known, min(len(known), 2))
        assert await started(store, writing, [*fresh, *again]) == set(again)
        known += fresh
        if number % 17 == 0:
            await store.close()
            store, writing = await opened(tmp_path)
    for name in known:
        assert (await store.find(arn_of(name))).name == name
    assert await store.find(arn_of("nobody")) is None
    assert store._names._stored_mark > 20
    assert len(store._names._recent) < len(known) / 2
    await store.close()


async def test_a_name_behind_the_mark_is_kept_over_a_restart(tmp_path):
    """Keys need not come in order: one may be below what has been merged already."""
    store, writing = await opened(tmp_path)
    early = store.next_key()
    for number in range(40):
        await started(store, writing, [f"n{number}"])
    assert await writing(start(early, "early")) == set()
    for _ in range(2):
        assert (await store.find(arn_of("early"))).key == early
        assert await started(store, writing, ["early"]) == {"early"}
        await store.close()
        store, writing = await opened(tmp_path)
    await store.close()


@pytest.mark.parametrize("count", [5, 24, 60])
async def test_a_forgotten_name_is_free_at_every_stage(tmp_path, count):
    store, writing = await opened(tmp_path)
    names = [f"n{number}" for number in range(count)]
    for name in names:
        await started(store, writing, [name])
    keys = [(await store.find(arn_of(name))).key for name in names]
    await store.forget(0, writing.epoch, keys[: count // 2])
    for number in range(30):
        await started(store, writing, [f"more-{number}"])
    assert await started(store, writing, names) == set(names[count // 2 :])
    await store.close()


async def test_a_commit_that_fails_takes_no_name(tmp_path, monkeypatch):
    store, writing = await opened(tmp_path)
    for number in range(25):
        await started(store, writing, [f"n{number}"])

    async def fail():
        raise OSError("no")

    with monkeypatch.context() as broken:
        broken.setattr(store._committer, "commit", fail)
        with pytest.raises(OSError, match="no"):
            await started(store, writing, ["late", "n3"])
    assert await store.find(arn_of("late")) is None
    for number in range(25, 60):
        await started(store, writing, [f"n{number}"])
    assert await started(store, writing, ["late", "n3", "n30"]) == {"n3", "n30"}
    await store.close()


async def test_merging_goes_on_where_it_stopped(tmp_path):
    """Restarts more frequent than a merge takes must not add up."""
    names = [f"n{number}" for number in range(200)]
    held = []
    for position in range(0, len(names), 4):
        store, writing = await opened(tmp_path)
        held.append(len(store._names._recent))
        await started(store, writing, names[position : position + 4])
        await store.close()
    assert max(held) < 60
    store, writing = await opened(tmp_path)
    assert await started(store, writing, names) == set(names)
    await store.close()

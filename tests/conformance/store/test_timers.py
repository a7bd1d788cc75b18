"""Timers: which open executions are to be woken by when."""

from store_writes import more

from podium.store.contract import Wake


async def test_due_is_inclusive_and_earliest_first(store, writing):
    late = await writing.started(wake_at_ms=300)
    early = await writing.started(wake_at_ms=100)
    middle = await writing.started(wake_at_ms=200)
    await writing.started()
    assert await store.due(99, 10) == []
    assert await store.due(200, 10) == [(100, early), (200, middle)]
    assert await store.due(1_000, 10) == [(100, early), (200, middle), (300, late)]
    assert await store.due(1_000, 2) == [(100, early), (200, middle)]


async def test_equal_times_come_in_start_order(store, writing):
    keys = [await writing.started(wake_at_ms=100) for _ in range(3)]
    assert await store.due(100, 10) == [(100, key) for key in keys]


async def test_a_row_sets_the_time_anew(store, writing):
    key = await writing.started(wake_at_ms=100)
    await writing(more(key, 2, wake_at_ms=250))
    assert await store.due(1_000, 10) == [(250, key)]
    await writing(more(key, 3))
    assert await store.due(1_000, 10) == []


async def test_closed_executions_are_never_due(store, writing):
    key = await writing.started(wake_at_ms=100)
    await writing(more(key, 2, status="SUCCEEDED", wake_at_ms=100))
    assert await store.due(1_000, 10) == []
    assert (await store.load(key)).summary.wake_at_ms == 100


async def test_wake_moves_the_time_without_a_row(store, writing):
    key = await writing.started(wake_at_ms=100)
    await writing(Wake(key, 500))
    assert await store.due(1_000, 10) == [(500, key)]
    assert (await store.load(key)).summary.sequence == 1
    await writing(Wake(key, None))
    assert await store.due(1_000, 10) == []


async def test_the_last_write_of_a_batch_wins(store, writing):
    key = await writing.started()
    await writing(Wake(key, 1), more(key, 2, wake_at_ms=2))
    assert await store.due(1_000, 10) == [(2, key)]
    await writing(more(key, 3, wake_at_ms=3), Wake(key, 4), Wake(key, 5))
    assert await store.due(1_000, 10) == [(5, key)]


async def test_waking_no_execution_is_ignored(store, writing):
    await writing(Wake(77, 1))
    assert await store.due(1_000, 10) == []

"""Loading: the newest snapshot and every row after it."""

from store_writes import more, start


async def loaded(store, key):
    execution = await store.load(key)
    assert execution.snapshot_sequence + len(execution.rows) == execution.summary.sequence
    return execution.snapshot, execution.snapshot_sequence, execution.rows


async def test_without_a_snapshot_every_row_is_loaded(store, writing):
    key = await writing.with_rows(3)
    assert await loaded(store, key) == (None, 0, [b"%d:%d" % (key, sequence) for sequence in (1, 2, 3)])


async def test_a_row_can_bring_the_snapshot_after_it(store, writing):
    key = store.next_key()
    await writing(start(key, snapshot=b"s1"))
    assert await loaded(store, key) == (b"s1", 1, [])
    await writing(more(key, 2), more(key, 3, snapshot=b"s3"), more(key, 4))
    assert await loaded(store, key) == (b"s3", 3, [b"%d:4" % key])


async def test_the_last_snapshot_of_a_batch_counts(store, writing):
    key = await writing.started()
    await writing(more(key, 2, snapshot=b"s2"), more(key, 3, snapshot=b"s3"), more(key, 4))
    assert await loaded(store, key) == (b"s3", 3, [b"%d:4" % key])


async def test_snapshots_leave_the_rows_in_place(store, writing):
    key = await writing.with_rows(2)
    await writing(more(key, 3, snapshot=b"s3"))
    assert [sequence for sequence, _ in await store.rows(key)] == [1, 2, 3]

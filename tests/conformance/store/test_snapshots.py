"""Loading: the newest snapshot and every row after it."""

from store_writes import more, start

from podium.store.contract import Snapshot


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


async def test_a_snapshot_can_come_on_its_own(store, writing):
    key = await writing.with_rows(3)
    await writing(Snapshot(key, 2, b"s2"))
    assert await loaded(store, key) == (b"s2", 2, [b"%d:3" % key])
    await writing(Snapshot(key, 3, b"s3"))
    assert await loaded(store, key) == (b"s3", 3, [])


async def test_an_older_snapshot_is_ignored_and_an_equal_one_taken(store, writing):
    key = await writing.with_rows(3)
    await writing(Snapshot(key, 2, b"s2"))
    await writing(Snapshot(key, 1, b"s1"))
    assert (await loaded(store, key))[:2] == (b"s2", 2)
    await writing(Snapshot(key, 2, b"again"))
    assert (await loaded(store, key))[:2] == (b"again", 2)


async def test_order_within_a_batch_does_not_let_an_older_one_win(store, writing):
    key = await writing.with_rows(2)
    await writing(more(key, 3, snapshot=b"s3"), Snapshot(key, 2, b"s2"))
    assert (await loaded(store, key))[:2] == (b"s3", 3)


async def test_a_snapshot_ahead_of_the_journal_is_ignored(store, writing):
    key = await writing.started()
    await writing(Snapshot(key, 2, b"s2"))
    await writing(Snapshot(key, 3, b"s3"), more(key, 2), more(key, 3))
    await writing(more(key, 4), Snapshot(key, 5, b"s5"))
    assert (await loaded(store, key))[:2] == (None, 0)


async def test_a_snapshot_of_no_execution_is_ignored(store, writing):
    await writing(Snapshot(77, 0, b"s"))
    assert await store.load(77) is None


async def test_snapshots_leave_the_rows_in_place(store, writing):
    key = await writing.with_rows(3)
    await writing(Snapshot(key, 3, b"s3"))
    assert [sequence for sequence, _ in await store.rows(key)] == [1, 2, 3]

"""What a restart must load at once."""

from store_writes import more, start


async def resumable(store, after_key, limit):
    """Their keys; what comes with them is what `load` gives."""
    loaded = await store.resumable(after_key, limit)
    assert loaded == [await store.load(execution.summary.key) for execution in loaded]
    return [execution.summary.key for execution in loaded]


async def test_open_resumable_executions_in_key_order_by_pages(store, writing):
    keys = [await writing.started(resumable=index % 2 == 0) for index in range(6)]
    expected = keys[::2]
    assert await resumable(store, 0, 10) == expected
    assert await resumable(store, 0, 2) == expected[:2]
    assert await resumable(store, expected[1], 10) == expected[2:]
    assert await resumable(store, expected[2], 10) == []


async def test_a_row_decides_anew(store, writing):
    key = await writing.started()
    assert await resumable(store, 0, 10) == []
    await writing(more(key, 2, resumable=True))
    assert await resumable(store, 0, 10) == [key]
    await writing(more(key, 3))
    assert await resumable(store, 0, 10) == []


async def test_closed_executions_are_not_resumed(store, writing):
    await writing.started(resumable=True, status="FAILED")
    assert await resumable(store, 0, 10) == []


async def test_they_come_with_what_it_takes_to_fold_them(store, writing):
    """`resumable` compares with `load` whatever is found."""
    rows = await writing.with_rows(3, resumable=True)
    snapshot = store.next_key()
    await writing(start(snapshot, resumable=True, snapshot=b"s1"), more(snapshot, 2, resumable=True))
    redriven = await writing.started(status="FAILED")
    await writing(more(rows, 4, resumable=True), more(redriven, 2, resumable=True))
    assert await resumable(store, 0, 10) == [rows, snapshot, redriven]


async def test_a_snapshot_of_a_redriven_execution_contains_the_row_it_began_and_ended_with(store, writing):
    redriven = await writing.started(status="FAILED")
    await writing(more(redriven, 2, resumable=True, snapshot=b"s2"), more(redriven, 3, resumable=True))
    assert await resumable(store, 0, 10) == [redriven]

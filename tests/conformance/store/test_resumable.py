"""What a restart must load at once."""

from store_writes import more


async def test_open_resumable_executions_in_key_order_by_pages(store, writing):
    keys = [await writing.started(resumable=index % 2 == 0) for index in range(6)]
    expected = keys[::2]
    assert await store.resumable(0, 10) == expected
    assert await store.resumable(0, 2) == expected[:2]
    assert await store.resumable(expected[1], 10) == expected[2:]
    assert await store.resumable(expected[2], 10) == []


async def test_a_row_decides_anew(store, writing):
    key = await writing.started()
    assert await store.resumable(0, 10) == []
    await writing(more(key, 2, resumable=True))
    assert await store.resumable(0, 10) == [key]
    await writing(more(key, 3))
    assert await store.resumable(0, 10) == []


async def test_closed_executions_are_not_resumed(store, writing):
    await writing.started(resumable=True, status="FAILED")
    assert await store.resumable(0, 10) == []

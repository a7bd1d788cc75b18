"""Reading parts of a journal."""

import pytest


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"limit": 2}, [1, 2]),
        ({"after": 2}, [3, 4, 5, 6]),
        ({"after": 2, "limit": 3}, [3, 4, 5]),
        ({"after": 6}, []),
        ({"before": 4}, [1, 2, 3]),
        ({"after": 2, "before": 5}, [3, 4]),
        ({"before": 1}, []),
        ({"before": 100}, [1, 2, 3, 4, 5, 6]),
        ({"limit": 0}, []),
        ({"descending": True}, [6, 5, 4, 3, 2, 1]),
        ({"descending": True, "limit": 2}, [6, 5]),
        ({"descending": True, "before": 5, "limit": 2}, [4, 3]),
        ({"descending": True, "after": 4}, [6, 5]),
    ],
)
async def test_rows(store, writing, options, expected):
    await writing.with_rows(2)
    key = await writing.with_rows(6)
    await writing.with_rows(2)
    assert await store.rows(key, **options) == [(sequence, b"%d:%d" % (key, sequence)) for sequence in expected]


async def test_a_page_holds_64_rows_unless_told(store, writing):
    key = await writing.with_rows(65)
    assert len(await store.rows(key)) == 64


async def test_rows_at_leaves_out_what_does_not_exist(store, writing):
    key = await writing.with_rows(4)
    assert await store.rows_at(key, [4, 2, 9, 0, -1, 2]) == {2: b"%d:2" % key, 4: b"%d:4" % key}
    assert await store.rows_at(key, []) == {}

"""Compare-and-set: a row is accepted only as its execution's next, an ARN only once."""

import pytest
from store_writes import arn_of, more, start


@pytest.mark.parametrize("sequence", [0, 1, 2, 3, 5, 6])
async def test_only_the_next_row_is_taken(store, writing, sequence):
    key = await writing.with_rows(3)
    assert await writing(more(key, sequence)) == {key}
    assert await writing(more(key, 4)) == set()
    assert [sequence for sequence, _ in await store.rows(key)] == [1, 2, 3, 4]


@pytest.mark.parametrize("sequence", [0, 1, 2])
async def test_rows_of_an_execution_that_does_not_exist_are_refused(store, writing, sequence):
    key = store.next_key()
    assert await writing(more(key, sequence)) == {key}


async def test_an_execution_starts_with_row_one(store, writing):
    first = start(store.next_key())
    first.sequence = 2
    assert await writing(first) == {first.key}


async def test_an_arn_is_taken_once(store, writing):
    key = await writing.started(name="same", status="SUCCEEDED")
    late, other = store.next_key(), store.next_key()
    assert await writing(start(late, "same"), start(other, "other")) == {late}
    assert (await store.find(arn_of("same"))).key == key
    assert (await store.find(arn_of("other"))).key == other
    assert await store.load(late) is None


async def test_an_arn_is_taken_once_within_a_batch_by_the_first(store, writing):
    first, second = store.next_key(), store.next_key()
    assert await writing(start(first, "same"), start(second, "same"), more(second, 2)) == {second}
    assert (await store.find(arn_of("same"))).key == first


async def test_one_that_is_refused_takes_no_arn(store, writing):
    first, second = store.next_key(), store.next_key()
    assert await writing(start(first, "same"), more(first, 3), start(second, "same")) == {first}
    assert (await store.find(arn_of("same"))).key == second


async def test_a_key_is_taken_once(store, writing):
    key = await writing.started()
    assert await writing(start(key, "another")) == {key}
    assert await writing(start(key + 1), start(key + 1, "another")) == {key + 1}


async def test_a_start_that_is_repeated_is_refused(store, writing):
    key = await writing.started(name="same")
    assert await writing(start(key, "same")) == {key}
    assert (await store.load(key)).rows == [b"%d:1" % key]


async def test_rows_of_one_batch_follow_each_other(store, writing):
    key = await writing.started()
    for sequences in ((2, 4), (2, 2), (3, 2)):
        assert await writing(*(more(key, sequence) for sequence in sequences)) == {key}
    assert (await store.load(key)).summary.sequence == 1


@pytest.mark.parametrize("status", ["RUNNING", "SUCCEEDED"])
async def test_a_row_that_is_not_the_next_leaves_the_others(store, writing, status):
    one, two, closed = await writing.with_rows(2), await writing.with_rows(2), await writing.started(status="FAILED")
    assert await writing(more(one, 3, status=status), more(two, 4, status=status), more(closed, 2)) == {two}
    assert [(await store.load(key)).summary.sequence for key in (one, two, closed)] == [3, 2, 2]
    assert (await store.load(one)).summary.status == status

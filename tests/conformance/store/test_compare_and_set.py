"""Compare-and-set: a row is accepted only as its execution's next, an ARN only once."""

import pytest
from store_writes import arn_of, more, start

from podium.store.contract import Conflict


@pytest.mark.parametrize("sequence", [0, 1, 2, 3, 5, 6])
async def test_only_the_next_row_is_taken(store, writing, sequence):
    key = await writing.with_rows(3)
    with pytest.raises(Conflict):
        await writing(more(key, sequence))
    await writing(more(key, 4))
    assert [sequence for sequence, _ in await store.rows(key)] == [1, 2, 3, 4]


@pytest.mark.parametrize("sequence", [0, 1, 2])
async def test_rows_of_an_execution_that_does_not_exist_are_refused(store, writing, sequence):
    with pytest.raises(Conflict):
        await writing(more(store.next_key(), sequence))


async def test_an_execution_starts_with_row_one(store, writing):
    first = start(store.next_key())
    first.sequence = 2
    with pytest.raises(Conflict):
        await writing(first)


async def test_an_arn_is_taken_once(store, writing):
    key = await writing.started(name="same", status="SUCCEEDED")
    with pytest.raises(Conflict, match="execution:orders:same already"):
        await writing(start(store.next_key(), "same"))
    assert (await store.find(arn_of("same"))).key == key


async def test_an_arn_is_taken_once_within_a_batch(store, writing):
    with pytest.raises(Conflict, match="execution:orders:same already"):
        await writing(start(store.next_key(), "same"), start(store.next_key(), "same"))
    assert await store.find(arn_of("same")) is None


async def test_a_key_is_taken_once(store, writing):
    key = await writing.started()
    with pytest.raises(Conflict):
        await writing(start(key, "another"))
    with pytest.raises(Conflict):
        await writing(start(key + 1), start(key + 1, "another"))


async def test_rows_of_one_batch_follow_each_other(store, writing):
    key = await writing.started()
    for sequences in ((2, 4), (2, 2), (3, 2)):
        with pytest.raises(Conflict):
            await writing(*(more(key, sequence) for sequence in sequences))
    assert (await store.load(key)).summary.sequence == 1


async def test_the_message_names_the_execution_and_the_rows(store, writing):
    await writing.started()
    key = await writing.with_rows(2)
    with pytest.raises(Conflict, match=f"row 5 of execution {key} does not follow row 2"):
        await writing(more(key - 1, 2), more(key, 5))

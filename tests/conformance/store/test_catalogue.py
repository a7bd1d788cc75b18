"""The catalogue: records by kind and key, with compare-and-set."""

import asyncio

import pytest
from store_writes import start

from podium.store.contract import Conflict, Fenced, Put, Record


async def test_what_was_put_is_got(store):
    assert await store.get("function", "f") is None
    assert await store.put("function", "f", b"one") == 1
    assert await store.get("function", "f") == Record("f", 1, b"one")
    assert await store.put("function", "f", b"two") == 2
    assert await store.get("function", "f") == Record("f", 2, b"two")


async def test_kinds_do_not_see_each_other(store):
    await store.put("function", "same", b"f")
    assert await store.get("state-machine", "same") is None
    assert await store.list("state-machine") == []
    assert await store.delete("state-machine", "same") is False


async def test_put_compares_the_version(store):
    with pytest.raises(Conflict):
        await store.put("k", "a", b"x", expected_version=1)
    assert await store.put("k", "a", b"one", expected_version=0) == 1
    for version in (0, 2):
        with pytest.raises(Conflict):
            await store.put("k", "a", b"x", expected_version=version)
    assert await store.put("k", "a", b"two", expected_version=1) == 2
    assert await store.get("k", "a") == Record("a", 2, b"two")


async def test_records_put_together_are_stored_all_or_none(store):
    assert await store.put_all([Put("k", "a", b"one"), Put("other", "a", b"two", 0)]) == [1, 1]
    with pytest.raises(Conflict):
        await store.put_all([Put("k", "a", b"x"), Put("k", "b", b"x"), Put("other", "a", b"x", 2)])
    assert await store.get("k", "a") == Record("a", 1, b"one")
    assert await store.get("k", "b") is None
    assert await store.put_all([Put("k", "a", b"three", 1), Put("k", "b", b"four")]) == [2, 1]
    assert await store.get("other", "a") == Record("a", 1, b"two")


async def test_delete_compares_the_version(store):
    await store.put("k", "a", b"one")
    with pytest.raises(Conflict):
        await store.delete("k", "a", expected_version=2)
    assert await store.delete("k", "a", expected_version=1) is True
    assert await store.get("k", "a") is None
    assert await store.delete("k", "a") is False
    with pytest.raises(Conflict):
        await store.delete("k", "a", expected_version=1)


async def test_versions_start_afresh_after_a_delete(store):
    await store.put("k", "a", b"one")
    await store.put("k", "a", b"two")
    await store.delete("k", "a")
    assert await store.put("k", "a", b"three", expected_version=0) == 1


async def test_listing_by_prefix_in_key_order_by_pages(store):
    for key in ("b", "a/2", "a/1", "a", "a0", "a/10", "é"):
        await store.put("k", key, key.encode())

    async def keys(**options):
        return [record.key for record in await store.list("k", **options)]

    assert await keys() == ["a", "a/1", "a/10", "a/2", "a0", "b", "é"]
    assert await keys(prefix="a/") == ["a/1", "a/10", "a/2"]
    assert await keys(prefix="a/", after="a/1") == ["a/10", "a/2"]
    assert await keys(prefix="a/", after="a/1", limit=1) == ["a/10"]
    assert await keys(after="b") == ["é"]
    assert await keys(prefix="a/", after="Z") == ["a/1", "a/10", "a/2"]
    assert await keys(prefix="a/", after="b") == []
    assert await keys(prefix="x") == []


@pytest.mark.parametrize("last", ["\ud7ff", "\U0010ffff", "\x00", "%", "_"])
async def test_prefixes_end_with_any_character(store, last):
    prefix = "p" + last
    for key in ("p", prefix, prefix + "x", "p\ue000", "q"):
        await store.put("k", key, b"")
    found = [record.key for record in await store.list("k", prefix=prefix)]
    assert found == [prefix, prefix + "x"]


async def test_a_prefix_of_last_characters_only_has_no_end(store):
    await store.put("k", "\U0010ffff\U0010ffff", b"")
    await store.put("k", "a", b"")
    assert [record.key for record in await store.list("k", prefix="\U0010ffff")] == ["\U0010ffff\U0010ffff"]


async def test_the_catalogue_takes_writes_while_a_batch_is_committed(store, writing):
    keys = [store.next_key() for _ in range(50)]
    _, *versions = await asyncio.gather(
        writing(*(start(key) for key in keys)), *(store.put("k", "a", b"%d" % number) for number in range(5))
    )
    assert versions == [1, 2, 3, 4, 5]
    assert await store.count_open() == 50


async def test_a_fenced_batch_takes_no_record_with_it(store, writing):
    await store.claim(0)
    batch = writing(start(store.next_key()))
    results = await asyncio.gather(batch, store.put("k", "a", b"data"), return_exceptions=True)
    assert [type(result) for result in results] == [Fenced, int]
    assert await store.get("k", "a") == Record("a", 1, b"data")


async def test_records_are_counted_by_kind_and_prefix(store):
    for key in ("a/1", "a/2", "a", "b"):
        await store.put("k", key, b"")
    await store.put("other", "a/3", b"")
    assert [await store.count("k", prefix=prefix) for prefix in ("", "a", "a/", "c")] == [4, 3, 2, 0]
    await store.delete("k", "a/1")
    assert await store.count("k", prefix="a/") == 1

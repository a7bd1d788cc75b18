"""Appending: what a row leaves behind, in the journal and in the summary."""

import itertools

from store_writes import MACHINE, OTHER_MACHINE, Writing, arn_of, more, start

from podium.store.contract import Append, ExecutionSummary, NewExecution


async def test_the_first_row_makes_the_execution(store, writing):
    key = store.next_key()
    await writing(start(key, "first", wake_at_ms=50, resumable=True))
    assert await store.find(arn_of("first")) == ExecutionSummary(
        key=key,
        arn=arn_of("first"),
        state_machine_arn=MACHINE,
        name="first",
        status="RUNNING",
        start_ms=1_000 + key,
        stop_ms=None,
        sequence=1,
        wake_at_ms=50,
        resumable=True,
        meta=b"meta of first",
        common=b"common",
    )


async def test_a_later_row_moves_the_summary_and_keeps_what_is_fixed(store, writing):
    key = await writing.started(name="e", wake_at_ms=50, resumable=True)
    await writing(more(key, 2, status="FAILED"))
    summary = await store.find(arn_of("e"))
    assert (summary.status, summary.sequence, summary.stop_ms) == ("FAILED", 2, 2_000 + key)
    assert (summary.wake_at_ms, summary.resumable) == (None, False)
    assert (summary.name, summary.start_ms, summary.meta) == ("e", 1_000 + key, b"meta of e")


async def test_one_batch_holds_many_rows_of_one_execution(store, writing):
    key = store.next_key()
    await writing(start(key), more(key, 2), more(key, 3, status="SUCCEEDED"))
    assert await store.rows(key) == [(1, b"%d:1" % key), (2, b"%d:2" % key), (3, b"%d:3" % key)]
    loaded = await store.load(key)
    assert (loaded.summary.sequence, loaded.summary.status) == (3, "SUCCEEDED")


async def test_a_reopened_execution_has_no_stop_time(store, writing):
    key = await writing.started(name="redriven", status="FAILED")
    await writing(more(key, 2))
    summary = await store.find(arn_of("redriven"))
    assert (summary.status, summary.stop_ms) == ("RUNNING", None)
    assert await store.count_open() == 1


async def test_a_row_may_change_the_metadata(store, writing):
    key = await writing.started(name="redriven", status="FAILED")
    other = await writing.started(name="other")
    changed = more(key, 2)
    changed.meta = b"meta of a redrive"
    await writing(changed, more(other, 2))
    await writing(more(key, 3))
    assert (await store.find(arn_of("redriven"))).meta == b"meta of a redrive"
    assert (await store.load(key)).summary.meta == b"meta of a redrive"
    assert (await store.find(arn_of("other"))).meta == b"meta of other"


async def test_an_empty_batch_is_a_commit(store, writing):
    await writing()
    assert await store.list_executions(state_machine_arn=None, status=None, limit=10) == []


async def test_rows_and_metadata_are_any_bytes(store, writing):
    key = store.next_key()
    row = bytes(range(256)) * 40
    await writing(start(key, row=row), more(key, 2))
    assert await store.rows_at(key, [1]) == {1: row}
    empty = store.next_key()
    await writing(start(empty, row=b""))
    assert await store.rows(empty) == [(1, b"")]


async def test_keys_grow_and_are_never_given_twice(store, writing: Writing):
    keys = [store.next_key() for _ in range(3)]
    assert keys == sorted(set(keys))
    await writing(start(keys[-1] + 10))
    assert store.next_key() > keys[-1] + 10


async def test_nothing_is_found_that_was_never_written(store, writing):
    assert await store.find(arn_of("nobody")) is None
    assert await store.load(77) is None
    assert await store.rows(77) == []
    assert await store.rows_at(77, [1]) == {}


async def test_an_execution_of_one_row_can_go_on(store, writing):
    key = await writing.started(status="FAILED")
    await writing(more(key, 2), more(key, 3, status="SUCCEEDED"))
    rows = [(sequence, b"%d:%d" % (key, sequence)) for sequence in (1, 2, 3)]
    assert await store.rows(key) == rows
    assert await store.rows(key, descending=True) == rows[::-1]
    assert await store.rows(key, limit=1) == rows[:1]
    assert await store.rows(key, limit=2, descending=True) == rows[:0:-1]
    assert await store.rows(key, before=3) == rows[:2]
    assert await store.rows_at(key, [3, 1]) == dict(rows[::2])
    assert (await store.load(key)).rows == [row for _, row in rows]


async def test_executions_may_have_all_in_common_or_nothing(store, writing):
    """Whatever is stored once or apart: each execution comes out as it went in."""
    told = [
        NewExecution(arn, machine, "e", 5, meta, common)
        for number, (machine, common, meta) in enumerate(
            itertools.product((MACHINE, OTHER_MACHINE), (b"", b"common", b"other"), (b"", b"own"))
        )
        for arn in (f"{arn_of('x', machine)}-{number}:e", f"{arn_of('e', machine)}:{number}")
    ]
    keys = [store.next_key() for _ in told]
    writes = [Append(key, 1, b"row", "RUNNING", None, False, new=new) for key, new in zip(keys, told, strict=True)]
    assert await writing(*writes) == set()
    for key, new in zip(keys, told, strict=True):
        summary = await store.find(new.arn)
        assert summary.key == key
        assert NewExecution(*(getattr(summary, field) for field in NewExecution.__struct_fields__)) == new


async def test_an_execution_that_goes_on_in_the_batch_it_ended_in_keeps_its_first_row(store, writing):
    first = start(store.next_key(), status="FAILED")
    assert await writing(first, more(first.key, 2)) == set()
    assert (await store.load(first.key)).rows == [first.row, b"%d:2" % first.key]

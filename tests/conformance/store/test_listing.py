"""Listing executions, newest first, by state machine and status."""

import itertools

import pytest
from store_writes import MACHINE, OTHER_MACHINE, more

STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]


@pytest.fixture
async def keys(writing):
    """Two executions of each status and machine, statuses and machines interleaved: (machine, status) -> keys."""
    keys: dict[tuple[str, str], list[int]] = {}
    for _ in range(2):
        for status in STATUSES:
            for machine in (MACHINE, OTHER_MACHINE):
                keys.setdefault((machine, status), []).append(await writing.started(machine=machine, status=status))
    return keys


async def listed(store, machine, status, **options):
    options.setdefault("limit", 100)
    return [summary.key for summary in await store.list_executions(state_machine_arn=machine, status=status, **options)]


@pytest.mark.parametrize(
    ("machine", "status"),
    [(None, None), (None, "RUNNING"), *itertools.product([MACHINE, OTHER_MACHINE], [*STATUSES, None])],
)
async def test_filters_and_pages(store, keys, machine, status):
    chosen = sorted(
        (
            key
            for (its_machine, its_status), group in keys.items()
            for key in group
            if machine in (None, its_machine) and status in (None, its_status)
        ),
        reverse=True,
    )
    assert await listed(store, machine, status) == chosen
    paged: list[int] = []
    while page := await listed(store, machine, status, before_key=paged[-1] if paged else None, limit=3):
        assert len(page) <= 3
        paged += page
    assert paged == chosen


async def test_an_unknown_state_machine_or_status_has_none(store, keys):
    assert await listed(store, "arn:unknown", None) == []
    assert await listed(store, "arn:unknown", "RUNNING") == []
    assert await listed(store, MACHINE, "UNKNOWN") == []


async def test_a_list_shows_whole_summaries(store, writing):
    key = await writing.started(status="SUCCEEDED")
    (summary,) = await store.list_executions(state_machine_arn=MACHINE, status="SUCCEEDED", limit=1)
    assert summary == (await store.load(key)).summary


async def test_an_execution_moves_to_its_new_status(store, writing):
    key = await writing.started()
    await writing(more(key, 2, status="TIMED_OUT"))
    assert await listed(store, MACHINE, "RUNNING") == []
    assert await listed(store, MACHINE, "TIMED_OUT") == [key]


async def test_counting_open_executions(store, keys, writing):
    assert await store.count_open() == 4
    assert await store.count_open(MACHINE) == 2
    assert await store.count_open("arn:unknown") == 0
    await writing(more(keys[MACHINE, "RUNNING"][0], 2, status="ABORTED"))
    assert await store.count_open() == 3
    assert await store.count_open(MACHINE) == 1


async def test_open_executions_are_counted_by_state_machine(store, writing, keys):
    assert await store.open_by_machine() == {MACHINE: 2, OTHER_MACHINE: 2}
    for key in keys[MACHINE, "RUNNING"]:
        await writing(more(key, 2, status="SUCCEEDED"))
    assert await store.open_by_machine() == {OTHER_MACHINE: 2}

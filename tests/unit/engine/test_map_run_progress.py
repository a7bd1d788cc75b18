"""A Map Run's counts: up to where all children have ended, how they did, and when that is written down."""

import pytest

from podium.engine.map_run_progress import SAVE_CHILDREN, SAVE_MS, Child, Progress
from podium.store.map_runs import MAP_RUN, MapRunRecord, unpack_map_run
from podium.store.memory import MemoryStore
from podium.testing import VirtualClock

ARN = "arn:aws:states:us-east-1:000000000000:mapRun:orders/label:1"


@pytest.fixture
def progress():
    record = MapRunRecord(ARN, "arn:execution", 0, 0, None, None)
    return Progress(MemoryStore(), VirtualClock(), record)


def start(progress, *items):
    for position, count in enumerate(items, start=len(progress.running)):
        progress.running[f"child-{position}"] = Child(position, count)


async def saved(progress):
    record = await progress._store.get(MAP_RUN, ARN)
    return None if record is None else unpack_map_run(record.data)


def test_what_has_settled_is_what_ended_without_a_gap(progress):
    start(progress, 1, 2, 3)
    assert progress.ended("child-2", "SUCCEEDED")
    assert progress.ended("child-1", "FAILED")
    assert (progress.record.settled, progress.record.settled_items) == (0, 0)
    assert progress.ended("child-0", "SUCCEEDED")
    record = progress.record
    assert (record.settled, record.settled_items) == (3, 6)
    assert record.settled_tally.items == {"SUCCEEDED": 4, "FAILED": 2}
    assert not progress.ended("child-0", "SUCCEEDED")
    assert record.tally.total == (3, 6)


def test_failed_items_are_those_of_children_that_failed_or_timed_out(progress):
    start(progress, 1, 2, 4, 8)
    for child, status in enumerate(("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")):
        progress.ended(f"child-{child}", status)
    assert progress.failed_items == 6
    assert progress.running_counts == (0, 0)


async def test_the_record_is_written_after_some_time_or_so_many_children(progress):
    start(progress, *[1] * (SAVE_CHILDREN + 2))
    progress.ended("child-0", "SUCCEEDED")
    await progress.save_sometimes()
    assert await saved(progress) is None
    progress._clock = VirtualClock(progress._clock.now_ms() + SAVE_MS)
    await progress.save_sometimes()
    assert (await saved(progress)).settled == 1
    for child in range(1, SAVE_CHILDREN + 1):
        progress.ended(f"child-{child}", "SUCCEEDED")
    await progress.save_sometimes()
    assert (await saved(progress)).settled == SAVE_CHILDREN + 1


async def test_nothing_new_is_not_written(progress):
    progress._clock = VirtualClock(progress._clock.now_ms() + SAVE_MS)
    await progress.save_sometimes()
    assert await saved(progress) is None

"""Activities: who gets which task, in what order, and what a restart leaves of it."""

import asyncio

import pytest
from callback_steps import ACCOUNT, REVIEW, activity, create_activity
from definitions import map_of

from podium.engine import activities
from podium.engine.errors import TaskTimedOut, TooManyWorkers


def here():
    return True


def poll(run, worker="w", connected=here, arn=REVIEW):
    return asyncio.create_task(run.engine.activities.poll(arn, worker, connected))


async def ready(run, count=1, **fields):
    """So many executions that wait for a worker, named by number."""
    await create_activity(run)
    for number in range(count):
        await run.start({"T": activity(**fields)}, {"n": number}, name=str(number))
    await run.settle()


async def test_a_worker_takes_a_task_and_ends_it(run):
    await ready(run)
    task = await poll(run)
    assert task.input == '{"n": 0}'
    assert (await run.history("0"))[-1]["activityStartedEventDetails"] == {"workerName": "w"}
    await run.engine.callbacks.succeed(ACCOUNT, task.token, b"1")
    assert await run.output("0") == 1


async def test_a_worker_may_come_first(run):
    polling = poll(run)
    await run.settle()
    await ready(run)
    assert (await polling).input == '{"n": 0}'


async def test_a_poll_ends_without_a_task_after_a_minute(run):
    await ready(run, 0)
    polling = poll(run)
    await run.advance(59.999)
    assert not polling.done()
    await run.advance(0.001)
    assert await polling is None
    assert run.engine.activities._queues == {}


async def test_workers_are_served_in_the_order_they_came(run):
    first, second = poll(run, "first"), poll(run, "second")
    await run.settle()
    await ready(run, 2)
    assert [(await first).input, (await second).input] == ['{"n": 0}', '{"n": 1}']


async def test_executions_take_turns(run):
    await create_activity(run)
    await run.start({"M": map_of({"T": activity()})}, [1, 2, 3], name="many")
    await run.settle()
    await run.start({"T": activity()}, "lone", name="lone")
    await run.settle()
    assert [(await poll(run)).input for _ in range(4)] == ["1", '"lone"', "2", "3"]


async def test_one_task_is_given_once(run):
    polls = [poll(run) for _ in range(3)]
    await run.settle()
    await ready(run)
    await run.advance(61)
    assert len([task for task in await asyncio.gather(*polls) if task is not None]) == 1


async def test_a_worker_that_has_gone_gets_nothing(run):
    gone, there = poll(run, connected=lambda: False), poll(run, "there")
    await run.settle()
    await ready(run)
    assert await gone is None
    assert (await there).input == '{"n": 0}'
    assert (await run.types("0")).count("ActivityStarted") == 1


async def test_an_execution_that_waits_for_a_worker_is_not_in_memory(run):
    await ready(run)
    assert not run.engine._residents.active
    task = await poll(run)
    await run.settle()
    assert not run.engine._residents.active
    assert task is not None


async def test_a_restart_offers_what_waits_and_keeps_what_is_taken(run):
    await ready(run, 2)
    taken = await poll(run)
    await run.crash()
    await run.settle()
    assert not run.engine._residents.active
    assert (await poll(run)).input == '{"n": 1}'
    nothing = poll(run)
    await run.advance(60)
    assert await nothing is None
    await run.engine.callbacks.succeed(ACCOUNT, taken.token, b'"after"')
    assert await run.output("0") == "after"


async def test_a_stopped_execution_withdraws_its_task(run):
    await ready(run)
    await run.engine.stop_execution((await run.describe("0")).arn, None, None)
    await run.settle()
    assert run.engine.activities._queues == {}


async def test_a_task_that_times_out_with_its_worker(run):
    await ready(run, TimeoutSeconds=60, HeartbeatSeconds=10)
    await run.advance(500)
    task = await poll(run)
    await run.advance(9)
    await run.engine.callbacks.heartbeat(ACCOUNT, task.token)
    await run.advance(10)
    assert (await run.types("0"))[-2:] == ["ActivityTimedOut", "ExecutionFailed"]
    with pytest.raises(TaskTimedOut):
        await run.engine.callbacks.heartbeat(ACCOUNT, task.token)


async def test_an_activity_that_does_not_exist_cannot_be_scheduled(run):
    await run.start({"T": activity()})
    await run.settle()
    assert (await run.types())[-2:] == ["ActivityScheduleFailed", "ExecutionFailed"]
    assert (await run.describe()).error == "ActivityDoesNotExist"


async def test_a_drain_sends_workers_away_and_waits_for_no_activity(run):
    await ready(run)
    taken = await poll(run)
    polling = poll(run)
    await run.settle()
    await asyncio.wait_for(run.engine.drain(3_600), 60)
    assert taken is not None
    assert await polling is None
    assert await poll(run) is None


async def test_so_many_workers_may_wait(run, monkeypatch):
    monkeypatch.setattr(activities, "WORKERS_MAX", 2)
    waiting = [poll(run), poll(run)]
    await run.settle()
    with pytest.raises(TooManyWorkers):
        await poll(run)
    run.engine.activities.close()
    assert await asyncio.gather(*waiting) == [None, None]


async def test_a_cancelled_poll_leaves_no_trace(run):
    polling = poll(run)
    await run.settle()
    polling.cancel()
    await asyncio.wait([polling])
    assert run.engine.activities._queues == {}
    await ready(run)
    assert (await poll(run)).input == '{"n": 0}'

"""Watching an execution: every durable event, in order, and notices of retries to come."""

import asyncio

from callback_steps import activity, create_activity
from definitions import task
from engine_driver import ARN_PREFIX, until


async def collect(watch):
    return [shown async for shown in watch]


async def test_a_watch_sees_every_event_and_ends(run):
    watch = run.engine.observers.watch(f"{ARN_PREFIX}:one")
    seen = asyncio.create_task(collect(watch))
    await run.start({"T": task(), "W": {"Type": "Pass"}})
    run.performer.succeed(1)
    batches = await asyncio.wait_for(seen, 60)
    assert len(batches) == 2
    assert [event for batch in batches for event in batch] == await run.history()
    assert run.engine.observers._watches == {}


async def test_a_retry_is_announced(run):
    watch = run.engine.observers.watch(f"{ARN_PREFIX}:one")
    seen = asyncio.create_task(collect(watch))
    await run.start({"T": task(Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 7}])})
    run.performer.fail("E", "why")
    await run.settle()
    failed_ms = run.clock.now_ms()
    await run.advance(7)
    run.performer.succeed(1)
    batches = await asyncio.wait_for(seen, 60)
    notices = [event for batch in batches for event in batch if event["type"] == "RetryScheduled"]
    assert notices == [{"type": "RetryScheduled", "state": "T", "attempt": 1, "at_ms": failed_ms + 7_000, "error": "E"}]


async def test_several_watch_one_and_each_its_own(run):
    first, second = (run.engine.observers.watch(f"{ARN_PREFIX}:one") for _ in range(2))
    other = run.engine.observers.watch(f"{ARN_PREFIX}:two")
    seen = [asyncio.create_task(collect(watch)) for watch in (first, second, other)]
    await run.start({"P": {"Type": "Pass"}})
    assert await asyncio.wait_for(seen[0], 5) == await asyncio.wait_for(seen[1], 60)
    assert not seen[2].done()
    await run.start({"F": {"Type": "Fail", "Error": "E"}}, name="two")
    assert (await asyncio.wait_for(seen[2], 60))[0][-1]["type"] == "ExecutionFailed"


async def test_nothing_is_shown_before_it_is_durable(run):
    watch = run.engine.observers.watch(f"{ARN_PREFIX}:one")
    seen = asyncio.create_task(collect(watch))
    run.store.open_gate.clear()
    starting = asyncio.create_task(run.start({"P": {"Type": "Pass"}}))
    await until(lambda: run.store.batches)
    assert watch._decisions.empty()
    assert not seen.done()
    run.store.open_gate.set()
    await starting
    assert len(await asyncio.wait_for(seen, 60)) == 1


async def test_a_follower_hears_of_starts_redrives_ends_and_waiting_tasks(run):
    await create_activity(run)
    follower = run.engine.observers.follow()
    await run.start({"W": {"Type": "Wait", "Seconds": 60}, "A": activity(), "E": {"Type": "Pass"}})
    await run.settle()
    arn = (await run.describe()).arn
    assert follower.take() == ([arn], False, False)
    await run.advance(60)
    assert follower.take() == ([], False, True)
    await run.engine.stop_execution(arn, None, None)
    await run.settle()
    assert follower.take() == ([arn], False, False)
    await run.engine.redrive_execution(arn, None)
    await run.settle()
    assert follower.take() == ([arn], False, True)
    run.engine.observers.unfollow(follower)
    await run.engine.stop_execution(arn, None, None)
    assert follower.take() == ([], False, False)

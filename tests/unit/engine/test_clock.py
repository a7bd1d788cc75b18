"""The machine's clock: soon, later, never."""

import asyncio

from podium.engine.clock import SystemClock


async def test_a_time_that_has_passed_is_soon():
    clock, called = SystemClock(), asyncio.Event()
    clock.call_at(clock.now_ms() - 5_000, called.set)
    await asyncio.wait_for(called.wait(), 60)


async def test_a_time_to_come_is_not_early():
    clock = SystemClock()
    at_ms, called = clock.now_ms() + 15, asyncio.get_running_loop().create_future()
    clock.call_at(at_ms, lambda: called.set_result(clock.now_ms()))
    assert await asyncio.wait_for(called, 60) >= at_ms


async def test_a_cancelled_call_is_not_made():
    clock, called, later = SystemClock(), [], asyncio.Event()
    clock.call_at(clock.now_ms() + 1, lambda: called.append(1)).cancel()
    clock.call_at(clock.now_ms() + 5, later.set)
    await asyncio.wait_for(later.wait(), 60)
    assert called == []

"""Virtual time: it moves only when turned, and stops at every timer on the way."""

import asyncio

from podium.testing import VirtualClock


async def nothing():
    """Nothing to settle."""


async def test_it_stands_still():
    clock = VirtualClock(1_000)
    await asyncio.sleep(0)
    assert clock.now_ms() == 1_000
    await clock.advance(250, nothing)
    assert clock.now_ms() == 1_250


async def test_timers_are_called_in_order_at_their_time():
    clock, called = VirtualClock(0), []
    for name, at_ms in (("c", 30), ("a", 10), ("b", 10), ("d", 31)):
        clock.call_at(at_ms, lambda name=name: called.append((name, clock.now_ms())))
    await clock.advance(30, nothing)
    assert called == [("a", 10), ("b", 10), ("c", 30)]
    assert clock.next_timer_ms() == 31


async def test_a_timer_set_on_the_way_is_called_on_the_way():
    clock, called = VirtualClock(0), []
    clock.call_at(10, lambda: clock.call_at(20, lambda: called.append(clock.now_ms())))
    await clock.advance(100, nothing)
    assert called == [20]
    assert clock.now_ms() == 100


async def test_what_a_timer_sets_off_is_settled_before_the_next():
    clock, order = VirtualClock(0), []
    clock.call_at(1, lambda: order.append("first"))
    clock.call_at(2, lambda: order.append("second"))

    async def settle():
        order.append("settled")

    await clock.advance(5, settle)
    assert order == ["settled", "first", "settled", "second", "settled"]


async def test_cancelled_timers():
    clock, called = VirtualClock(0), []
    clock.call_at(5, lambda: called.append(1)).cancel()
    late = clock.call_at(0, lambda: called.append(2))
    late.cancel()
    await asyncio.sleep(0)
    await clock.advance(10, nothing)
    assert called == []
    assert clock.next_timer_ms() is None


async def test_a_time_that_has_passed_is_called_soon():
    clock, called = VirtualClock(50), []
    clock.call_at(50, lambda: called.append(clock.now_ms()))
    assert called == []
    await asyncio.sleep(0)
    assert called == [50]

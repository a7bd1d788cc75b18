"""A clock that skips: what is due is called at once, and time goes on from there."""

import asyncio

from podium.engine.skipping_clock import SkippingClock
from podium.testing import VirtualClock


async def nothing():
    """Nothing to settle."""


def calls(clock, *times_ms):
    made = []
    for at_ms in times_ms:
        clock.call_at(at_ms, lambda at_ms=at_ms: made.append((at_ms, clock.now_ms())))
    return made


async def test_a_skip_goes_to_the_next_call_and_no_further():
    clock = SkippingClock(VirtualClock(0))
    made = calls(clock, 5_000, 1_000, 1_000)
    assert clock.skip()
    assert made == [(1_000, 1_000), (1_000, 1_000)]
    assert clock.skip()
    assert made[2:] == [(5_000, 5_000)]
    assert not clock.skip()


async def test_between_skips_time_passes():
    real = VirtualClock(0)
    clock = SkippingClock(real)
    made = calls(clock, 1_000, 1_300)
    clock.skip()
    await real.advance(299, nothing)
    assert made == [(1_000, 1_000)]
    await real.advance(1, nothing)
    assert made[1:] == [(1_300, 1_300)]


async def test_what_is_due_already_is_called_soon():
    clock = SkippingClock(VirtualClock(1_000))
    made = calls(clock, 500)
    assert made == []
    await asyncio.sleep(0)
    assert made == [(500, 1_000)]


async def test_what_was_cancelled_is_not_called():
    clock = SkippingClock(VirtualClock(0))
    made = calls(clock, 2_000)
    clock.call_at(1_000, lambda: made.append("cancelled")).cancel()
    assert clock.skip()
    assert made == [(2_000, 2_000)]


async def test_a_call_asked_for_by_a_call_is_not_part_of_the_skip():
    clock, made = SkippingClock(VirtualClock(0)), []
    clock.call_at(1_000, lambda: clock.call_at(1_000, lambda: made.append(clock.now_ms())))
    clock.skip()
    assert made == []
    clock.skip()
    assert made == [1_000]

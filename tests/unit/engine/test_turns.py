"""Turns alone: bounded, in order, what is under way before what begins."""

import asyncio

import pytest

from podium.engine.turns import DECISIONS_PER_TURN, STARTS_WHEN_BEHIND, Turns


@pytest.fixture
async def decided():
    return []


@pytest.fixture
async def turns(decided):
    return Turns(
        lambda key, stimulus, done: decided.append(key), lambda active, start, done: decided.append(f"start {active}")
    )


async def test_what_there_is_room_for_is_decided_at_once(turns, decided):
    turns.deliver(1, None)
    turns.begin(2, None, None)
    assert decided == [1, "start 2"]
    assert not turns.busy


async def test_a_burst_is_decided_in_pieces_in_its_order(turns, decided):
    for key in range(2 * DECISIONS_PER_TURN + 1):
        turns.deliver(key, None)
    for pieces in (1, 2):
        assert decided == list(range(pieces * DECISIONS_PER_TURN))
        assert turns.busy
        await asyncio.sleep(0)
    assert decided == list(range(2 * DECISIONS_PER_TURN + 1))
    assert not turns.busy


async def test_nothing_overtakes_what_waits_even_in_a_new_turn(turns, decided):
    for key in range(2 * DECISIONS_PER_TURN + 1):
        turns.deliver(key, None)
    await asyncio.sleep(0)
    turns.deliver("late", None)
    assert "late" not in decided
    await asyncio.sleep(0)
    assert decided[-1] == "late"


async def test_a_few_starts_begin_in_a_turn_that_stimuli_fill(turns, decided):
    for key in range(3 * DECISIONS_PER_TURN):
        turns.deliver(key, None)
    for key in range(2 * STARTS_WHEN_BEHIND + 5):
        turns.begin(key, None, None)
    assert decided == list(range(DECISIONS_PER_TURN))
    for turn in (1, 2):
        decided.clear()
        await asyncio.sleep(0)
        assert decided[:DECISIONS_PER_TURN] == list(range(turn * DECISIONS_PER_TURN, (turn + 1) * DECISIONS_PER_TURN))
        assert decided[DECISIONS_PER_TURN:] == [
            f"start {key}" for key in range((turn - 1) * STARTS_WHEN_BEHIND, turn * STARTS_WHEN_BEHIND)
        ]
    decided.clear()
    await asyncio.sleep(0)
    assert len(decided) == 5


async def test_starts_keep_their_order(turns, decided):
    for key in range(DECISIONS_PER_TURN + 2):
        turns.begin(key, None, None)
    await asyncio.sleep(0)
    turns.begin("late", None, None)
    await asyncio.sleep(0)
    assert decided == [f"start {key}" for key in (*range(DECISIONS_PER_TURN + 2), "late")]


async def test_one_that_raises_takes_only_itself_along():
    decided = []

    def deliver(key, stimulus, done):
        if key == DECISIONS_PER_TURN:
            raise ZeroDivisionError
        decided.append(key)

    turns = Turns(deliver, lambda *start: None)
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    for key in range(DECISIONS_PER_TURN + 3):
        turns.deliver(key, None)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert decided[-1] == DECISIONS_PER_TURN + 2


async def test_finish_decides_on_everything(turns, decided):
    for key in range(3 * DECISIONS_PER_TURN):
        turns.deliver(key, None)
        turns.begin(key, None, None)
    turns.finish()
    assert len(decided) == 6 * DECISIONS_PER_TURN
    assert not turns.busy

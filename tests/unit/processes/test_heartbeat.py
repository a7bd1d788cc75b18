"""Silence of a process, counted in beats; time is handed in."""

import pytest

from podium.processes.heartbeat import BEAT_SECONDS, SILENT_BEATS_MAX, STARTING_BEATS_MAX, Heartbeat


class Timer:
    def __init__(self, callback):
        self.callback = callback

    def cancel(self):
        self.callback = None


class World:
    """A loop whose beats the test makes, and a process that has been asked `asked` times."""

    def __init__(self):
        self.asked = 0
        self.silences = []
        self.timer = None
        self.heartbeat = Heartbeat(self._call_later, self._ask, self.silences.append)
        self.heartbeat.start()

    def _call_later(self, seconds, callback):
        assert seconds == BEAT_SECONDS
        self.timer = Timer(callback)
        return self.timer

    def _ask(self):
        self.asked += 1

    def beat(self, times=1):
        for _ in range(times):
            timer, self.timer = self.timer, None
            assert timer is not None, "nobody asks any more"
            if timer.callback is not None:
                timer.callback()


@pytest.fixture
def world():
    return World()


def test_one_that_answers_is_asked_again_and_again(world):
    for asked in range(1, 100):
        assert world.asked == asked
        world.heartbeat.heard()
        world.beat()
    assert world.silences == []


def test_one_that_is_silent_is_told_of_once(world):
    world.heartbeat.heard()
    world.beat(SILENT_BEATS_MAX)
    assert world.silences == []
    world.beat()
    assert world.silences == [SILENT_BEATS_MAX * BEAT_SECONDS]
    assert world.timer is None


def test_an_answer_in_the_last_beat_is_enough(world):
    world.heartbeat.heard()
    for _ in range(3):
        world.beat(SILENT_BEATS_MAX)
        world.heartbeat.heard()
    assert world.silences == []
    # One question is under way at most: a process that is stopped is not written to without end.
    assert world.asked == 1 + 3


def test_one_that_starts_has_more_time(world):
    world.beat(STARTING_BEATS_MAX - 1)
    assert world.silences == []
    world.beat()
    assert world.silences == [STARTING_BEATS_MAX * BEAT_SECONDS]


def test_after_a_stop_nobody_is_asked(world):
    world.heartbeat.heard()
    world.heartbeat.stop()
    world.beat()
    assert (world.asked, world.timer) == (1, None)

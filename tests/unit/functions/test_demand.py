"""Demand: what the next burst would want, from what the last one took."""

import pytest

from podium.functions.lambda_runtime.demand import Demand


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def demand(clock):
    return Demand(clock)


def run(demand, clock, seconds, process="p"):
    demand.began(process)
    clock.now += seconds
    demand.ended(process)


@pytest.mark.parametrize(
    ("seconds", "processes"), [(0.0001, 1), (0.001, 1), (0.01, 7), (0.025, 16), (0.05, 32), (1.0, 32), (60.0, 32)]
)
def test_as_many_as_keep_a_burst_short(demand, clock, seconds, processes):
    demand.invoked(64)
    run(demand, clock, seconds)
    assert demand.processes == processes


def test_nothing_is_wanted_before_anything_ran(demand):
    demand.invoked(64)
    assert demand.processes == 0


def test_the_greatest_burst_counts_until_it_is_forgotten(demand, clock):
    for at_once in (2, 64, 8):
        demand.invoked(at_once)
    run(demand, clock, 0.05)
    assert demand.processes == 32
    demand.forget()
    assert demand.processes == 0
    demand.invoked(8)
    assert demand.processes == 4


def test_the_mean_follows_the_latest_invocations(demand, clock):
    demand.invoked(100)
    run(demand, clock, 1.0)
    for _ in range(40):
        run(demand, clock, 0.001)
    assert demand.processes <= 2


def test_invocations_are_timed_per_process(demand, clock):
    demand.invoked(10)
    demand.began("a")
    clock.now += 0.04
    demand.began("b")
    demand.ended("unknown")
    clock.now += 0.01
    demand.ended("a")
    assert demand.processes == 5

"""Who takes a failure: names that match, and how long a retrier waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.core.machine.failure import (
    HEARTBEAT_TIMEOUT,
    LONGEST_SECONDS,
    Failure,
    Retrier,
    compile_retriers,
    matches,
    next_retry,
)


@pytest.mark.parametrize(
    ("name", "error", "taken"),
    [
        ("E", "E", True),
        ("E", "F", False),
        ("States.ALL", "E", True),
        ("States.ALL", None, True),
        ("States.ALL", "States.Timeout", True),
        ("States.ALL", "States.DataLimitExceeded", True),
        ("States.ALL", "States.Runtime", False),
        ("States.Runtime", "States.Runtime", False),
        ("States.TaskFailed", "E", True),
        ("States.TaskFailed", "States.Timeout", False),
        ("States.TaskFailed", "States.HeartbeatTimeout", False),
        ("States.TaskFailed", "States.Runtime", False),
        ("States.Timeout", "States.Timeout", True),
        ("States.HeartbeatTimeout", "States.Timeout", False),
    ],
)
def test_names(name, error, taken):
    assert matches((name,), Failure(error, None)) is taken
    assert matches(("other", name), Failure(error, None)) is taken


def test_an_alias_matches_too():
    missed = Failure("States.Timeout", None, HEARTBEAT_TIMEOUT)
    assert matches(("States.HeartbeatTimeout",), missed)
    assert matches(("States.Timeout",), missed)


@pytest.mark.parametrize(
    ("fields", "delays"),
    [
        ({}, [1_000, 2_000, 4_000, 8_000]),
        ({"interval_seconds": 3, "backoff_rate": 1.0}, [3_000, 3_000, 3_000, 3_000]),
        ({"interval_seconds": 2, "backoff_rate": 1.5}, [2_000, 3_000, 4_500, 6_750]),
        ({"interval_seconds": 2, "max_delay_seconds": 5}, [2_000, 4_000, 5_000, 5_000]),
    ],
)
def test_delays(fields, delays):
    assert [Retrier(("E",), **fields).delay_ms(tries) for tries in range(4)] == delays


def test_the_longest_delay():
    assert Retrier(("E",), backoff_rate=10.0).delay_ms(5_000) == LONGEST_SECONDS * 1000


@given(st.integers(0, 50), st.text(max_size=5))
def test_jitter_is_drawn_once_and_for_all(tries, seed):
    retrier = Retrier(("E",), full_jitter=True, max_delay_seconds=60)
    drawn = retrier.delay_ms(tries, seed)
    assert 0 <= drawn <= min(1_000 * 2**tries, 60_000)
    assert retrier.delay_ms(tries, seed) == drawn


def test_jitter_spreads():
    retrier = Retrier(("E",), interval_seconds=100, full_jitter=True)
    drawn = {retrier.delay_ms(0, seed) for seed in range(50)}
    assert len(drawn) > 40
    assert min(drawn) < 25_000
    assert max(drawn) > 75_000


def test_compiled_from_a_definition():
    assert compile_retriers([{"ErrorEquals": ["E"]}]) == (Retrier(("E",), 1, 3, 2.0, None, False),)
    entry = {
        "ErrorEquals": ["E", "F"],
        "IntervalSeconds": 5,
        "MaxAttempts": 0,
        "BackoffRate": 1.5,
        "MaxDelaySeconds": 9,
        "JitterStrategy": "FULL",
    }
    assert compile_retriers([entry]) == (Retrier(("E", "F"), 5, 0, 1.5, 9, True),)


def test_each_retrier_counts_its_own():
    first, second = Retrier(("E",), max_attempts=1), Retrier(("States.ALL",), max_attempts=2)
    spent = ()
    for error, taker, counters in (("F", second, (0, 1)), ("E", first, (1, 1)), ("F", second, (1, 2))):
        taken = next_retry((first, second), spent, Failure(error, None))
        assert taken is not None
        assert taken[0] is taker
        assert taken[2] == counters
        spent = counters
    assert next_retry((first, second), spent, Failure("F", None)) is None
    assert next_retry((first, second), spent, Failure("E", None)) is None


def test_the_first_that_matches_decides_even_when_it_is_spent():
    retriers = (Retrier(("E",), max_attempts=0), Retrier(("States.ALL",)))
    assert next_retry(retriers, (), Failure("E", None)) is None


def test_error_output():
    assert Failure("E", "C").output() == {"Error": "E", "Cause": "C"}
    assert Failure("States.Timeout", None).output() == {"Error": "States.Timeout", "Cause": ""}

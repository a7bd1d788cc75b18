"""Nothing acknowledged is lost and nothing done twice, however often the server is killed; SQLite, one process or more.

Real servers, `kill -9`, the same data directory over and over, clients that never stop asking. The same checker
then judges servers whose order of commit and act was made wrong on purpose: a checker that finds nothing there
would prove nothing here. A failure prints its seed; FAULT_SEED=that replays the same plan and moments of death
(threads and processes still interleave as they like).
"""

import os
import random

import pytest
from fault_campaign import Campaign, describe
from fault_load import WEIGHTS
from fault_patches import CRASH_POINTS

KILLS = 200
KILLS_WHEN_WRONG = 12
ENGINE_KILLS = 12
FRONT_END_KILLS_PER_ENGINE = 2
DEATHS_PER_POINT = 4

pytestmark = pytest.mark.fault


@pytest.fixture
def seed():
    return os.environ.get("FAULT_SEED") or str(random.SystemRandom().randrange(10**6))


def test_nothing_is_lost_or_done_twice_by_kills_at_random_moments(tmp_path, seed):
    with Campaign(tmp_path, seed) as campaign:
        campaign.kill_at_random(KILLS)
        report = campaign.check()
    print(describe(report, seed))  # noqa: T201
    assert not report.violations, describe(report, seed)
    assert report.kills >= KILLS
    # The kills must have hit something: calls under way, which were then made again.
    assert report.acknowledged >= 2 * KILLS, describe(report, seed)
    assert report.repeated_calls >= KILLS / 2, describe(report, seed)
    assert report.redriven, describe(report, seed)


def test_nothing_is_lost_or_done_twice_by_death_at_any_named_point(tmp_path, seed):
    drawn = random.Random(f"points {seed}")
    with Campaign(tmp_path, seed, WEIGHTS | {"wide": 40}) as campaign:
        for point in [*CRASH_POINTS] * DEATHS_PER_POINT:
            campaign.kill_at_point(point, drawn.randrange(1, 4))
        report = campaign.check()
    print(describe(report, seed))  # noqa: T201
    assert not report.violations, describe(report, seed)
    assert set(report.deaths) == set(CRASH_POINTS), f"seed {seed}: died only at {dict(report.deaths)}"


def test_nothing_is_lost_or_done_twice_by_kills_of_front_ends_and_of_the_engine_behind_them(tmp_path, seed):
    with Campaign(tmp_path, seed, processes=3) as campaign:
        for _ in range(ENGINE_KILLS):
            campaign.kill_front_ends(FRONT_END_KILLS_PER_ENGINE)
            campaign.kill_at_random(1)
        report = campaign.check()
    print(describe(report, seed))  # noqa: T201
    assert not report.violations, describe(report, seed)
    assert report.kills >= ENGINE_KILLS
    assert report.killed_front_ends == ENGINE_KILLS * FRONT_END_KILLS_PER_ENGINE
    assert report.acknowledged >= 2 * ENGINE_KILLS, describe(report, seed)
    assert report.repeated_calls, describe(report, seed)


@pytest.mark.parametrize(
    ("faults", "broken", "processes"),
    [
        (["slow_commit"], None, 1),
        (["slow_commit", "acknowledge_before_commit"], "acknowledged", 1),
        (["slow_commit", "act_before_commit"], "side effect", 1),
        (["slow_commit", "acknowledge_before_commit"], "acknowledged", 2),
    ],
    ids=["right-order", "acknowledge-before-commit", "act-before-commit", "acknowledge-before-commit-to-front-end"],
)
def test_the_checker_finds_a_wrong_order(tmp_path, seed, faults, broken, processes):
    with Campaign(tmp_path, seed, processes=processes) as campaign:
        campaign.kill_at_random(KILLS_WHEN_WRONG, [(fault, 1) for fault in faults])
        report = campaign.check()
    print(describe(report, seed))  # noqa: T201
    if broken is None:
        assert not report.violations, describe(report, seed)
    else:
        assert broken in report.rules(), describe(report, seed)

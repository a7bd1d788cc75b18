"""Names of executions that events start: valid, the same for the same delivery, different for different ones."""

import re

from hypothesis import given
from hypothesis import strategies as st

from podium.events.execution_names import EXECUTION_NAME_MAX, execution_name

KEYS = st.text("abc-._/: ", min_size=1, max_size=200)


def test_a_key_that_can_be_a_name_is_the_name():
    assert execution_name("nightly-1-2026-11-01T03-00-00Z") == "nightly-1-2026-11-01T03-00-00Z"


def test_times_of_a_schedule_with_a_long_name_are_told_apart():
    keys = [f"default-{'n' * 64}-{ms}" for ms in (1_796_086_221_000, 1_796_086_281_000)]
    names = {execution_name(key) for key in keys}
    assert len(names) == 2
    assert all(name.startswith("default-nnn") and len(name) == EXECUTION_NAME_MAX for name in names)


@given(KEYS, KEYS)
def test_other_keys_have_other_names(one, other):
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,80}", execution_name(one))
    assert (execution_name(one) == execution_name(other)) == (one == other)

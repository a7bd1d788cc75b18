"""Whatever the expression, in each of the three languages: a value or an error of its own, soon."""

import time
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from random_expressions import KINDS

SECONDS_MAX = 5
"""The bound is one second of this machine alone; the margin is for machines shared with other tests.
`tests/fuzz/fuzz_expressions.py` measures it."""


@settings(max_examples=max(120, settings.default.max_examples), deadline=None)
@given(st.integers(0, 2**63))
def test_any_expression_ends(seed):
    random = Random(seed)
    draw, run = random.choice(KINDS)
    text = draw(random)
    begun = time.process_time()
    found = run(text)
    assert time.process_time() - begun < SECONDS_MAX, text
    assert not isinstance(found, Exception), text

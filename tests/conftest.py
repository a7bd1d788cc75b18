"""Puts `tests/support`, what tests of several rooms share, where they can import it."""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent / "support"))

# `pytest FILE --hypothesis-profile=fuzz`: the tests that scale with their profile run for minutes.
settings.register_profile("fuzz", max_examples=10_000)

"""Puts `tests/support`, what tests of several rooms share, where they can import it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "support"))

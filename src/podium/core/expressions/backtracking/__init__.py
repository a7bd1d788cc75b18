"""Regular expressions that RE2 has no way to run, look-around and back-references, under a bound on the work.

Backtracking takes exponential time on some patterns, so every step is charged to the caller's account, which is a
number of steps and not of seconds: the same text and pattern end the same way on every machine and in every replay.

    syntax -> tree -> program -> machine

RE2 stays the engine of every pattern it can run: it needs no bound (`docs/decisions`, bounded regular expressions).
"""

from podium.core.expressions.backtracking.machine import Pattern, compile_pattern
from podium.core.expressions.backtracking.syntax import JAVASCRIPT_SPACES, UnsupportedPattern

__all__ = ["JAVASCRIPT_SPACES", "Pattern", "UnsupportedPattern", "compile_pattern"]

"""Patterns of filters, `/pattern/flags`, within a bound of time and memory.

They run on google-re2: time linear in the text whatever the pattern, which look-around and back-references would not
allow; those run on our own bounded engine, charged to the evaluation.
"""

from collections.abc import Callable
from typing import Final, Protocol

import re2

from podium.core.expressions import backtracking
from podium.core.expressions.errors import InvalidExpression

PATTERN_MAX_BYTES: Final = 8 << 20
"""Memory that google-re2 may use for one pattern."""
_BACKTRACKING_STEP: Final = 4
"""What a step of our own engine costs, in values looked at."""
_JAVA_SPACES: Final = frozenset(" \t\n\v\f\r")


class Account(Protocol):
    """The evaluation a pattern is matched for."""

    def charge(self, values: int) -> None:
        """Counts work, a unit being a value looked at; raises EvaluationFailed when it is too much."""


class Pattern:
    """`/pattern/flags`, to be matched against a whole text."""

    __slots__ = ("matches",)

    def __init__(self, pattern: str, flags: str) -> None:
        if "x" in flags:
            raise InvalidExpression("Patterns with comments are not supported")
        self.matches: Callable[[str, Account], bool] = _linear(pattern, flags) or _backtracking(pattern, flags)


def _linear(pattern: str, flags: str) -> Callable[[str, Account], bool] | None:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = PATTERN_MAX_BYTES
    inline = "".join(flag for flag in "ims" if flag in flags)
    try:
        fullmatch = re2.compile(f"(?{inline}){pattern}" if inline else pattern, options).fullmatch
    except (re2.error, UnicodeError):
        return None

    def matches(text: str, account: Account) -> bool:
        try:
            return fullmatch(text) is not None
        except UnicodeError:  # a lone surrogate, which re2's UTF-8 has no form for
            return False

    return matches


def _backtracking(pattern: str, flags: str) -> Callable[[str, Account], bool]:
    try:
        compiled = backtracking.compile_pattern(pattern, flags, _JAVA_SPACES)
    except backtracking.UnsupportedPattern as error:
        raise InvalidExpression(f"Pattern /{pattern}/ is not supported: {error}") from None
    return lambda text, account: compiled.fills(text, lambda steps: account.charge(_BACKTRACKING_STEP * steps))

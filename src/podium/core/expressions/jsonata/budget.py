"""What one evaluation may use, and the account that every growing operation charges.

Work is charged ahead of a loop, by its length times the size of its body, so that straight-line code pays nothing
on the way. Memory is charged by estimated bytes and never given back: the limit bounds the sum of what is
allocated, and so the time spent on copying too.

AWS's own limits, measured on its service (floci-io/floci#2737, #2783, #2790): expressions nest about 100 evaluations
deep; `[1..873782]` and a string of 2^22 characters pass, one more number and 2^23 characters fail, which is a value of
6,990,256 bytes at 8 a number; `$range` gives up above 360,145 numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from msgspec import Struct

from podium.core.expressions.jsonata.errors import JsonataLimitExceeded

MEMORY_MESSAGE: Final = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
TIMEOUT_MESSAGE: Final = "Expression evaluation timeout: Check for infinite loop"
DEPTH_MESSAGE: Final = (
    "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive."
)

#: Estimated bytes of a reference in an array, of a number of its own, of an object and of a member of it.
REFERENCE_BYTES: Final = 8
NUMBER_BYTES: Final = 32
OBJECT_BYTES: Final = 200
MEMBER_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Limits:
    """The most one evaluation may use."""

    #: A tenth to a quarter of a microsecond each.
    steps: int = 2_500_000
    #: Bytes allocated in sum.
    memory_bytes: int = 80_000_000
    #: Nested evaluations, counted as the reference implementation's entry callback does.
    depth: int = 100
    #: Size of one string (a byte a character) or array (8 bytes an item).
    value_bytes: int = 6_990_256
    #: Items `$range` makes.
    range_items: int = 360_145


DEFAULT_LIMITS: Final = Limits()


class Environment(Protocol):
    """Where time and chance come from; a `Scope` is one."""

    def now_ms(self) -> int:
        """Epoch milliseconds."""

    def random(self) -> float:
        """The next number in [0, 1)."""

    def uuid(self) -> str:
        """The next version 4 UUID."""


class Run(Struct, eq=False):
    """One evaluation: its account, its bindings and its environment. A Struct, as those are made fastest."""

    limits: Limits
    bindings: Mapping[str, Any]
    environment: Environment
    steps: int
    memory: int
    depth_limit: int
    depth: int = 0
    now: int | None = None
    #: Whether a sequence, a hole or an infinite number may be inside a value, so that the result must be searched.
    nested: bool = False

    def spend(self, steps: int) -> None:
        """Charge work.

        Raises:
            JsonataLimitExceeded: more than the whole evaluation may do.
        """
        self.steps -= steps
        if self.steps < 0:
            raise JsonataLimitExceeded(TIMEOUT_MESSAGE)

    def allocate(self, size_bytes: int) -> None:
        """Charge memory before it is taken.

        Raises:
            JsonataLimitExceeded: the value alone or the sum is too large.
        """
        self.memory -= size_bytes
        if self.memory < 0:
            raise JsonataLimitExceeded(MEMORY_MESSAGE)

    def allocate_items(self, count: int) -> None:
        """Charge an array of `count` references to values that exist already."""
        if count * REFERENCE_BYTES > self.limits.value_bytes:
            raise JsonataLimitExceeded(MEMORY_MESSAGE)
        self.allocate(count * REFERENCE_BYTES)

    def allocate_numbers(self, count: int) -> None:
        """Charge an array of `count` numbers that do not exist yet."""
        self.allocate_items(count)
        self.allocate(count * NUMBER_BYTES)

    def allocate_text(self, characters: int, ascii_only: bool = True) -> None:
        """Charge a string; one with characters beyond ASCII takes up to four bytes each."""
        if characters > self.limits.value_bytes:
            raise JsonataLimitExceeded(MEMORY_MESSAGE)
        self.memory -= characters if ascii_only else 4 * characters
        if self.memory < 0:
            raise JsonataLimitExceeded(MEMORY_MESSAGE)

    def enter(self, levels: int) -> int:
        """Go `levels` evaluations deeper; returns the depth to put back.

        Raises:
            JsonataLimitExceeded: too deep.
        """
        before = self.depth
        self.depth = before + levels
        if self.depth >= self.depth_limit:
            raise JsonataLimitExceeded(DEPTH_MESSAGE)
        return before

    def now_ms(self) -> int:
        """The time of this evaluation: the same for every call."""
        if self.now is None:
            self.now = self.environment.now_ms()
        return self.now


class Frame(Struct, eq=False):
    """Names bound in one scope, and the scope around it. A Struct, as every call makes one."""

    names: dict[str, Any]
    parent: "Frame | None"
    run: Run


def start(limits: Limits, bindings: Mapping[str, Any], environment: Environment) -> Run:
    """A fresh account."""
    return Run(limits, bindings, environment, limits.steps, limits.memory_bytes, limits.depth)

"""What an expression may see besides its input, and where chance comes from."""

from collections.abc import Mapping
from typing import Any, Final, Protocol, cast


class Scope(Protocol):
    """Handed to every evaluation. Nothing in it reads a clock or draws real random numbers."""

    @property
    def variables(self) -> Mapping[str, Any]:
        """Assigned variables visible here, by name without `$`."""

    def context(self) -> Mapping[str, Any]:
        """The context object (`$$`, `$states.context`), built on first use."""

    def now_ms(self) -> int:
        """The decision's time in epoch milliseconds."""

    def random(self) -> float:
        """The next number in [0, 1), derived from the execution and the event, so that a replay draws the same."""

    def uuid(self) -> str:
        """The next version 4 UUID, derived like `random`."""


NO_SCOPE: Final = cast(Scope, None)
"""For what looks at nothing but its input (`scoped` is False): making a scope costs more than such an evaluation."""

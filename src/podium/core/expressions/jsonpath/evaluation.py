"""What one evaluation of a path carries through its parts: the document, and a bound on the work.

Steps multiply: `[0,0][0,0]...` or `..*..*` on a deep document doubles its values with every token, and a filter may
look through the whole document for every item. Each value looked at is charged, so no path runs for long.
"""

from typing import Any, Final

from podium.core.expressions.jsonpath.errors import EvaluationFailed
from podium.core.expressions.jsonpath.list_operators import members
from podium.core.expressions.jsonpath.operands import JsonText

MAX_VALUES: Final = 5_000_000


class Evaluation:
    """`root` is what `$` means inside filters and parameters; `found` keeps the values of such paths in filters."""

    __slots__ = ("_found", "_members", "remaining", "root")

    def __init__(self, root: Any, remaining: int = MAX_VALUES) -> None:
        self.root = root
        self.remaining = remaining
        self._found: dict[int, Any] | None = None
        self._members: dict[int, tuple[list[Any], list[Any] | None]] | None = None

    @property
    def found(self) -> dict[int, Any]:
        """What paths from the root in filters gave."""
        if self._found is None:
            self._found = {}
        return self._found

    def charge(self, values: int) -> None:
        """Counts values looked at, or work as long as looking at so many.

        Raises:
            EvaluationFailed: more than `MAX_VALUES` in this evaluation.
        """
        self.remaining -= values
        if self.remaining < 0:
            raise EvaluationFailed(f"The path leads to more work than looking at {MAX_VALUES} values")

    def charge_pair(self, left: Any, right: Any) -> None:
        """Counts what comparing every item of one value with every item of another looks at."""
        self.charge(_count(left) * _count(right))

    def members(self, value: Any) -> list[Any] | None:
        """`list_operators.members`, worked out once for an array."""
        if type(value) is not list:
            return members(value)
        if self._members is None:
            self._members = {}
        kept = self._members.get(id(value))
        if kept is None:
            # Keeping the array itself keeps its identity from being used again.
            kept = self._members[id(value)] = (value, members(value))
        return kept[1]


def _count(value: Any) -> int:
    return len(value) + 1 if isinstance(value, (list, JsonText)) else 1

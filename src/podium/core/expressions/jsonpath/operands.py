"""What a filter's operators get: values of the document, numbers, literals that are arrays, objects or patterns.

A value is what JSON gives (None, bool, int, float, str, list, dict), a `Decimal` literal, a `JsonText` or `Pattern`
literal, or `UNDEFINED` for a path that leads nowhere.
"""

from decimal import Decimal
from typing import Any, Final, Protocol

from podium.core.expressions.errors import InvalidExpression
from podium.core.expressions.jsonpath import lenient_json
from podium.core.expressions.jsonpath.errors import EvaluationFailed


class Account(Protocol):
    """The evaluation an operator works for."""

    def members(self, value: Any) -> list[Any] | None:
        """`list_operators.members`, kept: an array may be compared with every item a filter tests."""

    def charge(self, values: int) -> None:
        """Counts work, a unit being a value looked at; raises EvaluationFailed when it is too much."""


class _Undefined:
    """What a path that leads nowhere stands for; it equals nothing, not even itself."""


UNDEFINED: Final = _Undefined()
_NUMBERS = (int, float, Decimal)


class JsonText:
    """An array or object written in the filter."""

    __slots__ = ("_value", "kept_members", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.kept_members: list[Any] | None = None
        """`list_operators.members` of it, once they were worked out."""
        try:
            self._value = lenient_json.parse(text)
        except (lenient_json.Unreadable, InvalidExpression):
            self._value = UNDEFINED

    def value(self) -> Any:
        """The array or object.

        Raises:
            EvaluationFailed: the text is not JSON, which Jayway notices no earlier.
        """
        if self._value is UNDEFINED:
            raise EvaluationFailed(f"Cannot parse {self.text}")
        return self._value

    def __len__(self) -> int:
        return len(self._value) if isinstance(self._value, (list, dict)) else 0


def is_number(value: Any) -> bool:
    """Whether a value is a number, which true and false are not."""
    return isinstance(value, _NUMBERS) and value is not True and value is not False


def is_json(value: Any) -> bool:
    """Whether a value is an array or object, of the document or written in the filter."""
    return isinstance(value, (list, dict, JsonText))

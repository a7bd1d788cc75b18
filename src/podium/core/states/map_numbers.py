"""The numbers of a Map, each fixed, an expression, or found by a path.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html. AWS takes a string that spells the
number, and tells one that doesn't in the words below.
"""

from typing import Any

from podium.core.expressions.errors import EvaluationError
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.failure import RUNTIME
from podium.core.machine.payload import Payload
from podium.core.states.jsonata_values import JsonataValue
from podium.core.states.jsonpath_flow import read_path


class MapNumber:
    """One field, `<name>` or `<name>Path`, compiled.

    Args:
        place: where the field is, for JSONata's errors: `ItemBatcher/`.
        percentage: from 0 to 100 and perhaps with a fraction, instead of a whole number that isn't negative.
        negative: whether a negative number passes, since somebody else will refuse it.
    """

    def __init__(
        self,
        spec: dict[str, Any],
        name: str,
        *,
        jsonata: bool,
        place: str = "",
        percentage: bool = False,
        negative: bool = False,
    ) -> None:
        self._name = name
        self._percentage = percentage
        self._negative = negative
        self._fixed = spec.get(name)
        self._path: str | None = spec.get(f"{name}Path")
        self._read = None if self._path is None else read_path(self._path)
        self._value = JsonataValue(self._fixed, f"{place}{name}") if jsonata and self._fixed is not None else None

    def evaluate(self, decision: Decision, branch: Branch, effective: Payload) -> float | None:
        """The number; None when the state doesn't say.

        Raises:
            EvaluationError: it is no number, or out of range.
        """
        number: float | None
        if self._value is not None:
            found = self._value.evaluate(decision, branch)
            number = None if isinstance(found, str) else self._number(found)
            if number is None:
                is_number = isinstance(found, int | float) and not isinstance(found, bool)
                raise self._value.wrong_type("integer" if is_number else "number", found)
        elif self._read is not None:
            found = self._read(effective.value, decision.scope(branch))
            number = self._number(found)
            if number is None:
                shown = found if isinstance(found, str) else Payload(found).text.decode()
                raise EvaluationError(
                    RUNTIME,
                    f'The {self._name}Path field refers to value "{shown}" which is not a valid integer: {self._path}',
                )
        elif self._fixed is not None:
            number = self._fixed
        else:
            return None
        return self._in_range(number)

    def whole(self, decision: Decision, branch: Branch, effective: Payload) -> int | None:
        """Like `evaluate`, for a limit: None also for 0, which AWS takes for no limit."""
        number = self.evaluate(decision, branch, effective)
        return int(number) if number else None

    def _number(self, found: Any) -> float | None:
        if isinstance(found, bool):
            return None
        if isinstance(found, str):
            try:
                found = float(found) if self._percentage else int(found)
            except ValueError:
                return None
        if not isinstance(found, int | float) or found != found:
            return None
        if not self._percentage and found != int(found):
            return None
        return found

    def _in_range(self, number: float) -> float:
        if self._percentage:
            if not 0 <= number <= 100:
                raise EvaluationError(RUNTIME, f"{self._name} must be between 0 and 100.")
        elif number < 0 and not self._negative:
            raise EvaluationError(RUNTIME, f"{self._name} cannot be negative.")
        return number

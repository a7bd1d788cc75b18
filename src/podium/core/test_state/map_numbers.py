"""A Map's numbers, each fixed, an expression, or found by a path: tolerated failures and sizes of batches.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#maptolerated-failure
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
    """One field, `<name>` or `<name>Path`, compiled."""

    def __init__(self, spec: dict[str, Any], name: str, language: str, place: str = "") -> None:
        self._name = name
        self._fixed = spec.get(name)
        self._path: str | None = spec.get(f"{name}Path")
        self._read = None if self._path is None else read_path(self._path)
        self._value = (
            JsonataValue(self._fixed, f"{place}{name}") if language == "JSONata" and self._fixed is not None else None
        )

    def evaluate(self, decision: Decision, branch: Branch, effective: Payload) -> float | None:
        """The number; None when the state doesn't say.

        Raises:
            EvaluationError: it is no number, or less than nothing.
        """
        found: Any
        if self._value is not None:
            found = self._value.evaluate(decision, branch)
            if not _is_number(found):
                raise self._value.wrong_type("number", found)
        elif self._read is not None:
            found = self._read(effective.value, decision.scope(branch))
            if not _is_number(found):
                shown = found if isinstance(found, str) else Payload(found).text.decode()
                raise EvaluationError(
                    RUNTIME,
                    f'The {self._name}Path field refers to value "{shown}" which is not a valid integer: {self._path}',
                )
        elif self._fixed is not None:
            found = self._fixed
        else:
            return None
        if found < 0:
            raise EvaluationError(RUNTIME, f"{self._name} cannot be negative.")
        number: float = found
        return number


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

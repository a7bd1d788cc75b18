"""The Fail state: ends its scope with an error.

https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html
"""

from collections.abc import Callable
from typing import Any, Final

from podium.core.asl import fields, kinds, queries
from podium.core.asl.fields import Field, OneOf
from podium.core.asl.queries import is_expression
from podium.core.expressions.errors import EvaluationError
from podium.core.expressions.value import ValueNotFound, compile_value
from podium.core.machine import events
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.failure import RUNTIME, Failure
from podium.core.machine.program import Exit
from podium.core.states.base import CompiledState
from podium.core.states.jsonata_values import JsonataValue
from podium.core.states.loader import Loader

FIELDS: Final[tuple[Field, ...]] = (
    *fields.COMMON,
    *fields.or_path("Error", kinds.text, queries.path_or_intrinsic),
    *fields.or_path("Cause", kinds.text, queries.path_or_intrinsic),
)
GROUPS: Final[tuple[OneOf, ...]] = fields.excludes_path("Error", "Cause")


Text = Callable[[Decision, Branch], str | None]


class Fail(CompiledState):
    """Fails its scope with an error and a cause, fixed or taken from the input."""

    entered = events.FAIL_ENTERED

    def __init__(self, name: str, spec: dict[str, Any], loader: Loader) -> None:
        super().__init__(name, spec, loader)
        self._error = self._text(spec, "Error")
        self._cause = self._text(spec, "Cause")

    def run(self, decision: Decision, branch: Branch) -> Exit | None:
        """Always raises."""
        raise Failure(self._error(decision, branch), self._cause(decision, branch))

    def redrive(self, decision: Decision, branch: Branch) -> Exit | None:
        """The state is entered once more, and fails again."""
        branch.cursor = branch.entered_id = decision.emit(
            self.entered, branch.cursor, self.name, decision.ref(branch.input)
        )
        branch.entered_ms = decision.now_ms
        return self.run(decision, branch)

    def _text(self, spec: dict[str, Any], field: str) -> Text:
        """`Error` or `Cause`: as it stands, as an expression, or what `ErrorPath` or `CausePath` finds."""
        if f"{field}Path" in spec:
            return _path_text(spec[f"{field}Path"], field)
        fixed = spec.get(field)
        if self.is_jsonata and is_expression(fixed):
            value = JsonataValue(fixed, field)
            return lambda decision, branch: value.evaluate_as("string", decision, branch)
        return lambda decision, branch: fixed


def _path_text(path: str, field: str) -> Text:
    """A path or an intrinsic that must give a string."""
    evaluate = compile_value(path).evaluate

    def read(decision: Decision, branch: Branch) -> str:
        try:
            found = evaluate(branch.input.value, decision.scope(branch))
        except ValueNotFound as missing:
            raise EvaluationError(RUNTIME, missing.field_cause(f"{field}Path")) from None
        if not isinstance(found, str):
            raise EvaluationError(
                RUNTIME, f"The JSONPath '{path}' specified for the field '{field}Path' must refer to a string"
            )
        return found

    return read

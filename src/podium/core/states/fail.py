"""The Fail state: ends its scope with an error.

https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html
"""

from collections.abc import Callable
from typing import Any

from podium.core.asl import fields, kinds, queries
from podium.core.expressions.errors import EvaluationError
from podium.core.expressions.value import ValueNotFound, compile_value
from podium.core.machine import events
from podium.core.machine.branch import Branch
from podium.core.machine.context import StateScope
from podium.core.machine.decision import Decision
from podium.core.machine.failure import RUNTIME, Failure
from podium.core.machine.payload import Payload
from podium.core.machine.program import Exit
from podium.core.states.base import CompiledState
from podium.core.states.loader import Loader

FIELDS = (
    *fields.COMMON,
    *fields.or_path("Error", kinds.text, queries.path_or_intrinsic),
    *fields.or_path("Cause", kinds.text, queries.path_or_intrinsic),
)
GROUPS = fields.excludes_path("Error", "Cause")


class Fail(CompiledState):
    """Fails its scope with an error and a cause, fixed or taken from the input."""

    entered = events.FAIL_ENTERED

    def __init__(self, name: str, spec: dict[str, Any], loader: Loader) -> None:
        super().__init__(name, spec, loader)
        self._error = _text(spec, "Error")
        self._cause = _text(spec, "Cause")

    def run(self, decision: Decision, branch: Branch) -> Exit | None:
        """Always raises."""
        scope = decision.scope(branch)
        raise Failure(self._error(branch.input, scope), self._cause(branch.input, scope))


def _text(spec: dict[str, Any], field: str) -> Callable[[Payload, StateScope], str | None]:
    """`Error` or `Cause` as it stands, or what `ErrorPath` or `CausePath` (a path or an intrinsic) finds."""
    path = spec.get(f"{field}Path")
    if path is None:
        fixed = spec.get(field)
        return lambda payload, scope: fixed
    evaluate = compile_value(path).evaluate

    def read(payload: Payload, scope: StateScope) -> str:
        try:
            found = evaluate(payload.value, scope)
        except ValueNotFound as missing:
            raise EvaluationError(RUNTIME, missing.field_cause(f"{field}Path")) from None
        if not isinstance(found, str):
            raise EvaluationError(
                RUNTIME, f"The JSONPath '{path}' specified for the field '{field}Path' must refer to a string"
            )
        return found

    return read

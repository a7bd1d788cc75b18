"""The Pass state: hands its input on, reshaped or with a fixed result put in.

https://docs.aws.amazon.com/step-functions/latest/dg/state-pass.html
"""

import re
from typing import Any, Final

from podium.core.asl import fields, kinds
from podium.core.asl.diagnostics import Report
from podium.core.asl.fields import Field, OneOf
from podium.core.machine import events
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.program import Exit
from podium.core.states.base import CompiledState
from podium.core.states.loader import Loader
from podium.core.states.steps import constant, in_turn, putting_out

FIELDS: Final[tuple[Field, ...]] = (
    *fields.COMMON,
    *fields.FLOW,
    *fields.PATHS,
    fields.PARAMETERS,
    Field("Result", kinds.anything, language="JSONPath"),
    fields.RESULT_PATH,
    fields.OUTPUT,
    fields.ASSIGN,
)
GROUPS: Final[tuple[OneOf, ...]] = (fields.NEXT_OR_END,)

_LOOKS_LIKE_A_PATH = re.compile(r"\$(\$?\.|\[)")


def check(state: dict[str, Any], report: Report) -> None:
    """Warn of a `Result` that looks as if it were to be evaluated: it never is."""
    if "Result" in state and _holds_path(state["Result"]):
        report.at("Result").warn("PASS_RESULT_IS_STATIC", "Pass state Result is static: a path in it is not evaluated")


def _holds_path(result: Any) -> bool:
    waiting = [result]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if any(key.endswith(".$") for key in value):
                return True
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, str) and _LOOKS_LIKE_A_PATH.match(value):
            return True
    return False


class Pass(CompiledState):
    """Hands on its effective input, or its Result."""

    entered = events.PASS_ENTERED
    exited = events.PASS_EXITED

    def __init__(self, name: str, spec: dict[str, Any], loader: Loader) -> None:
        super().__init__(name, spec, loader)
        # A Result takes the place of the effective input, which is still evaluated: its errors are errors.
        result = self.watch("result", constant(spec["Result"])) if "Result" in spec else None
        self._work = in_turn(self.flow.effective_input, result)
        self._whole = putting_out(in_turn(self._work, self.flow.output))
        self._assigns = self.flow.assigns

    def run(self, decision: Decision, branch: Branch) -> Exit:
        """Everything it does to its input is one function, unless it assigns variables on the way."""
        if not self._assigns:
            return self._whole(branch.input, decision, branch), self.next, None
        work = self._work
        result = branch.input if work is None else work.on_payload(branch.input, decision, branch)
        return self.leave(decision, branch, result)

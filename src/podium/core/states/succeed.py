"""The Succeed state: ends its scope well.

https://docs.aws.amazon.com/step-functions/latest/dg/state-succeed.html
"""

from typing import Final

from podium.core.asl import fields
from podium.core.asl.fields import Field
from podium.core.machine import events
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.program import Exit
from podium.core.states.base import CompiledState

FIELDS: Final[tuple[Field, ...]] = (*fields.COMMON, *fields.PATHS, fields.OUTPUT)


class Succeed(CompiledState):
    """Ends its scope with its effective input."""

    entered = events.SUCCEED_ENTERED
    exited = events.SUCCEED_EXITED

    def run(self, decision: Decision, branch: Branch) -> Exit:
        """Input and output filtering apply; there is no next state."""
        return self.leave(decision, branch, self.effective_input(decision, branch))

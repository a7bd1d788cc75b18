"""What expressions of a state may see: the context object (`$$`), variables, derived time and chance.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from podium.core.machine.chance import derived_random, derived_uuid

if TYPE_CHECKING:
    from podium.core.machine.branch import Branch
    from podium.core.machine.decision import Decision


def iso_time(epoch_ms: int) -> str:
    """AWS's form of a time in the context object: 2026-11-22T16:57:23.123Z."""
    moment = datetime.fromtimestamp(epoch_ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{epoch_ms % 1000:03d}Z"


class StateScope:
    """The `Scope` of a decision, pointed at one branch after the other; builds things when asked."""

    __slots__ = ("_branch", "_context", "_decision", "_draws", "_item")

    _branch: "Branch"

    def __init__(self, decision: "Decision") -> None:
        self._decision = decision
        self._draws = 0

    def of(self, branch: "Branch", item: tuple[int, Any] | None = None) -> "StateScope":
        """Point it at a branch, and at a Map item that is being prepared (index, value)."""
        self._branch = branch
        self._item = item
        self._context: dict[str, Any] | None = None
        return self

    @property
    def variables(self) -> Mapping[str, Any]:
        """Variables of this branch and, under them, of the branches around it."""
        branches = self._decision.execution.branches
        visible: dict[str, Any] = {}
        found: Branch | None = self._branch
        while found is not None:
            if found.variables is not None:
                visible = {**found.variables.value, **visible}
            found = branches.get(found.parent_id)
        return visible

    def context(self) -> Mapping[str, Any]:
        """The context object."""
        if self._context is None:
            self._context = self._build()
        return self._context

    def now_ms(self) -> int:
        """The decision's time."""
        return self._decision.now_ms

    def random(self) -> float:
        """Derived from execution, event and how many were drawn before."""
        return derived_random(*self._seed())

    def uuid(self) -> str:
        """Derived like `random`."""
        return derived_uuid(*self._seed())

    def _seed(self) -> tuple[object, ...]:
        self._draws += 1
        info = self._decision.execution.info
        return info.arn, info.start_ms, self._decision.next_event_id, self._branch.id, self._draws

    def _build(self) -> dict[str, Any]:
        execution, branch = self._decision.execution, self._branch
        info = execution.info
        assert execution.input is not None
        state: dict[str, Any] = {"Name": branch.state, "EnteredTime": iso_time(branch.entered_ms)}
        if self._decision.machine.scopes[branch.scope].states[branch.state].counts_retries:
            state["RetryCount"] = branch.attempt
        context: dict[str, Any] = {
            "Execution": {
                "Id": info.arn,
                "Input": execution.input.value,
                "StartTime": iso_time(info.start_ms),
                "Name": info.name,
                "RoleArn": info.role_arn,
            },
            "StateMachine": {"Id": info.state_machine_arn, "Name": info.state_machine_name},
            "State": state,
        }
        redrives = info.redrives
        if not info.synchronous:
            context["Execution"]["RedriveCount"] = redrives.count
        if redrives.count and redrives.at_ms is not None:
            context["Execution"]["RedriveTime"] = iso_time(redrives.at_ms)
        token = self._token()
        if token is not None:
            context["Task"] = {"Token": token}
        item = self._item or self._enclosing_item()
        if item is not None:
            context["Map"] = {"Item": {"Index": item[0], "Value": item[1]}}
        return context

    def _token(self) -> str | None:
        """The token of a task that waits for more than the answer of a call; before it is scheduled, of that to be."""
        execution, branch = self._decision.execution, self._branch
        resource = self._decision.machine.scopes[branch.scope].states[branch.state].resource
        if resource is None or not resource.pattern or execution.token_key is None:
            return None
        scheduled_id = self._decision.next_event_id if branch.task is None else branch.task.scheduled_id
        return execution.token_key.token(branch.id, scheduled_id, branch.attempt)

    def _enclosing_item(self) -> tuple[int, Any] | None:
        branches = self._decision.execution.branches
        branch = self._branch
        while branch.parent_id:
            parent = branches[branch.parent_id]
            if parent.join is not None and parent.join.items is not None:
                return branch.index, parent.join.items.value[branch.index]
            branch = parent
        return None

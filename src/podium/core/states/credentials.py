"""`Credentials` of a Task: the role its call is made as, which may be another account's.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
"""

from collections.abc import Callable
from typing import Any

from podium.core.expressions.errors import EvaluationError
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.failure import RUNTIME
from podium.core.states.jsonata_values import JsonataValue
from podium.core.states.jsonpath_flow import template_step

Role = Callable[[Decision, Branch], str]


def role(spec: dict[str, Any], *, is_jsonata: bool) -> Role | None:
    """The ARN of the role for a branch in the state; None where all calls are made as the state machine's own."""
    if "Credentials" not in spec:
        return None
    evaluate = _jsonata(spec) if is_jsonata else _jsonpath(spec)

    def role_arn(decision: Decision, branch: Branch) -> str:
        credentials = evaluate(decision, branch)
        arn = credentials.get("RoleArn") if isinstance(credentials, dict) else None
        if not isinstance(arn, str):
            raise EvaluationError(RUNTIME, "The field 'RoleArn' of 'Credentials' must be a STRING")
        return arn

    return role_arn


def _jsonata(spec: dict[str, Any]) -> Callable[[Decision, Branch], Any]:
    return JsonataValue(spec["Credentials"], "Credentials").evaluate


def _jsonpath(spec: dict[str, Any]) -> Callable[[Decision, Branch], Any]:
    step = template_step(spec, "Credentials")
    assert step is not None
    evaluate = step.on_payload
    return lambda decision, branch: evaluate(branch.input, decision, branch).value

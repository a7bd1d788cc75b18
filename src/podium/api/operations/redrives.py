"""Redrive: RedriveExecution, and how other operations show what has been or could be redriven.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html. AWS's pages give the reasons
a redrive is refused for, not the wording of the error around them.
"""

from typing import Any, Final

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.machines import DELETING
from podium.api.names import EXECUTION, EXPRESS, own_arn, parse_arn
from podium.api.operations.express import too_many_executions
from podium.api.pages import seconds
from podium.api.services import Operation, Services
from podium.core.machine.execution_info import Redrives
from podium.core.machine.execution_view import ExecutionView
from podium.engine.errors import ExecutionDoesNotExist, ExecutionNotRedrivable, TooManyExecutions

_DELETING_REASON: Final = "State machine is in DELETING status"
_EXPRESS_REASON: Final = "Redrive is not supported for executions of Express state machines"


async def redrive_execution(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """RedriveExecution: a failed, aborted or timed-out execution goes on from where it ended."""
    arn = own_arn(context, input["executionArn"], EXECUTION)
    summary = await services.store.find(arn)
    if summary is None:
        raise _does_not_exist(arn)
    if await _is_deleting(services, summary.state_machine_arn):
        raise _not_redrivable(arn, _DELETING_REASON)
    try:
        redrive_ms = await services.engine.redrive_execution(arn, input.get("clientToken"))
    except ExecutionDoesNotExist:
        raise _does_not_exist(arn) from None
    except TooManyExecutions:
        raise too_many_executions() from None
    except ExecutionNotRedrivable as refused:
        raise _not_redrivable(arn, refused.reason) from None
    return {"redriveDate": seconds(redrive_ms)}


def shown_redrives(redrives: Redrives) -> dict[str, Any]:
    """How often and when an execution was redriven, as lists show it."""
    shown: dict[str, Any] = {"redriveCount": redrives.count}
    if redrives.count and redrives.at_ms is not None:
        shown["redriveDate"] = seconds(redrives.at_ms)
    return shown


async def described_redrives(services: Services, view: ExecutionView) -> dict[str, Any]:
    """The redrive members of DescribeExecution."""
    shown = shown_redrives(view.redrives)
    reason = view.not_redrivable
    if parse_arn(view.arn).kind == EXPRESS:
        reason = _EXPRESS_REASON
    if reason is None and view.map_run_arn is None and await _is_deleting(services, view.state_machine_arn):
        reason = _DELETING_REASON
    if reason is None:
        return {**shown, "redriveStatus": "REDRIVABLE"}
    return {**shown, "redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}


def passes(redrive_filter: str | None, redrives: Redrives) -> bool:
    """Whether ListExecutions' redriveFilter (REDRIVEN, NOT_REDRIVEN) lets an execution through."""
    return redrive_filter is None or (redrive_filter == "REDRIVEN") == (redrives.count > 0)


async def _is_deleting(services: Services, state_machine_arn: str) -> bool:
    machine = await services.machines.find(state_machine_arn)
    return machine is None or machine.record.status == DELETING


def _does_not_exist(arn: str) -> ApiError:
    return ApiError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")


def _not_redrivable(arn: str, reason: str) -> ApiError:
    return ApiError("ExecutionNotRedrivable", f"Execution Not Redrivable: '{arn}': {reason}")


OPERATIONS: Final[dict[str, Operation]] = {"RedriveExecution": redrive_execution}

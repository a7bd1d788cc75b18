"""Executions of Express state machines: StartSyncExecution, and what StartExecution does for them.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.names import check_name, express_arn
from podium.api.pages import seconds
from podium.api.payloads import execution_input, sent_input, trace_header
from podium.api.services import ExpressResult, Operation, Services
from podium.api.targets import Target, find_start_target, refuse_deleting
from podium.core.machine.execution_info import ExecutionInfo
from podium.engine.errors import TooManyExecutions
from podium.store.records import RevisionRecord

BILLED_MEMORY_MB: Final = 64
"""The least AWS bills; what an execution needs here says nothing about what it would need there."""
BILLED_DURATION_MS: Final = 100
"""AWS bills by so many milliseconds."""


async def start_sync_execution(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """StartSyncExecution. An execution that fails is an answer like any other; nothing of it is kept."""
    admitted = await admit_sync_execution(services, context, input)
    try:
        result = await services.engine.express.run(admitted.info, admitted.revision, admitted.text.encode())
    except TooManyExecutions:
        raise too_many_executions() from None
    return ended_sync_execution(admitted.info, input, result)


class Admitted(Struct, frozen=True):
    """A synchronous execution that may start. `text` is its input, JSON."""

    info: ExecutionInfo
    revision: RevisionRecord
    text: str


async def admit_sync_execution(services: Services, context: RequestContext, input: dict[str, Any]) -> Admitted:
    """The execution a StartSyncExecution asks for.

    Raises:
        ApiError: it can't be started.
    """
    name = input.get("name") or services.new_id()
    target = await find_start_target(services, context, input["stateMachineArn"], name)
    refuse_deleting(target.machine)
    if target.machine.record.type != "EXPRESS":
        raise ApiError("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
    check_name(name)
    text = execution_input(input)
    return Admitted(_info(services, context, target, name, input, synchronous=True), target.revision, text)


def ended_sync_execution(info: ExecutionInfo, input: Mapping[str, Any], result: ExpressResult) -> dict[str, Any]:
    """StartSyncExecution's answer."""
    billed_ms = -(-max(result.stop_ms - result.start_ms, 1) // BILLED_DURATION_MS) * BILLED_DURATION_MS
    shown: dict[str, Any] = {
        "executionArn": result.arn,
        "stateMachineArn": info.state_machine_arn,
        "name": info.name,
        "startDate": seconds(result.start_ms),
        "stopDate": seconds(result.stop_ms),
        "status": result.status,
        "billingDetails": {"billedMemoryUsedInMB": BILLED_MEMORY_MB, "billedDurationInMilliseconds": billed_ms},
    }
    if input.get("includedData") != "METADATA_ONLY":
        shown["input"] = sent_input(input)
        shown["inputDetails"] = {"included": True}
        if result.output is not None:
            shown["output"] = result.output
            shown["outputDetails"] = {"included": True}
    if result.error is not None:
        shown["error"] = result.error
    if result.cause is not None:
        shown["cause"] = result.cause
    if info.trace_header is not None:
        shown["traceHeader"] = info.trace_header
    return shown


async def start_express_execution(
    services: Services, context: RequestContext, target: Target, name: str, text: str, input: dict[str, Any]
) -> dict[str, Any]:
    """StartExecution of an Express state machine: a new execution each time, whatever its name."""
    info = _info(services, context, target, name, input, synchronous=False)
    try:
        await services.engine.express.start(info, target.revision, text.encode())
    except TooManyExecutions:
        raise too_many_executions() from None
    return {"executionArn": info.arn, "startDate": seconds(info.start_ms)}


def _info(
    services: Services, context: RequestContext, target: Target, name: str, input: dict[str, Any], *, synchronous: bool
) -> ExecutionInfo:
    record = target.machine.record
    return ExecutionInfo(
        arn=express_arn(context, record.name, name, services.new_id()),
        name=name,
        state_machine_arn=record.arn,
        state_machine_name=record.name,
        role_arn=target.revision.role_arn,
        revision_id=target.revision.revision_id,
        start_ms=services.clock(),
        trace_header=trace_header(context, input),
        version_arn=target.version_arn,
        alias_arn=target.alias_arn,
        synchronous=synchronous,
        test_case=target.test_case,
    )


def too_many_executions() -> ApiError:
    """What no more executions are refused with."""
    return ApiError("ExecutionLimitExceeded", "The maximum number of running executions has been reached.")


OPERATIONS: Final[dict[str, Operation]] = {"StartSyncExecution": start_sync_execution}

"""Executions: start, stop, describe, list, and their history.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html and its neighbours.
"""

from typing import Any, Final

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.names import EXECUTION, STATE_MACHINE, check_name, execution_arn, own_arn
from podium.api.operations.express import start_express_execution, too_many_executions
from podium.api.operations.map_runs import PENDING_REDRIVE, SIEVED, child_status, list_children
from podium.api.operations.redrives import described_redrives, passes, shown_redrives
from podium.api.pages import page_size, seconds
from podium.api.payloads import execution_input, trace_header
from podium.api.request_rates import START_EXPRESS
from podium.api.services import Operation, Services
from podium.api.targets import find_start_target, find_target, refuse_deleting
from podium.core.machine.execution_info import ExecutionInfo
from podium.core.machine.execution_view import ExecutionView
from podium.engine.errors import ExecutionAlreadyExists, ExecutionDoesNotExist, TooManyExecutions
from podium.store.contract import ExecutionSummary


async def start_execution(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """StartExecution. The same name and input while running find the execution already started."""
    name = input.get("name") or services.new_id()
    target = await find_start_target(services, context, input["stateMachineArn"], name)
    record = target.machine.record
    services.throttle.admit(context, START_EXPRESS if record.type == "EXPRESS" else "StartExecution")
    refuse_deleting(target.machine)
    check_name(name)
    text = execution_input(input)
    if record.type == "EXPRESS":
        return await start_express_execution(services, context, target, name, text, input)
    arn = execution_arn(context, record.name, name)
    try:
        started = await services.engine.start_execution(
            state_machine=record,
            revision=target.revision,
            execution_arn=arn,
            name=name,
            input=text.encode(),
            trace_header=trace_header(context, input),
            version_arn=target.version_arn,
            alias_arn=target.alias_arn,
            test_case=target.test_case,
        )
    except ExecutionAlreadyExists:
        raise ApiError("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'") from None
    except TooManyExecutions:
        raise too_many_executions() from None
    return {"executionArn": started.arn, "startDate": seconds(started.start_ms)}


async def stop_execution(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """StopExecution."""
    arn = own_arn(context, input["executionArn"], EXECUTION)
    try:
        stop_ms = await services.engine.stop_execution(arn, input.get("error"), input.get("cause"))
    except ExecutionDoesNotExist:
        raise _does_not_exist(arn) from None
    return {"stopDate": seconds(stop_ms)}


async def describe_execution(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DescribeExecution."""
    arn = own_arn(context, input["executionArn"], *services.described_kinds)
    view = await services.engine.describe_execution(arn)
    if view is None:
        raise _does_not_exist(arn)
    described: dict[str, Any] = {
        "executionArn": view.arn,
        "stateMachineArn": view.state_machine_arn,
        "name": view.name,
        "status": await _shown_status(services, view),
        "startDate": seconds(view.start_ms),
        **await described_redrives(services, view),
        **_started_through(view.version_arn, view.alias_arn),
    }
    if view.map_run_arn is not None:
        described["mapRunArn"] = view.map_run_arn
    if view.stop_ms is not None:
        described["stopDate"] = seconds(view.stop_ms)
    if input.get("includedData") != "METADATA_ONLY":
        described["input"] = view.input
        described["inputDetails"] = {"included": True}
        if view.output is not None:
            described["output"] = view.output
            described["outputDetails"] = {"included": True}
    if view.trace_header is not None:
        described["traceHeader"] = view.trace_header
    if view.error is not None:
        described["error"] = view.error
    if view.cause is not None:
        described["cause"] = view.cause
    return described


async def _shown_status(services: Services, view: ExecutionView) -> str:
    """The status; a Map Run's child may wait for being redriven."""
    if view.map_run_arn is None or (run := await services.engine.map_runs.describe(view.map_run_arn)) is None:
        return view.status
    return child_status(run.record, view.status, view.position, view.redrives)


async def list_executions(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListExecutions of a state machine, or of those the ones started through a version or alias; newest first."""
    if "stateMachineArn" not in input:
        return await _list_of_map_run(services, context, input)
    arn = own_arn(context, input["stateMachineArn"], STATE_MACHINE)
    if "mapRunArn" in input:
        raise ApiError("ValidationException", "Only one of stateMachineArn or mapRunArn can be specified")
    target = await find_target(services, context, arn)
    machine = target.machine.record
    if machine.type == "EXPRESS" and not services.express_history:
        raise _not_for_this_type()
    status, redriven = input.get("statusFilter"), input.get("redriveFilter")
    if status == PENDING_REDRIVE:
        raise ApiError("ValidationException", "The status PENDING_REDRIVE is only supported with mapRunArn")
    question = f"ListExecutions {arn} {status} {redriven}"
    before_key = None
    if "nextToken" in input:
        before_key = int(await services.page_tokens.read(question, input["nextToken"]))
    limit = page_size(input)
    # Some of the machine's are sieved out: a page may come out short, but never takes long.
    looked_at = limit if arn == machine.arn and redriven is None else max(limit, SIEVED)
    found = await services.store.list_executions(
        state_machine_arn=machine.arn, status=status, before_key=before_key, limit=looked_at + 1
    )
    listed: list[dict[str, Any]] = []
    last_key = 0
    for summary in found[:looked_at]:
        info = services.engine.info_of(summary)
        if arn in (machine.arn, info.version_arn, info.alias_arn) and passes(redriven, info.redrives):
            if len(listed) == limit:
                break
            listed.append(_listed(summary, info))
        last_key = summary.key
    page: dict[str, Any] = {"executions": listed}
    if found and last_key != found[-1].key:
        page["nextToken"] = await services.page_tokens.make(question, last_key)
    return page


def _listed(summary: ExecutionSummary, info: ExecutionInfo) -> dict[str, Any]:
    shown = {
        "executionArn": summary.arn,
        "stateMachineArn": summary.state_machine_arn,
        "name": summary.name,
        "status": summary.status,
        "startDate": seconds(summary.start_ms),
        **shown_redrives(info.redrives),
    }
    if summary.stop_ms is not None:
        shown["stopDate"] = seconds(summary.stop_ms)
    return {**shown, **_started_through(info.version_arn, info.alias_arn)}


def _started_through(version_arn: str | None, alias_arn: str | None) -> dict[str, str]:
    shown = {"stateMachineVersionArn": version_arn, "stateMachineAliasArn": alias_arn}
    return {name: arn for name, arn in shown.items() if arn is not None}


async def get_execution_history(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """GetExecutionHistory."""
    arn = own_arn(context, input["executionArn"], *services.described_kinds)
    reverse, include_data = input.get("reverseOrder", False), input.get("includeExecutionData", True)
    if await services.store.find(arn) is None:
        raise _does_not_exist(arn)
    question = f"GetExecutionHistory {arn} {reverse}"
    after_event_id = 0
    if "nextToken" in input:
        after_event_id = int(await services.page_tokens.read(question, input["nextToken"]))
    events, following = await services.engine.history(
        arn, after_event_id=after_event_id, limit=page_size(input), reverse=reverse, include_data=include_data
    )
    history: dict[str, Any] = {"events": [{**event, "timestamp": seconds(event["timestamp"])} for event in events]}
    if following is not None:
        history["nextToken"] = await services.page_tokens.make(question, following)
    return history


async def _list_of_map_run(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    if "mapRunArn" not in input:
        raise ApiError("ValidationException", "Either stateMachineArn or mapRunArn must be specified")
    return await list_children(services, context, input)


def _does_not_exist(arn: str) -> ApiError:
    return ApiError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")


def _not_for_this_type() -> ApiError:
    return ApiError("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")


OPERATIONS: Final[dict[str, Operation]] = {
    "StartExecution": start_execution,
    "StopExecution": stop_execution,
    "DescribeExecution": describe_execution,
    "ListExecutions": list_executions,
    "GetExecutionHistory": get_execution_history,
}

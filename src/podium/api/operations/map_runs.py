"""Map Runs: describe, list, change while they run, and the executions that are their children.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html and its neighbours.
"""

from typing import Any, Final

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.names import EXECUTION, own_arn
from podium.api.operations.redrives import passes, shown_redrives
from podium.api.pages import page_size, seconds
from podium.api.services import MapRunView, Operation, Services
from podium.core.machine.execution_info import Redrives
from podium.core.machine.redrive import UNSUCCESSFUL
from podium.store.map_runs import RUNNING, MapRunRecord

PENDING_REDRIVE: Final = "PENDING_REDRIVE"
SIEVED: Final = 10_000
"""How many executions are looked at for a page of those a filter lets through."""
_MAP_RUN: Final = "mapRun"
_LIMITS: Final = {
    "maxConcurrency": "max_concurrency",
    "toleratedFailureCount": "tolerated_count",
    "toleratedFailurePercentage": "tolerated_percentage",
}


async def describe_map_run(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DescribeMapRun."""
    view = await _found(services, own_arn(context, input["mapRunArn"], _MAP_RUN))
    record = view.record
    described: dict[str, Any] = {
        "mapRunArn": record.arn,
        "executionArn": record.execution_arn,
        "status": record.status,
        "startDate": seconds(record.start_ms),
        "maxConcurrency": record.max_concurrency,
        "toleratedFailurePercentage": record.tolerated_percentage or 0.0,
        "toleratedFailureCount": record.tolerated_count or 0,
        "itemCounts": _counts(view, record.tally.items, record.items, 1),
        "executionCounts": _counts(view, record.tally.executions, record.executions, 0),
    }
    if _shows_redrives(record):
        described["redriveCount"] = record.redrive_count
    if record.redrive_ms is not None:
        described["redriveDate"] = seconds(record.redrive_ms)
    if record.stop_ms is not None:
        described["stopDate"] = seconds(record.stop_ms)
    return described


def _counts(view: MapRunView, tally: dict[str, int], total: int, unit: int) -> dict[str, int]:
    succeeded = tally.get("SUCCEEDED", 0)
    failed, timed_out, aborted = tally.get("FAILED", 0), tally.get("TIMED_OUT", 0), tally.get("ABORTED", 0)
    running, redriven = view.running[unit], view.pending_redrive[unit]
    ended = succeeded + failed + timed_out + aborted
    counts = {
        "pending": max(0, total - ended - running - redriven),
        "running": running,
        "succeeded": succeeded,
        "failed": failed,
        "timedOut": timed_out,
        "aborted": aborted,
        "total": total,
        "resultsWritten": ended if view.record.results_written else 0,
    }
    if _shows_redrives(view.record):
        counts |= {"failuresNotRedrivable": view.not_redrivable[unit], "pendingRedrive": redriven}
    return counts


def _shows_redrives(record: MapRunRecord) -> bool:
    """Whether there is, or may come to be, something to tell of redrives."""
    return record.redrive_count > 0 or record.status != "SUCCEEDED"


async def list_map_runs(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListMapRuns of an execution, in the order they were started."""
    arn = own_arn(context, input["executionArn"], EXECUTION)
    if await services.store.find(arn) is None:
        raise ApiError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
    question, limit = f"ListMapRuns {arn}", page_size(input)
    after = ""
    if "nextToken" in input:
        after = str(await services.page_tokens.read(question, input["nextToken"]))
    found = await services.engine.map_runs.of_execution(arn, after, limit + 1)
    listed: list[dict[str, Any]] = []
    for _, record in found[:limit]:
        shown: dict[str, Any] = {
            "executionArn": record.execution_arn,
            "mapRunArn": record.arn,
            "stateMachineArn": record.state_machine_arn,
            "startDate": seconds(record.start_ms),
        }
        if record.stop_ms is not None:
            shown["stopDate"] = seconds(record.stop_ms)
        listed.append(shown)
    page: dict[str, Any] = {"mapRuns": listed}
    if len(found) > limit:
        page["nextToken"] = await services.page_tokens.make(question, found[limit - 1][0])
    return page


async def update_map_run(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """UpdateMapRun: new limits for a run under way, from now on."""
    arn = own_arn(context, input["mapRunArn"], _MAP_RUN)
    view = await _found(services, arn)
    changed = {_LIMITS[name]: value for name, value in input.items() if name in _LIMITS}
    if not changed:
        raise ApiError("ValidationException", "At least one of the Map Run's limits must be specified")
    if view.record.status != RUNNING or not await services.engine.map_runs.update(arn, changed):
        raise ApiError("ValidationException", f"Map Run is not running: '{arn}'")
    return {}


async def list_children(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListExecutions of a Map Run, the newest first."""
    arn = own_arn(context, input["mapRunArn"], _MAP_RUN)
    view = await _found(services, arn)
    status, redriven = input.get("statusFilter"), input.get("redriveFilter")
    question = f"ListExecutions {arn} {status} {redriven}"
    before_key = None
    if "nextToken" in input:
        before_key = int(await services.page_tokens.read(question, input["nextToken"]))
    limit, record = page_size(input), view.record
    # While a redrive goes on, what a child shows is not what is stored: some are sieved out, a page may come short.
    sieves = redriven is not None or (status is not None and _redrives(record))
    looked_at = SIEVED if sieves and limit < SIEVED else limit
    found = await services.store.list_executions(
        state_machine_arn=arn,
        status=None if status == PENDING_REDRIVE else status,
        before_key=before_key,
        limit=looked_at + 1,
    )
    listed: list[dict[str, Any]] = []
    last_key = 0
    for summary in found[:looked_at]:
        info = services.engine.info_of(summary)
        shown_status = child_status(record, summary.status, info.position, info.redrives)
        if status not in (None, shown_status) or not passes(redriven, info.redrives):
            last_key = summary.key
            continue
        if len(listed) == limit:
            break
        last_key = summary.key
        shown: dict[str, Any] = {
            "executionArn": summary.arn,
            "stateMachineArn": view.record.state_machine_arn,
            "name": summary.name,
            "status": shown_status,
            "startDate": seconds(summary.start_ms),
            "mapRunArn": arn,
            "itemCount": info.item_count,
            **shown_redrives(info.redrives),
        }
        if summary.stop_ms is not None:
            shown["stopDate"] = seconds(summary.stop_ms)
        listed.append(shown)
    page: dict[str, Any] = {"executions": listed}
    if found and last_key != found[-1].key:
        page["nextToken"] = await services.page_tokens.make(question, last_key)
    return page


def _redrives(record: MapRunRecord) -> bool:
    return record.status == RUNNING and record.redrive_count > 0


def child_status(record: MapRunRecord, status: str, position: int | None, redrives: Redrives) -> str:
    """A child's status as AWS shows it: PENDING_REDRIVE while its Map Run's redrive has not come to it yet.

    https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html#redrive-child-workflow-behavior
    """
    waits = (
        _redrives(record)
        and status in UNSUCCESSFUL
        and (position or 0) < record.redriven_below
        and redrives.of_map_run < record.redrive_count
    )
    return PENDING_REDRIVE if waits else status


async def _found(services: Services, arn: str) -> MapRunView:
    view = await services.engine.map_runs.describe(arn)
    if view is None:
        raise ApiError("ResourceNotFound", f"Resource not found: '{arn}'")
    return view


OPERATIONS: Final[dict[str, Operation]] = {
    "DescribeMapRun": describe_map_run,
    "ListMapRuns": list_map_runs,
    "UpdateMapRun": update_map_run,
}

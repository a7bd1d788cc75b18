"""GET executions: a search over executions of all state machines, or of one."""

from typing import Any, Final

from podium.api.pages import seconds
from podium.console.application import ConsoleRequest
from podium.console.filters import Filter, filter_of, matching
from podium.store.contract import ExecutionSummary

READ_MAX: Final = 5_000
"""Executions one answer looks at; where it looks inside, fewer."""
READ_INSIDE_MAX: Final = 1_000
PAGE_MAX: Final = 200


async def executions(request: ConsoleRequest) -> dict[str, Any]:
    """GET executions?machine=&status=&name=&since=&until=&error=&text=&before=&limit=

    Answers `executions`, how many were `read`, and as `next` what to give as `before` for the following page.
    """
    wanted = filter_of(request.query)
    before = request.number("before", 0) or None
    limit = min(request.number("limit", 50), PAGE_MAX)
    found: list[dict[str, Any]] = []
    read, last_key = 0, None
    read_max = reads(wanted)
    async for summary, matches in matching(request.services, wanted, before, read_max):
        read += 1
        if matches:
            found.append(described(summary))
        if len(found) >= limit or read >= read_max:
            last_key = summary.key
            break
    return {"executions": found, "read": read, "next": last_key}


def reads(wanted: Filter) -> int:
    """How many executions one answer looks at."""
    return READ_INSIDE_MAX if wanted.looks_inside else READ_MAX


def described(summary: ExecutionSummary) -> dict[str, Any]:
    """An execution as ListExecutions names its parts."""
    return {
        "executionArn": summary.arn,
        "stateMachineArn": summary.state_machine_arn,
        "name": summary.name,
        "status": summary.status,
        "startDate": seconds(summary.start_ms),
        "stopDate": None if summary.stop_ms is None else seconds(summary.stop_ms),
    }

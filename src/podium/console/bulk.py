"""POST bulk: stops or redrives every execution a filter matches; without being told to, only says which.

One request does a bounded number and answers where to go on, so that a million executions neither block the server
nor time out the browser.
"""

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from podium.api.services import Services
from podium.console.application import ConsoleRequest
from podium.console.filters import filter_of, matching
from podium.console.search import reads
from podium.engine.errors import ExecutionDoesNotExist, ExecutionNotRedrivable, TooManyExecutions
from podium.store.contract import ExecutionSummary

DONE_MAX: Final = 500
"""Executions one request acts on."""
SHOWN_MAX: Final = 20
_STATUSES: Final = {"stop": frozenset({"RUNNING"}), "redrive": frozenset({"FAILED", "TIMED_OUT", "ABORTED"})}
"""What an action can be done to."""


class BulkRequest(Struct, frozen=True):
    """What is asked for."""

    action: Literal["stop", "redrive"]
    filter: dict[str, Any]
    dry_run: bool = True
    before: Annotated[int, Meta(ge=0, lt=1 << 62)] | None = None
    error: str | None = None
    cause: str | None = None


async def bulk(request: ConsoleRequest) -> dict[str, Any]:
    """POST bulk {action: "stop" | "redrive", filter: {...}, dry_run: true, before, error, cause}

    Answers how many `matched`, the first of their `names`, how many were `done`, the first `refused` with reasons, and
    `next`.
    """
    asked = request.body(BulkRequest, "A bulk action has an action (stop, redrive) and a filter.")
    wanted = filter_of(asked.filter)
    names: list[str] = []
    refused: list[dict[str, str]] = []
    matched = done = read = 0
    last_key = None
    async for summary, matches in matching(request.services, wanted, asked.before, reads(wanted)):
        read += 1
        if matches and summary.status in _STATUSES[asked.action]:
            matched += 1
            if len(names) < SHOWN_MAX:
                names.append(summary.name)
            reason = None if asked.dry_run else await _act(request.services, asked, summary)
            done += not asked.dry_run and reason is None
            if reason is not None and len(refused) < SHOWN_MAX:
                refused.append({"name": summary.name, "reason": reason})
        if matched >= DONE_MAX or read >= reads(wanted):
            last_key = summary.key
            break
    return {"matched": matched, "names": names, "done": done, "refused": refused, "next": last_key}


async def _act(services: Services, asked: BulkRequest, summary: ExecutionSummary) -> str | None:
    """Do it; why not, if it was refused."""
    try:
        if asked.action == "stop":
            await services.engine.stop_execution(summary.arn, asked.error, asked.cause)
        else:
            await services.engine.redrive_execution(summary.arn, None)
    except ExecutionNotRedrivable as error:
        return str(error)
    except ExecutionDoesNotExist:
        return "It does not exist any more."
    except TooManyExecutions:
        return "As many executions are open as may be."
    return None

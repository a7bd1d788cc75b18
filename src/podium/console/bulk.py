"""POST bulk: stops or redrives every execution a filter matches; without being told to, only says which.

One request does a bounded number and answers where to go on, so that a million executions neither block the server
nor time out the browser.
"""

from typing import Any, Final

from podium.api.errors import ApiError
from podium.console.application import ConsoleRequest
from podium.console.filters import filter_of, matching
from podium.console.search import reads
from podium.engine.errors import ExecutionDoesNotExist, ExecutionNotRedrivable
from podium.store.contract import ExecutionSummary

DONE_MAX: Final = 500
"""Executions one request acts on."""
SHOWN_MAX: Final = 20
_STATUSES: Final = {"stop": frozenset({"RUNNING"}), "redrive": frozenset({"FAILED", "TIMED_OUT", "ABORTED"})}
"""What an action can be done to."""


async def bulk(request: ConsoleRequest) -> dict[str, Any]:
    """POST bulk {action: "stop" | "redrive", filter: {...}, dry_run: true, before, error, cause}

    Answers how many `matched`, the first of their `names`, how many were `done`, the first `refused` with reasons, and
    `next`.
    """
    body = request.json
    if not isinstance(body, dict) or body.get("action") not in _STATUSES or not isinstance(body.get("filter"), dict):
        raise ApiError("ValidationException", "A bulk action has an action (stop, redrive) and a filter.")
    action, dry_run = body["action"], body.get("dry_run", True) is not False
    wanted = filter_of(body["filter"])
    names: list[str] = []
    refused: list[dict[str, str]] = []
    matched = done = read = 0
    last_key = None
    async for summary, matches in matching(request.services, wanted, body.get("before"), reads(wanted)):
        read += 1
        if matches and summary.status in _STATUSES[action]:
            matched += 1
            if len(names) < SHOWN_MAX:
                names.append(summary.name)
            reason = None if dry_run else await _act(request, action, summary, body)
            done += not dry_run and reason is None
            if reason is not None and len(refused) < SHOWN_MAX:
                refused.append({"name": summary.name, "reason": reason})
        if matched >= DONE_MAX or read >= reads(wanted):
            last_key = summary.key
            break
    return {"matched": matched, "names": names, "done": done, "refused": refused, "next": last_key}


async def _act(request: ConsoleRequest, action: str, summary: ExecutionSummary, body: dict[str, Any]) -> str | None:
    """Do it; why not, if it was refused."""
    engine = request.services.engine
    try:
        if action == "stop":
            await engine.stop_execution(summary.arn, body.get("error"), body.get("cause"))
        else:
            await engine.redrive_execution(summary.arn, None)
    except ExecutionNotRedrivable as error:
        return str(error)
    except ExecutionDoesNotExist:
        return "It does not exist any more."
    return None

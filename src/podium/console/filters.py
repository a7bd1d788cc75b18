"""Which executions a search is about: everything a list can be narrowed by, also what AWS's ListExecutions can't.

Status, state machine, name and time are told by the listing itself. An error, or a text in input or output, takes a
look at the execution, so a search reads a bounded number of executions and says where the next one begins.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from msgspec import Struct

from podium.api.errors import ApiError
from podium.api.services import Services
from podium.store.contract import ExecutionSummary

STATUSES: Final = frozenset({"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"})
_PAGE: Final = 500


class Filter(Struct, frozen=True):
    """What executions must have in common. Times in epoch milliseconds; texts are looked for regardless of case."""

    account_prefix: str
    machine_arn: str | None = None
    status: str | None = None
    name: str = ""
    since_ms: int = 0
    until_ms: int = 1 << 62
    error: str = ""
    text: str = ""

    @property
    def looks_inside(self) -> bool:
        """Whether an execution must be described to tell."""
        return bool(self.error or self.text)


def filter_of(given: Mapping[str, Any]) -> Filter:
    """The filter a query or a body describes.

    Raises:
        ApiError: ValidationException.
    """
    account, region = given.get("account", "000000000000"), given.get("region", "us-east-1")
    status = given.get("status") or None
    if status is not None and status not in STATUSES:
        raise ApiError("ValidationException", f"There is no execution status '{status}'.")
    return Filter(
        f"arn:aws:states:{region}:{account}:",
        str(given.get("machine") or "") or None,
        status,
        str(given.get("name", "")).lower(),
        _moment(given, "since", 0),
        _moment(given, "until", 1 << 62),
        str(given.get("error", "")).lower(),
        str(given.get("text", "")).lower(),
    )


def _moment(given: Mapping[str, Any], name: str, default: int) -> int:
    text = str(given.get(name, "") or default)
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ApiError("ValidationException", f"'{name}' must be a time in epoch milliseconds.")
    return int(text)


async def matching(
    services: Services, wanted: Filter, before_key: int | None, read_max: int
) -> AsyncIterator[tuple[ExecutionSummary, bool]]:
    """Executions, the latest first, each with whether it matches; at most `read_max` of them."""
    left = read_max
    # Of all machines together, the store can tell apart by status only those that run; the others are sieved here.
    status = wanted.status if wanted.machine_arn or wanted.status == "RUNNING" else None
    while left > 0:
        page = await services.store.list_executions(
            state_machine_arn=wanted.machine_arn, status=status, before_key=before_key, limit=min(_PAGE, left)
        )
        for summary in page:
            # The latest come first: from here on all are too old.
            if summary.start_ms < wanted.since_ms:
                return
            yield summary, await _matches(services, wanted, summary)
        if len(page) < min(_PAGE, left):
            return
        left -= len(page)
        # Reading doesn't wait for anything: others have their turn here.
        await asyncio.sleep(0)
        before_key = page[-1].key


async def _matches(services: Services, wanted: Filter, summary: ExecutionSummary) -> bool:
    if not summary.arn.startswith(wanted.account_prefix) or summary.start_ms > wanted.until_ms:
        return False
    if wanted.status not in (None, summary.status):
        return False
    if wanted.name and wanted.name not in summary.name.lower():
        return False
    if not wanted.looks_inside:
        return True
    view = await services.engine.describe_execution(summary.arn)
    if view is None or (wanted.error and wanted.error not in f"{view.error} {view.cause}".lower()):
        return False
    return not wanted.text or any(wanted.text in (text or "").lower() for text in (view.input, view.output))

"""GET machines: all state machines of an account and region with what a list shows of them.

ListStateMachines leaves out tags, revisions and outcomes, and asking for them machine by machine would take a
hundred requests for a hundred machines.
"""

import asyncio
from typing import Any, Final

from podium.api.context import DEFAULT_ACCOUNT, DEFAULT_REGION, RequestContext
from podium.api.names import state_machine_prefix
from podium.api.pages import seconds
from podium.console.application import ConsoleRequest
from podium.store.records import STATE_MACHINE, StateMachineRecord, unpack_state_machine

MACHINES_MAX: Final = 10_000
OUTCOMES: Final = 10
_PAGE: Final = 100


async def machines(request: ConsoleRequest) -> dict[str, Any]:
    """GET machines?account=&region="""
    context = RequestContext(request.query.get("account", DEFAULT_ACCOUNT), request.query.get("region", DEFAULT_REGION))
    prefix, after = state_machine_prefix(context), ""
    rows: list[dict[str, Any]] = []
    while len(rows) < MACHINES_MAX:
        found = await request.services.store.list(STATE_MACHINE, prefix=prefix, after=after, limit=_PAGE)
        rows += [await _row(request, unpack_state_machine(record.data)) for record in found]
        if len(found) < _PAGE:
            break
        # Reading doesn't wait for anything: others have their turn here.
        await asyncio.sleep(0)
        after = found[-1].key
    return {"machines": rows}


async def _row(request: ConsoleRequest, record: StateMachineRecord) -> dict[str, Any]:
    store = request.services.store
    latest = await store.list_executions(state_machine_arn=record.arn, status=None, limit=OUTCOMES)
    return {
        "stateMachineArn": record.arn,
        "name": record.name,
        "type": record.type,
        "status": record.status,
        "creationDate": seconds(record.created_ms),
        "updateDate": seconds(record.updated_ms),
        "latestVersion": record.latest_version,
        "tags": record.tags,
        "running": await store.count_open(record.arn),
        "outcomes": [execution.status for execution in latest],
    }

"""GET cost: what an execution would cost on AWS; GET costs: what each state machine's latest ones would."""

from typing import Any, Final

import msgspec

from podium.api.errors import ApiError
from podium.console.application import ConsoleRequest
from podium.core import jsontext
from podium.core.asl.references import resources
from podium.core.cost import Cost, advice, estimate
from podium.store.records import REVISION, unpack_revision

_PAGE: Final = 1_000


async def cost(request: ConsoleRequest) -> dict[str, Any]:
    """GET cost?execution=ARN"""
    arn = request.required("execution")
    view = await request.services.engine.describe_execution(arn)
    if view is None:
        raise ApiError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
    record = await request.services.store.get(REVISION, view.revision_id)
    definition = "{}" if record is None else unpack_revision(record.data).definition
    found = await _estimate(request, arn, definition)
    told: dict[str, Any] = msgspec.to_builtins(found)
    return {**told, "advice": advice(found, resources(jsontext.decode(definition)))}


async def _estimate(request: ConsoleRequest, arn: str, definition: str) -> Cost:
    events: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page, after = await request.services.engine.history(
            arn, after_event_id=after, limit=_PAGE, reverse=False, include_data=True
        )
        events += page
    return estimate(events, len(definition.encode()))

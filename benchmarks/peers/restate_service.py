"""Ten durable steps as a service of Restate's SDK for Python. Served by Hypercorn: `hypercorn restate_service:app`."""

from typing import Any

import restate

STEPS = 10
steps = restate.Service("steps")


@steps.handler()
async def inline(context: restate.Context, event: Any) -> Any:
    """Ten steps, each journalled."""

    async def no_op() -> Any:
        return event

    for step in range(STEPS):
        event = await context.run_typed(f"S{step}", no_op)
    return event


app = restate.app(services=[steps])

"""Handing results over without letting one receiver's failure reach the others, and waiting for one."""

import asyncio
from collections.abc import Callable

from podium.functions.contract import FunctionResult, Invocation

Deliver = Callable[[FunctionResult], None]
Invoke = Callable[[Invocation, Deliver], None]
"""Starts an invocation; see `FunctionRunner.invoke`."""


def deliver_safely(deliver: Deliver, result: FunctionResult) -> None:
    """Call `deliver`; what it raises goes to the event loop's exception handler."""
    try:
        deliver(result)
    except Exception as error:
        context = {"message": "A function's result could not be delivered", "exception": error}
        asyncio.get_running_loop().call_exception_handler(context)


async def result_of(invoke: Invoke, invocation: Invocation) -> FunctionResult:
    """Start an invocation and wait for what comes of it.

    Raises:
        FunctionNotFound, FunctionThrottled: it was not started.
    """
    answer: asyncio.Future[FunctionResult] = asyncio.get_running_loop().create_future()

    def deliver(result: FunctionResult) -> None:
        # Whoever waited may have gone away meanwhile.
        if not answer.done():
            answer.set_result(result)

    invoke(invocation, deliver)
    return await answer

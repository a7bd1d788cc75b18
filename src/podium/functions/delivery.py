"""Handing results over without letting one receiver's failure reach the others."""

import asyncio
from collections.abc import Callable

from podium.functions.contract import FunctionResult

Deliver = Callable[[FunctionResult], None]


def deliver_safely(deliver: Deliver, result: FunctionResult) -> None:
    """Call `deliver`; what it raises goes to the event loop's exception handler."""
    try:
        deliver(result)
    except Exception as error:
        context = {"message": "A function's result could not be delivered", "exception": error}
        asyncio.get_running_loop().call_exception_handler(context)

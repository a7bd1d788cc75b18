"""What every process of ours needs: signals that stop it, and room for deep expressions."""

import asyncio
import signal
import sys
from collections.abc import Awaitable
from typing import Any


def heed_signals(stop: asyncio.Event, hurry: asyncio.Event) -> None:
    """The first signal drains, a second one means now."""

    def signalled() -> None:
        (hurry if stop.is_set() else stop).set()

    for received in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(received, signalled)


async def first_of(*waiting: Awaitable[Any]) -> None:
    """Return when one of them does; the others are given up."""
    tasks = [asyncio.ensure_future(each) for each in waiting]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


RECURSION_LIMIT = 5_000


def make_room_for_expressions() -> None:
    """A JSONata evaluation at AWS's depth limit of about 100 takes several hundred Python frames."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))

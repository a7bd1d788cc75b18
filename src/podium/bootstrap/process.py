"""What every process of ours needs: signals that stop it, room for deep expressions, ids, a name in the log."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable
from typing import Any, Final

from podium.core.machine.chance import uuid_of


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


def name_log_lines(name: str) -> str:
    """Put the process's name and id before the lines it logs, where a server has several; both, as they stand there."""
    shown = f"{name} pid {os.getpid()}"
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(logging.Formatter(f"{shown}: %(message)s"))
    return shown


_IDS_AT_ONCE: Final = 64
_chance: list[bytes] = []


def new_id() -> str:
    """A random UUID of version 4. Chance is asked of the system for many of them at once."""
    if not _chance:
        drawn = os.urandom(16 * _IDS_AT_ONCE)
        _chance.extend(drawn[start : start + 16] for start in range(0, len(drawn), 16))
    return uuid_of(_chance.pop())


RECURSION_LIMIT = 5_000


def make_room_for_expressions() -> None:
    """A JSONata evaluation at AWS's depth limit of about 100 takes several hundred Python frames."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))

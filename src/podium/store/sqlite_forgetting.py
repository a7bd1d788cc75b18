"""Forgetting closed executions, in pieces that are short beside a commit.

An execution is gone as soon as its summary is: nothing finds its rows any more. These follow in bounded pieces, a
long journal in several; `forgotten` remembers what is left to do, over restarts too. The freed pages are used again.
"""

import sqlite3
from collections.abc import Sequence
from typing import Final

from podium.store.sql import statements as sql

ROWS_AT_ONCE: Final = 256
"""Journal rows removed by one call; about a millisecond."""


def forget(connection: sqlite3.Connection, keys: Sequence[int]) -> bool:
    """Remove closed executions in the open transaction; whether rows are still to be removed."""
    for key in keys:
        if connection.execute(sql.FORGET, (key,)).rowcount:
            connection.execute(sql.FORGET_SNAPSHOT, (key,))
            connection.execute(sql.LEAVE_ROWS, (key,))
    room = ROWS_AT_ONCE
    while (found := connection.execute(sql.FORGOTTEN).fetchone()) is not None:
        removed = connection.execute(sql.REMOVE_ROWS, (found[0], room)).rowcount
        room -= removed
        if not room:
            return True
        connection.execute(sql.ROWS_ARE_GONE, found)
    return False

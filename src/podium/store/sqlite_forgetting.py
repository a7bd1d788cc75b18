"""Forgetting closed executions, in pieces that are short beside a commit.

An execution is gone as soon as its summary is: nothing finds its rows any more. These follow in bounded pieces, a
long journal in several; `forgotten` remembers what is left to do, over restarts too. The freed pages are used again.
"""

import sqlite3
from collections.abc import Sequence
from typing import Final

from podium.store.sql import statements as sql
from podium.store.sqlite_names import arn_digest

ROWS_AT_ONCE: Final = 256
"""Journal rows removed by one call; about a millisecond."""


def forget(connection: sqlite3.Connection, keys: Sequence[int]) -> tuple[list[bytes], bool]:
    """Remove closed executions in the open transaction.

    Returns:
        The digests of their names, and whether rows are still to be removed.
    """
    digests: list[bytes] = []
    machines: set[int] = set()
    for key in keys:
        for arn, machine, has_journal in connection.execute(sql.FORGET, (key,)).fetchall():
            digest = arn_digest(arn)
            connection.execute(sql.FORGET_NAME, (digest, key))
            if has_journal:
                connection.execute(sql.FORGET_SNAPSHOT, (key,))
                connection.execute(sql.REMOVE_ARCHIVE, (key,))
                connection.execute(sql.LEAVE_ROWS, (key,))
            digests.append(digest)
            machines.add(machine)
    for machine in machines:
        connection.execute(sql.FORGET_FAMILIES, (machine,))
        connection.execute(sql.FORGET_MACHINE, (machine,))
    return digests, _remove_rows(connection)


def _remove_rows(connection: sqlite3.Connection) -> bool:
    room = ROWS_AT_ONCE
    while (found := connection.execute(sql.FORGOTTEN).fetchone()) is not None:
        room -= connection.execute(sql.REMOVE_ROWS, (found[0], room)).rowcount
        if not room:
            return True
        connection.execute(sql.ROWS_ARE_GONE, found)
    return False

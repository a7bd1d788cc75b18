"""What closed executions left, packed together: the rows of one in a single frame, in place of as many in the journal.

Rows of one execution resemble each other more than any others: each repeats most of the payload before it, so
that together they take a third of what they take apart, and the headers and index entries of rows are gone.

An execution's rows are all in the journal or all in the archive. Only closed ones are put there, long after the commit
that closed them; a row for one of them (a redrive) takes the others back into the journal first.
"""

import sqlite3
from collections.abc import Sequence
from typing import Final

import msgspec

from podium.store.sql import statements as sql
from podium.store.sqlite_packing import Packed, Packing

BYTES_MAX: Final = 256 * 1024
ROWS_MAX: Final = 512
"""Longer journals stay as they are: a page of their history must not take all of it to be restored."""
ROWS_AT_ONCE: Final = 256
"""Rows after which a piece of work is over."""

_decode = msgspec.msgpack.Decoder(list[bytes]).decode


def archive(connection: sqlite3.Connection, packing: Packing, after_key: int, limit: int) -> int | None:
    """In the open transaction, archive closed executions among the next `limit` that have rows in the journal.

    Fewer when they have many rows.

    Returns:
        The key to go on after; None when there are no more.
    """
    key, room = after_key, ROWS_AT_ONCE
    for _ in range(limit):
        (following,) = connection.execute(sql.JOURNAL_AFTER, (key,)).fetchone()
        if following is None:
            return None
        key = int(following)
        closed = connection.execute(sql.WHOLE_JOURNAL_OF_CLOSED, (key,)).fetchone()
        if closed is not None and closed[0] <= ROWS_MAX:
            _archive(connection, packing, key, closed[0])
            room -= closed[0]
            if room <= 0:
                break
    return key


def _archive(connection: sqlite3.Connection, packing: Packing, key: int, sequence: int) -> None:
    count, size = connection.execute(sql.JOURNAL_SIZE, (key,)).fetchone()
    if count != sequence or size > BYTES_MAX:
        return
    stored: list[Packed] = [(held, row) for _, held, row in connection.execute(sql.ROWS, (key, 0, sequence + 1, -1))]
    rows = [packing.unpack(*row) for row in stored]
    if sum(map(len, rows)) > BYTES_MAX:
        return
    dictionary = max((held for held, _ in stored if held is not None), default=None)
    connection.execute(sql.PUT_ARCHIVE, (key, *packing.pack_together(msgspec.msgpack.encode(rows), dictionary)))
    connection.execute(sql.REMOVE_JOURNAL, (key,))


def archived(packing: Packing, found: Sequence[Packed]) -> list[bytes]:
    """The rows of an execution from 1 on; `found` is what `sql.ARCHIVE` gives."""
    return _decode(packing.unpack(*found[0])) if found else []


def take_back(connection: sqlite3.Connection, packing: Packing, key: int, epoch: int) -> None:
    """In the open transaction, put an execution's rows back into the journal, if they are not there."""
    rows = archived(packing, connection.execute(sql.ARCHIVE, (key,)).fetchall())
    if rows:
        connection.execute(sql.REMOVE_ARCHIVE, (key,))
        connection.executemany(
            sql.APPEND_ROW,
            [(key, sequence, epoch, *packing.pack_alone(row)) for sequence, row in enumerate(rows, start=1)],
        )

"""Heads: how far the journals of executions at work have come, and what their summaries say.

Kept in memory because nobody else writes the file: so most rows need neither a comparison with their summary in the
database nor a change of it.
"""

import sqlite3
from collections.abc import Iterable
from itertools import islice
from typing import Final

from podium.store.contract import Append
from podium.store.sql import statements as sql

RUNNING: Final = "RUNNING"
HEADS_MAX: Final = 32_768
"""Executions remembered; of more, the older half is read again when it is needed."""


class Head:
    """The end of one execution's journal, and its summary as it is stored."""

    __slots__ = ("resumable", "sequence", "status", "wake_at_ms")

    def __init__(self, sequence: int, status: str, wake_at_ms: int | None, resumable: bool) -> None:
        self.sequence = sequence
        self.status = status
        self.wake_at_ms = wake_at_ms
        self.resumable = resumable


class Heads:
    """Heads of open executions with something under way, by key. Those that sleep are read when they wake."""

    def __init__(self) -> None:
        self._heads: dict[int, Head] = {}

    def find(self, connection: sqlite3.Connection, key: int) -> Head | None:
        """The head as the last commit left it; None when there is no such execution."""
        head = self._heads.get(key)
        if head is None:
            found = connection.execute(sql.HEAD, (key,)).fetchone()
            if found is not None:
                sequence, status, wake_at_ms, resumable = found
                head = Head(sequence, sql.STATUSES[status], wake_at_ms, resumable == 1)
        return head

    def committed(self, latest: Iterable[Append], woken: Iterable[int]) -> None:
        """The last rows of a batch are durable, and so are wake-up times that moved without a row."""
        heads = self._heads
        for last in latest:
            if not last.resumable or last.status != RUNNING:
                heads.pop(last.key, None)
            elif (head := heads.get(last.key)) is None:
                heads[last.key] = Head(last.sequence, last.status, last.wake_at_ms, resumable=True)
            else:
                head.sequence = last.sequence
                head.wake_at_ms = last.wake_at_ms
        for key in woken:
            heads.pop(key, None)
        if len(heads) > HEADS_MAX:
            for key in list(islice(heads, len(heads) // 2)):
                del heads[key]

"""Which names are taken: execution ARNs by their digest, merged into an index in sorted pieces.

Digests are random, so an index of them that takes every name at once rewrites a page of its own for each: the more
executions there are, the more a start costs. Here the names of the newest executions are in memory only (their
digests stand with the executions), and enter the index sorted, a piece of neighbours with each commit.

    commit -> recent -> enough of them: a generation, sorted -> pieces, in the transactions of later commits
      -> all written: the mark moves to the generation's greatest key; who opens the file reads the names after it
"""

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from podium.store.sql import statements as sql

RECENT_MAX: Final = 32_768
"""Names in memory at which they begin to be merged; some 200 B each."""
PIECE_MIN: Final = 64

Name = tuple[bytes, int]
"""A digest and the key of its execution."""


def arn_digest(arn: str) -> bytes:
    """What an execution is known by here."""
    return hashlib.blake2b(arn.encode(), digest_size=16).digest()


class Names:
    """The names of one file. What a transaction changes counts here once `committed` is called."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        (self._mark,) = connection.execute(sql.NAMES_MARK).fetchone()
        """No name of an execution up to this key is missing in the index, or will be once the generation is in it."""
        self._recent: dict[bytes, int] = dict(connection.execute(sql.NAMES_AFTER, (self._mark,)))
        self._generation: list[Name] = []
        self._merged = 0
        """How many of the generation are in the index."""
        self._piece = 0
        """How many the open transaction adds to them."""
        self._late: set[bytes] = set()
        """Names of the open transaction that went into the index at once."""

    def key_of(self, connection: sqlite3.Connection, arn: str) -> int | None:
        """The key of the execution with this ARN, stored or not kept any more."""
        digest = arn_digest(arn)
        key = self._recent.get(digest)
        if key is None:
            found = connection.execute(sql.NAME, (digest,)).fetchone()
            key = None if found is None else found[0]
        return key

    def taken(self, connection: sqlite3.Connection, digests: Sequence[bytes]) -> set[bytes]:
        """Those that some execution has."""
        recent = self._recent
        return {
            digest
            for digest in digests
            if digest in recent or connection.execute(sql.NAME, (digest,)).fetchone() is not None
        }

    def write(self, connection: sqlite3.Connection, created: Collection[Name]) -> None:
        """In the transaction that creates executions: merge a piece, and names the mark has passed already."""
        late = [name for name in created if name[1] <= self._mark]
        self._late = {digest for digest, _ in late}
        piece = self._generation[self._merged : self._merged + max(PIECE_MIN, 2 * len(created))]
        self._piece = len(piece)
        # One that was forgotten meanwhile is not recent any more.
        merged = [name for name in piece if self._recent.get(name[0]) == name[1]]
        if merged or late:
            connection.executemany(sql.PUT_NAME, [*merged, *late])
        if piece and self._merged + len(piece) == len(self._generation):
            connection.execute(sql.SET_NAMES_MARK, (self._mark,))

    def committed(self, created: Iterable[Name]) -> None:
        """What `write` did is durable."""
        self._recent.update(name for name in created if name[0] not in self._late)
        self._late = set()
        self._merged += self._piece
        self._piece = 0
        if self._generation and self._merged == len(self._generation):
            for digest, key in self._generation:
                if self._recent.get(digest) == key:
                    del self._recent[digest]
            self._generation = []
            self._merged = 0
        if not self._generation and len(self._recent) >= RECENT_MAX:
            self._generation = sorted(self._recent.items())
            self._mark = max(self._recent.values())

    def forgotten(self, digests: Iterable[bytes]) -> None:
        """Executions with these names are gone, durably; the index was told in the same transaction."""
        for digest in digests:
            self._recent.pop(digest, None)

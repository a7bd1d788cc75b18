"""Which names are taken: execution ARNs by their digest, merged into an index in sorted pieces.

Digests are random, so an index of them that takes every name at once rewrites a page of its own for each: the more
executions there are, the more a start costs. Here the names of the newest executions are in memory only, in buckets
by the beginning of their digest, and enter the index bucket by bucket, a piece of neighbours with each commit.

    commit -> recent, in buckets -> enough of them: a generation -> bucket by bucket, in transactions of later commits
      -> all written: the mark moves to the generation's greatest key

The mark, the generation and how many of its buckets are written stand in the file, changed with every piece: who
opens it reads the names after the mark, from the executions themselves, and goes on where the last one stopped.
"""

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from podium.store.sql import statements as sql

RECENT_MAX: Final = 32_768
"""Names in memory at which they begin to be merged; some 200 B each."""
PIECE_MIN: Final = 64
BUCKETS: Final = 1_024

Name = tuple[bytes, int]
"""A digest and the key of its execution."""
Buckets = list[list[bytes]]


def arn_digest(arn: str) -> bytes:
    """What an execution is known by here."""
    return hashlib.blake2b(arn.encode(), digest_size=16).digest()


def _bucket(digest: bytes) -> int:
    return digest[0] << 2 | digest[1] >> 6


class Names:
    """The names of one file. What a transaction changes counts here once `committed` is called."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        stored_mark, generation, buckets_done = connection.execute(sql.NAMES_MARK).fetchone()
        self._stored_mark: int = stored_mark
        """No name of an execution up to this key is missing in the index."""
        self._mark: int = generation
        """Greatest key of the generation; the stored mark will be this when the generation is in the index."""
        self._done: int = buckets_done
        """How many buckets of the generation are in the index."""
        self._recent: dict[bytes, int] = {}
        """Keys of the names that are in memory: all but those the index has for sure."""
        self._filling: Buckets = [[] for _ in range(BUCKETS)]
        self._generation: Buckets = [[] for _ in range(BUCKETS)]
        self._newest: int = generation
        self._count = 0
        """How many are filling."""
        for arn, key in connection.execute(sql.NAMES_AFTER, (stored_mark,)):
            digest = arn_digest(arn)
            if key > generation:
                self._fill(digest, key)
            elif _bucket(digest) >= buckets_done:
                self._generation[_bucket(digest)].append(digest)
                self._recent[digest] = key
        self._piece_end = self._done
        """What `_done` will be when the open transaction is durable."""
        self._begin_generation()
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
        merged = self._piece(max(PIECE_MIN, 2 * len(created)))
        if merged or late:
            connection.executemany(sql.PUT_NAME, [*merged, *late])
        if self._piece_end > self._done:
            over = self._piece_end == BUCKETS
            state = (self._mark, self._mark, BUCKETS) if over else (self._stored_mark, self._mark, self._piece_end)
            connection.execute(sql.SET_NAMES_MARK, state)

    def _piece(self, size: int) -> list[Name]:
        """The next names to merge, in the order of the index: about so many, of whole buckets."""
        piece: list[Name] = []
        self._piece_end = self._done
        while self._piece_end < BUCKETS and len(piece) < size:
            # One that was forgotten meanwhile is not recent any more.
            names = [(digest, self._recent.get(digest)) for digest in sorted(self._generation[self._piece_end])]
            piece += [(digest, key) for digest, key in names if key is not None and key <= self._mark]
            self._piece_end += 1
        return piece

    def committed(self, created: Iterable[Name]) -> None:
        """What `write` did is durable."""
        for digest, key in created:
            if digest not in self._late:
                self._fill(digest, key)
        self._late = set()
        for bucket in self._generation[self._done : self._piece_end]:
            for digest in bucket:
                if self._recent.get(digest, self._mark + 1) <= self._mark:
                    del self._recent[digest]
            bucket.clear()
        self._done = self._piece_end
        self._begin_generation()

    def _begin_generation(self) -> None:
        """Let what has gathered be merged, when there is enough and the generation before is in the index."""
        if self._done == BUCKETS:
            self._stored_mark = self._mark
            if self._count >= RECENT_MAX:
                self._filling, self._generation = self._generation, self._filling
                self._mark, self._count = self._newest, 0
                self._done = self._piece_end = 0

    def _fill(self, digest: bytes, key: int) -> None:
        self._recent[digest] = key
        self._filling[_bucket(digest)].append(digest)
        self._count += 1
        self._newest = max(self._newest, key)

    def forgotten(self, digests: Iterable[bytes]) -> None:
        """Executions with these names are gone, durably; the index was told in the same transaction."""
        for digest in digests:
            self._recent.pop(digest, None)

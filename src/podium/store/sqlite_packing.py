"""How the rows of a file are packed: compressed, where that pays, with a dictionary of rows like them.

Rows of one likeness (a revision's) come often enough -> samples of them are kept, one per sequence
  -> an execution has ended among them: the samples, blanked, become the likeness's dictionary, stored with the batch
  -> from then on its rows are compressed with it

Only likenesses that make a good part of all rows have a dictionary in memory, so that what a row costs doesn't depend
on how many state machines there are. Rows without one are compressed when they are long.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import msgspec

from podium.core.machine.journal import UnknownForm
from podium.store.compression import Compressor, Damaged, Restorer
from podium.store.contract import Append, StoreError
from podium.store.sql import statements as sql

PLAIN: Final = None
ALONE: Final = 0
"""What `packing` says of bytes that are not compressed, or compressed without a dictionary; otherwise, which one."""

LEAST_BYTES: Final = 40
LONG_BYTES: Final = 512
"""From here on rows are compressed also without a dictionary..."""
LARGE_BYTES: Final = 16 * 1024
"""...and from here on never with one: it would say little."""
DICTIONARY_BYTES: Final = 8 * 1024
SPECIMEN_BYTES: Final = 2 * 1024
SEQUENCES_MAX: Final = 32
WINDOW: Final = 1_024
COMMON: Final = 16
"""A likeness that makes so many of `WINDOW` rows is worth a dictionary: not more than 64 can."""
SAMPLED_AT_LEAST: Final = 64
SAMPLED_AT_MOST: Final = 8_192
"""Rows seen before a dictionary is made: of an execution that ended, and of those that don't."""
HELD_MAX: Final = 64
"""Some 100 KB each."""

Packed = tuple[int | None, bytes]
"""`packing` and the bytes."""


class _Samples:
    """The last row of each sequence."""

    def __init__(self) -> None:
        self.rows: dict[int, bytes] = {}
        self.seen = 0
        self.ended = False

    def add(self, row: Append) -> bool:
        """Whether there are enough."""
        self.seen += 1
        self.ended |= row.stop_ms is not None
        if row.sequence <= SEQUENCES_MAX and len(row.row) < LARGE_BYTES:
            self.rows[row.sequence] = row.row
        return self.seen >= (SAMPLED_AT_LEAST if self.ended else SAMPLED_AT_MOST)


class Packing:
    """Packs and unpacks the rows of one file. What a transaction adds counts once `committed` is called.

    Args:
        read: gives every row of a statement.
        specimen: a row without anything that must not be kept longer than the row itself.
    """

    def __init__(self, read: Callable[[str, Any], list[Any]], specimen: Callable[[bytes], bytes]) -> None:
        self._read = read
        self._specimen = specimen
        self._alone = Compressor().compress
        self._compressors: dict[str, tuple[int, Callable[[bytes], bytes]]] = {}
        """By likeness, with their dictionary's id."""
        self._together: tuple[int, Callable[[bytes], bytes]] = ALONE, self._alone
        """The last compressor of several rows in one, with its dictionary's id."""
        self._alone_restorer = Restorer()
        self._restorers: dict[int, Restorer] = {}
        """By their dictionary's id."""
        self._seen: Counter[str] = Counter()
        """Rows per likeness that has no compressor in memory, of the current window."""
        self._window = 0
        self._samples: dict[str, _Samples] = {}
        self._made: dict[str, bytes] = {}
        """Dictionaries to be stored with the open transaction."""

    def pack(self, row: Append) -> Packed:
        """A row as it is stored."""
        data = row.row
        found = self._compressors.get(row.likeness)
        if found is None:
            if row.likeness:
                self._learn(row)
        elif LEAST_BYTES <= len(data) < LARGE_BYTES:
            frame = found[1](data)
            # Restoring costs as well: an eighth must be gained.
            return (found[0], frame) if len(frame) < len(data) * 7 >> 3 else (PLAIN, data)
        return self.pack_alone(data)

    def pack_snapshot(self, row: Append) -> Packed:
        """A row's snapshot as it is stored."""
        return self.pack_alone(row.snapshot or b"")

    def pack_together(self, data: bytes, dictionary_id: int | None) -> Packed:
        """Several rows in one, with the dictionary they were packed with one by one."""
        if not dictionary_id:
            return self.pack_alone(data)
        if self._together[0] != dictionary_id:
            self._together = dictionary_id, Compressor(self._stored(dictionary_id)).compress
        return dictionary_id, self._together[1](data)

    def pack_alone(self, data: bytes) -> Packed:
        """Bytes as they are stored that resemble nothing else."""
        if len(data) < LONG_BYTES:
            return PLAIN, data
        frame = self._alone(data)
        return (ALONE, frame) if len(frame) < len(data) * 7 >> 3 else (PLAIN, data)

    def _learn(self, row: Append) -> None:
        """Bring a likeness that comes often into memory, or gather samples for its dictionary."""
        likeness = row.likeness
        samples = self._samples.get(likeness)
        if samples is None:
            self._notice(likeness)
        elif samples.add(row):
            self._made[likeness] = self._dictionary(samples)
            del self._samples[likeness]

    def _notice(self, likeness: str) -> None:
        """Count a row of a likeness of which nothing is in memory."""
        seen = self._seen
        seen[likeness] += 1
        if seen[likeness] == COMMON and likeness not in self._made and not self._take(likeness):
            _make_room(self._samples)
            self._samples[likeness] = _Samples()
        self._window += 1
        if self._window == WINDOW:
            self._window = 0
            seen.clear()

    def _take(self, likeness: str) -> bool:
        """Bring its compressor into memory; False when no dictionary is stored."""
        for dictionary_id, data in self._read(sql.DICTIONARY_OF, (likeness,)):
            _make_room(self._compressors)
            self._compressors[likeness] = dictionary_id, Compressor(data).compress
            return True
        return False

    def _dictionary(self, samples: _Samples) -> bytes:
        specimens: list[bytes] = []
        for _, row in sorted(samples.rows.items()):
            try:
                specimens.append(self._specimen(row)[:SPECIMEN_BYTES])
            except (msgspec.DecodeError, UnknownForm, ValueError, IndexError, TypeError):
                continue  # Not a row of ours: nothing is known of what it says.
        return b"".join(specimens)[:DICTIONARY_BYTES]

    def write(self, connection: sqlite3.Connection) -> None:
        """In the transaction whose rows were packed: store the dictionaries they made."""
        for likeness, data in self._made.items():
            if data:
                connection.execute(sql.ADD_DICTIONARY, (likeness, data))

    def committed(self) -> None:
        """What `write` did is durable."""
        for likeness in self._made:
            self._take(likeness)
        self._made.clear()

    def unpack(self, packing: int | None, data: bytes) -> bytes:
        """A stored row as it was given.

        Raises:
            StoreError: the file is damaged.
        """
        if packing is PLAIN:
            return data
        restorer = self._alone_restorer if packing == ALONE else self._restorers.get(packing)
        if restorer is None:
            _make_room(self._restorers)
            restorer = self._restorers[packing] = Restorer(self._stored(packing))
        try:
            return restorer.restore(data)
        except Damaged as error:
            raise StoreError(f"A row cannot be decompressed ({error}); restore the database from a backup.") from error

    def _stored(self, dictionary_id: int) -> bytes:
        stored = self._read(sql.DICTIONARY, (dictionary_id,))
        if not stored:
            raise StoreError(f"A row was compressed with dictionary {dictionary_id}, which is not there.")
        data: bytes = stored[0][0]
        return data


def _make_room(held: dict[Any, Any]) -> None:
    """Leave out the one that was taken in first, when there are too many."""
    if len(held) >= HELD_MAX:
        del held[next(iter(held))]

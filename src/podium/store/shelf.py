"""Shelf: the catalogue's records of one kind, typed. Records follow the rules of `podium.store.records`."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final, Generic, TypeVar

import msgspec
from msgspec import Struct

from podium.store.contract import Catalogue, Conflict, Put

_PAGE: Final = 200

R = TypeVar("R", bound=Struct)


class Shelf(Generic[R]):
    """Reads and writes records of one kind by key.

    Args:
        catalogue: where they are kept.
        kind: the catalogue's name for them.
        record: their type.
    """

    def __init__(self, catalogue: Catalogue, kind: str, record: type[R]) -> None:
        self._catalogue = catalogue
        self._kind = kind
        self._decode = msgspec.msgpack.Decoder(record).decode

    async def find(self, key: str) -> R | None:
        """The record with this key."""
        stored = await self._catalogue.get(self._kind, key)
        return None if stored is None else self._decode(stored.data)

    async def create(self, key: str, record: R) -> bool:
        """Store a new record; False when the key is taken."""
        try:
            await self._catalogue.put(self._kind, key, msgspec.msgpack.encode(record), expected_version=0)
        except Conflict:
            return False
        return True

    async def put(self, key: str, record: R) -> None:
        """Store a record, whatever was there."""
        await self._catalogue.put(self._kind, key, msgspec.msgpack.encode(record))

    async def change(self, key: str, edit: Callable[[R], R], beside: Sequence[Put] = ()) -> R | None:
        """Replace a record by what `edit` makes of it, again if another change comes between; None if it is gone.

        What is `beside` it is stored with it, or not at all.
        """
        while (stored := await self._catalogue.get(self._kind, key)) is not None:
            changed = edit(self._decode(stored.data))
            try:
                encoded = msgspec.msgpack.encode(changed)
                await self._catalogue.put_all([*beside, Put(self._kind, key, encoded, stored.version)])
            except Conflict:
                continue
            return changed
        return None

    async def delete(self, key: str) -> bool:
        """Remove a record; False when there was none."""
        return await self._catalogue.delete(self._kind, key)

    async def list(self, *, prefix: str = "", after: str = "", limit: int = _PAGE) -> list[tuple[str, R]]:
        """Keys and records whose key has the prefix and sorts after `after`, in key order."""
        found = await self._catalogue.list(self._kind, prefix=prefix, after=after, limit=limit)
        return [(record.key, self._decode(record.data)) for record in found]

    async def all(self, prefix: str = "") -> AsyncIterator[tuple[str, R]]:
        """Every key and record with the prefix, in key order, read page by page."""
        after = ""
        while page := await self.list(prefix=prefix, after=after):
            for entry in page:
                yield entry
            after = page[-1][0]

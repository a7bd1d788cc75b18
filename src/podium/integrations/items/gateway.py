"""Items as a Map Run asks for them: blocking storage behind threads, a piece at a time."""

import asyncio
import contextlib
import io
import itertools
import tempfile
from collections.abc import AsyncGenerator, Iterator
from typing import Any, BinaryIO, Final, cast

from podium.core import jsontext
from podium.core.machine.map_run import Item, ItemReader
from podium.integrations.items.contract import READER_FAILED, WRITER_FAILED, ItemsFailed
from podium.integrations.items.reading import read_items
from podium.integrations.items.storage import Storages, failing_as

PIECE_ITEMS: Final = 500
"""Items of one piece: what of the source is in memory at a time."""
BUFFER_BYTES: Final = 1 << 20
SPOOL_BYTES: Final = 8 << 20
"""A result file beyond this size is on disk until it is complete."""

_reader_failed = failing_as(READER_FAILED)
_writer_failed = failing_as(WRITER_FAILED)


class ItemGateway:
    """`podium.integrations.items.contract.Items` over storages."""

    def __init__(self, storages: Storages) -> None:
        self._storages = storages

    async def read(self, reader: ItemReader) -> AsyncGenerator[list[Item]]:
        """See `Items.read`."""
        items: Iterator[Item] = iter(())
        try:
            items = await asyncio.to_thread(read_items, reader, self._storages)
            while piece := await asyncio.to_thread(_take, items):
                yield piece
        except ItemsFailed:
            raise
        except Exception as error:
            raise _reader_failed(error) from error
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                with contextlib.suppress(ValueError):
                    close()

    def create(self, bucket: str, key: str) -> "SpooledResultFile":
        """See `Items.create`."""
        return SpooledResultFile(self._storages, bucket, key)

    async def put(self, bucket: str, key: str, value: Any) -> None:
        """See `Items.put`."""
        content = io.BytesIO(jsontext.encode(value))
        try:
            await asyncio.to_thread(self._storages.of(bucket).put, bucket, key, content)
        except Exception as error:
            raise _writer_failed(error) from error


class SpooledResultFile:
    """A result file on its way: in memory while small, then on disk, stored as one object when it is complete."""

    def __init__(self, storages: Storages, bucket: str, key: str) -> None:
        self._storages = storages
        self._bucket = bucket
        self._key = key
        self._file = tempfile.SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115 - closed by `close` or `discard`
        self._buffer = bytearray()
        self._size = 0

    async def write(self, data: bytes) -> None:
        """See `ResultFile`."""
        self._buffer += data
        self._size += len(data)
        if len(self._buffer) >= BUFFER_BYTES:
            await self._flush()

    async def close(self) -> int:
        """See `ResultFile`."""
        await self._flush()
        try:
            self._file.seek(0)
            content = cast(BinaryIO, self._file)
            await asyncio.to_thread(self._storages.of(self._bucket).put, self._bucket, self._key, content)
        except Exception as error:
            raise _writer_failed(error) from error
        finally:
            self._file.close()
        return self._size

    async def discard(self) -> None:
        """See `ResultFile`."""
        self._file.close()

    async def _flush(self) -> None:
        held, self._buffer = self._buffer, bytearray()
        await asyncio.to_thread(self._file.write, held)


def _take(items: Iterator[Item]) -> list[Item]:
    return list(itertools.islice(items, PIECE_ITEMS))

"""The contract between a Map Run and whatever holds its items and takes its results."""

from collections.abc import AsyncGenerator
from typing import Any, Protocol

from podium.core.machine.map_run import Item, ItemReader

READER_FAILED = "States.ItemReaderFailed"
WRITER_FAILED = "States.ResultWriterFailed"


class ItemsFailed(Exception):
    """Items could not be read, or results not be written. `error` and `cause` are the Map Run's."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause


class ResultFile(Protocol):
    """One object being written, piece by piece."""

    async def write(self, data: bytes) -> None:
        """Append."""

    async def close(self) -> int:
        """Store the object; gives its size in bytes. Raises ItemsFailed."""

    async def discard(self) -> None:
        """Forget what was written."""


class Items(Protocol):
    """Where items come from and results go."""

    def read(self, reader: ItemReader) -> AsyncGenerator[list[Item]]:
        """The items in their order, in pieces that fit in memory. Raises ItemsFailed while it is read."""

    def create(self, bucket: str, key: str) -> ResultFile:
        """A new object."""

    async def put(self, bucket: str, key: str, value: Any) -> None:
        """Store a small JSON object. Raises ItemsFailed."""


class NoItems:
    """Stands where nothing is configured to read from or write to."""

    async def read(self, reader: ItemReader) -> AsyncGenerator[list[Item]]:
        """Refuses."""
        for nothing in list[list[Item]]():
            yield nothing
        raise ItemsFailed(READER_FAILED, "No storage is configured to read items from.")

    def create(self, bucket: str, key: str) -> ResultFile:
        """Refuses."""
        raise ItemsFailed(WRITER_FAILED, "No storage is configured to write results to.")

    async def put(self, bucket: str, key: str, value: Any) -> None:
        """Refuses."""
        raise ItemsFailed(WRITER_FAILED, "No storage is configured to write results to.")

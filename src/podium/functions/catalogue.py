"""What the catalogue holds about functions. Records follow the rules of `podium.store.records`."""

from typing import Any, Final

import msgspec
from msgspec import Struct

from podium.store.contract import Catalogue, Conflict

FUNCTION: Final = "function"
"""Catalogue kind; key = unqualified ARN."""
FUNCTION_CODE: Final = "function-code"
"""Catalogue kind; key = ARN, a space, the code's SHA-256 in hex. The uploaded zip."""


class FunctionRecord(Struct):
    """A function as it is now. Times in epoch milliseconds."""

    arn: str
    name: str
    role: str
    runtime: str
    handler: str
    code_sha256: str
    """Hex."""
    code_size: int
    revision_id: str
    created_ms: int
    updated_ms: int
    timeout_seconds: int = 3
    memory_mb: int = 128
    description: str = ""
    environment: dict[str, str] = {}
    tags: dict[str, str] = {}
    settings: dict[str, Any] = {}
    """Other members of Lambda's FunctionConfiguration, kept and shown as they came: VpcConfig, Layers, ..."""


class FunctionExists(Exception):
    """There is a function of that ARN already."""


class FunctionChanged(Exception):
    """The function is not (any more) at the revision the caller expected."""


class FunctionCatalogue:
    """Functions and their code in the store."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def find(self, arn: str) -> FunctionRecord | None:
        """The function of this ARN."""
        record = await self._catalogue.get(FUNCTION, arn)
        return None if record is None else _decode(record.data)

    async def list(self, *, prefix: str = "", after: str = "", limit: int) -> list[FunctionRecord]:
        """Functions in order of their ARNs."""
        found = await self._catalogue.list(FUNCTION, prefix=prefix, after=after, limit=limit)
        return [_decode(record.data) for record in found]

    async def create(self, function: FunctionRecord, code: bytes) -> None:
        """Store a new function and its code.

        Raises:
            FunctionExists: the ARN is taken.
        """
        # Code first: a record must never name code that isn't there.
        await self._catalogue.put(FUNCTION_CODE, _code_key(function), code)
        try:
            await self._catalogue.put(FUNCTION, function.arn, msgspec.msgpack.encode(function), expected_version=0)
        except Conflict:
            raise FunctionExists(function.arn) from None

    async def update(self, before: FunctionRecord, after: FunctionRecord, code: bytes | None = None) -> None:
        """Replace a function, and its code where given.

        Raises:
            FunctionChanged: `before` is not what is stored.
        """
        stored = await self._catalogue.get(FUNCTION, before.arn)
        if stored is None or _decode(stored.data).revision_id != before.revision_id:
            raise FunctionChanged(before.arn)
        if code is not None:
            await self._catalogue.put(FUNCTION_CODE, _code_key(after), code)
        try:
            await self._catalogue.put(
                FUNCTION, after.arn, msgspec.msgpack.encode(after), expected_version=stored.version
            )
        except Conflict:
            raise FunctionChanged(before.arn) from None
        if before.code_sha256 != after.code_sha256:
            await self._catalogue.delete(FUNCTION_CODE, _code_key(before))

    async def delete(self, function: FunctionRecord) -> None:
        """Remove a function and its code."""
        await self._catalogue.delete(FUNCTION, function.arn)
        await self._catalogue.delete(FUNCTION_CODE, _code_key(function))

    async def code(self, function: FunctionRecord) -> bytes | None:
        """The zip a function was made from."""
        record = await self._catalogue.get(FUNCTION_CODE, _code_key(function))
        return None if record is None else record.data


def _code_key(function: FunctionRecord) -> str:
    return f"{function.arn} {function.code_sha256}"


def _decode(data: bytes) -> FunctionRecord:
    return msgspec.msgpack.decode(data, type=FunctionRecord)

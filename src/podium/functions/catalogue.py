"""What the catalogue holds about functions. Records follow the rules of `podium.store.records`."""

from typing import Any, Final

import msgspec
from msgspec import Struct

from podium.functions.names import LATEST
from podium.store.contract import Catalogue, Conflict
from podium.store.shelf import Shelf

FUNCTION: Final = "function"
"""Catalogue kind; key = unqualified ARN."""
FUNCTION_CODE: Final = "function-code"
"""Catalogue kind; key = ARN, a space, the code's SHA-256 in hex. The uploaded zip."""
FUNCTION_VERSION: Final = "function-version"
"""Catalogue kind; key = `version_key`. A published version, as the function was then."""


class FunctionRecord(Struct):
    """A function as it is now. Times in epoch milliseconds."""

    arn: str
    name: str
    role: str
    runtime: str
    handler: str
    code_sha256: str
    """Hex. Of an image, its id."""
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
    version: str = LATEST
    """`$LATEST`, or the number of a published version."""
    versions_published: int = 0
    """The highest version number ever given; numbers are not given twice."""
    reserved_concurrency: int | None = None
    """Most invocations at once, of all versions together; None for no limit of its own."""

    managed: dict[str, Any] = {}
    """Members of operations that are about a function as a whole, kept and shown as they came."""
    image_uri: str = ""
    """The container image it is made of, as it was named; empty for a function from a zip."""

    @property
    def qualified_arn(self) -> str:
        """The ARN of this version; unqualified for `$LATEST`."""
        return self.arn if self.version == LATEST else f"{self.arn}:{self.version}"


class FunctionExists(Exception):
    """There is a function of that ARN already."""


class FunctionChanged(Exception):
    """The function is not (any more) at the revision the caller expected."""


class FunctionCatalogue:
    """Functions and their code in the store."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._versions = Shelf(catalogue, FUNCTION_VERSION, FunctionRecord)

    async def find(self, arn: str) -> FunctionRecord | None:
        """The function of this ARN."""
        record = await self._catalogue.get(FUNCTION, arn)
        return None if record is None else _decode(record.data)

    async def create(self, function: FunctionRecord, code: bytes | None) -> None:
        """Store a new function and its code; an image's isn't kept here.

        Raises:
            FunctionExists: the ARN is taken.
        """
        # Code first: a record must never name code that isn't there.
        if code is not None:
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
            await self._forget_code(before)

    async def delete(self, function: FunctionRecord) -> None:
        """Remove a function with its versions and their code."""
        versions = await self.versions(function.arn)
        await self._catalogue.delete(FUNCTION, function.arn)
        for version in versions:
            await self._versions.delete(version_key(version))
        for key in {_code_key(record) for record in (function, *versions)}:
            await self._catalogue.delete(FUNCTION_CODE, key)

    async def version(self, arn: str, number: str) -> FunctionRecord | None:
        """A published version of the function of this ARN."""
        return await self._versions.find(f"{arn}:{number:0>12}")

    async def versions(self, arn: str) -> list[FunctionRecord]:
        """All published versions of a function, by number."""
        return [record async for _, record in self._versions.all(f"{arn}:")]

    async def add_version(self, version: FunctionRecord) -> None:
        """Store a published version; its code is that of the function or of another version."""
        await self._versions.put(version_key(version), version)

    async def delete_version(self, version: FunctionRecord) -> None:
        """Remove a published version, and its code if nothing else is made of it."""
        await self._versions.delete(version_key(version))
        await self._forget_code(version)

    async def list(self, *, prefix: str = "", after: str = "", limit: int) -> list[FunctionRecord]:
        """Functions in order of their ARNs."""
        found = await self._catalogue.list(FUNCTION, prefix=prefix, after=after, limit=limit)
        return [_decode(record.data) for record in found]

    async def _forget_code(self, function: FunctionRecord) -> None:
        current = await self.find(function.arn)
        users = [*await self.versions(function.arn), *([current] if current is not None else [])]
        if all(user.code_sha256 != function.code_sha256 for user in users):
            await self._catalogue.delete(FUNCTION_CODE, _code_key(function))

    async def code(self, function: FunctionRecord) -> bytes | None:
        """The zip a function was made from."""
        record = await self._catalogue.get(FUNCTION_CODE, _code_key(function))
        return None if record is None else record.data


def version_key(version: FunctionRecord) -> str:
    """A version's key: keys of one function sort by number."""
    return f"{version.arn}:{version.version:0>12}"


def _code_key(function: FunctionRecord) -> str:
    return f"{function.arn} {function.code_sha256}"


def _decode(data: bytes) -> FunctionRecord:
    return msgspec.msgpack.decode(data, type=FunctionRecord)

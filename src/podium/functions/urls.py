"""Function URLs: what is configured for them, and which function a URL's id stands for.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
"""

import hashlib
from typing import Any, Final

from msgspec import Struct

from podium.store.contract import Catalogue
from podium.store.shelf import Shelf

FUNCTION_URL: Final = "function-url"
"""Catalogue kind; key = the ARN invoked, qualified for an alias."""
_FUNCTION_URL_ID: Final = "function-url-id"
"""Catalogue kind; key = the URL's id."""


class FunctionUrl(Struct, frozen=True):
    """One URL. Times in epoch milliseconds."""

    function_arn: str
    """What is invoked, with the alias where there is one."""
    id: str
    auth_type: str
    created_ms: int
    updated_ms: int
    cors: dict[str, Any] | None = None
    """AWS's Cors structure."""
    invoke_mode: str = "BUFFERED"


class _Owner(Struct, frozen=True):
    function_arn: str


class FunctionUrls:
    """Keeps the URLs of functions."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._urls = Shelf(catalogue, FUNCTION_URL, FunctionUrl)
        self._owners = Shelf(catalogue, _FUNCTION_URL_ID, _Owner)

    async def find(self, function_arn: str) -> FunctionUrl | None:
        """The URL of a function or alias."""
        return await self._urls.find(function_arn)

    async def by_id(self, id: str) -> FunctionUrl | None:
        """The URL with this id."""
        owner = await self._owners.find(id)
        return None if owner is None else await self._urls.find(owner.function_arn)

    async def of_function(self, arn: str) -> list[FunctionUrl]:
        """The URLs of a function and its aliases."""
        own = await self._urls.find(arn)
        return [*([own] if own is not None else []), *[url async for _, url in self._urls.all(f"{arn}:")]]

    async def create(self, url: FunctionUrl) -> bool:
        """Store a new URL; False when the function has one."""
        await self._owners.put(url.id, _Owner(url.function_arn))
        return await self._urls.create(url.function_arn, url)

    async def put(self, url: FunctionUrl) -> None:
        """Replace a URL's configuration."""
        await self._urls.put(url.function_arn, url)

    async def delete(self, function_arn: str) -> bool:
        """Remove the URL of a function or alias; False when there was none."""
        url = await self._urls.find(function_arn)
        if url is None:
            return False
        await self._urls.delete(function_arn)
        await self._owners.delete(url.id)
        return True


def url_id(function_arn: str) -> str:
    """The id in the URL of a function or alias: always the same, so that a URL outlives its deletion and return."""
    digest = int.from_bytes(hashlib.sha256(function_arn.encode()).digest())
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    return "".join(letters[digest >> (5 * position) & 31] for position in range(32))

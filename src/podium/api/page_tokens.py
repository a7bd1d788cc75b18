"""Page tokens: where a listing goes on, opaque to the client, good for 24 hours and for the same question only.

A token carries its position and expiry, signed with a key that the catalogue keeps, so that it survives a restart
and costs the server nothing to remember.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import Struct

from podium.api.errors import ApiError
from podium.store.contract import Catalogue
from podium.store.secrets import PAGE_TOKENS, kept_secret

_LIFETIME_MS: Final = 24 * 60 * 60 * 1000
_MAC_BYTES: Final = 16

Position = int | str


class _Page(Struct, array_like=True, frozen=True):
    expires_ms: int
    position: Position


_decode = msgspec.msgpack.Decoder(_Page).decode


class PageTokens:
    """Makes and reads page tokens."""

    def __init__(self, catalogue: Catalogue, clock: Callable[[], int]) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._key: bytes | None = None

    async def make(self, question: str, position: Position) -> str:
        """A token for the next page of a listing.

        Args:
            question: the operation and every parameter that decides what is listed.
        """
        content = msgspec.msgpack.encode(_Page(self._clock() + _LIFETIME_MS, position))
        return base64.urlsafe_b64encode(await self._sign(question, content) + content).decode()

    async def read(self, question: str, token: str) -> Position:
        """The position a token stands for.

        Raises:
            ApiError: InvalidToken, for one that is altered, expired or of another question.
        """
        try:
            signed = base64.b64decode(token, altchars=b"-_", validate=True)
            mac, content = signed[:_MAC_BYTES], signed[_MAC_BYTES:]
            if hmac.compare_digest(mac, await self._sign(question, content)):
                page = _decode(content)
                if page.expires_ms > self._clock():
                    return page.position
        except (binascii.Error, ValueError):
            pass
        raise ApiError("InvalidToken", "Invalid Token: 'Invalid token'")

    async def _sign(self, question: str, content: bytes) -> bytes:
        if self._key is None:
            self._key = await kept_secret(self._catalogue, PAGE_TOKENS)
        return hmac.new(self._key, question.encode() + b"\0" + content, hashlib.sha256).digest()[:_MAC_BYTES]

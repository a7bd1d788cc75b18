"""Task tokens: the secret that names an outstanding task to the outside world.

A token holds what it names (execution, branch, scheduled event, attempt) and a keyed hash over that and the account,
so it can't be forged, is checked without a look-up, and is the same each time it is made. Whether the task it names
still waits is the execution's business: a token is spent when its task is over.
"""

import base64
import binascii
import hashlib
import hmac
from typing import Final

import msgspec
from msgspec import Struct

_MAC_BYTES: Final = 32
_PADDING: Final = {0: "", 2: "==", 3: "="}


class TaskReference(Struct, array_like=True, frozen=True, gc=False):
    """The task a token names. `execution_key` is the store's key of the execution."""

    execution_key: int
    branch_id: int
    scheduled_id: int
    attempt: int


class InvalidTaskToken(Exception):
    """The text is no token made with this secret for this account."""


_decode = msgspec.msgpack.Decoder(TaskReference).decode


class TokenKey(Struct, frozen=True, gc=False):
    """What it takes to make the tokens of one execution."""

    secret: bytes
    account: str
    execution_key: int

    def token(self, branch_id: int, scheduled_id: int, attempt: int) -> str:
        """The token of a task; URL-safe text."""
        content = msgspec.msgpack.encode(TaskReference(self.execution_key, branch_id, scheduled_id, attempt))
        return base64.urlsafe_b64encode(_sign(self.secret, self.account, content) + content).rstrip(b"=").decode()


def read_token(secret: bytes, account: str, token: str) -> TaskReference:
    """The task a token names.

    Raises:
        InvalidTaskToken: it was altered, made up, or made for another account.
    """
    try:
        signed = base64.b64decode(token + _PADDING.get(len(token) % 4, ""), altchars=b"-_", validate=True)
        mac, content = signed[:_MAC_BYTES], signed[_MAC_BYTES:]
        # The text must be the one we made, not merely decode to it: base64 leaves the last bits open.
        canonical = base64.urlsafe_b64encode(signed).rstrip(b"=").decode() == token
        if canonical and hmac.compare_digest(mac, _sign(secret, account, content)):
            return _decode(content)
    except (binascii.Error, ValueError):
        pass
    raise InvalidTaskToken


def _sign(secret: bytes, account: str, content: bytes) -> bytes:
    return hmac.new(secret, b"task-token\0" + account.encode() + b"\0" + content, hashlib.sha256).digest()

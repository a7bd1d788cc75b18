"""Secrets behind what is handed to clients (task tokens, page tokens): made when first wanted, kept in the catalogue.

So tokens outlive a restart, and every process over the same store makes and reads the same.
"""

import secrets
from typing import Final

from podium.store.contract import Catalogue, Conflict

SECRET_BYTES: Final = 32
SECRET: Final = "secret"
"""Catalogue kind; key = what the secret is for."""
TASK_TOKENS: Final = "task-tokens"
PAGE_TOKENS: Final = "page-tokens"


async def kept_secret(catalogue: Catalogue, purpose: str) -> bytes:
    """The secret for a purpose, 32 bytes; made when there is none."""
    record = await catalogue.get(SECRET, purpose)
    if record is not None:
        return record.data
    fresh = secrets.token_bytes(SECRET_BYTES)
    try:
        await catalogue.put(SECRET, purpose, fresh, expected_version=0)
    except Conflict:
        # Somebody else has made it meanwhile.
        return await kept_secret(catalogue, purpose)
    return fresh

"""The secret behind task tokens: made at the first start, kept in the catalogue, so that tokens outlive a restart."""

import secrets
from typing import Final

from podium.core.machine.task_token import SECRET_BYTES
from podium.store.contract import Catalogue, Conflict

_KIND: Final = "secret"
_KEY: Final = "task-tokens"


async def task_secret(catalogue: Catalogue) -> bytes:
    """The secret; made when there is none."""
    record = await catalogue.get(_KIND, _KEY)
    if record is not None:
        return record.data
    fresh = secrets.token_bytes(SECRET_BYTES)
    try:
        await catalogue.put(_KIND, _KEY, fresh, expected_version=0)
    except Conflict:
        return await task_secret(catalogue)
    return fresh

"""What the catalogue holds about activities: a name that tasks and workers meet under. Encoded as msgpack."""

from typing import Any, Final

import msgspec
from msgspec import Struct

ACTIVITY: Final = "activity"
"""Catalogue kind; key = activity ARN."""


class ActivityRecord(Struct):
    """An activity by name. `created_ms` in epoch milliseconds; the encryption configuration is AWS's own shape."""

    arn: str
    name: str
    created_ms: int
    encryption_configuration: dict[str, Any] | None = None
    tags: dict[str, str] = {}


def unpack_activity(data: bytes) -> ActivityRecord:
    """A stored activity."""
    return msgspec.msgpack.decode(data, type=ActivityRecord)

"""Names of executions that events and schedules start: the same for a repeated delivery, another for every other one.

StartExecution finds what was started under a name, so that a delivery made twice starts once. A name has at most 80
characters of a few kinds (https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html); what
is cut off or replaced tells executions apart as well, so a digest stands for it.
"""

import hashlib
import re
from typing import Final

EXECUTION_NAME_MAX: Final = 80
_OTHER: Final = re.compile(r"[^A-Za-z0-9_-]")
_DIGEST_BYTES: Final = 8


def execution_name(key: str) -> str:
    """The key itself where it can be a name, else as much of it as can and a digest of all of it."""
    name = _OTHER.sub("-", key)
    if name == key and len(name) <= EXECUTION_NAME_MAX:
        return name
    digest = hashlib.blake2b(key.encode(), digest_size=_DIGEST_BYTES).hexdigest()
    return f"{name[: EXECUTION_NAME_MAX - len(digest) - 1]}-{digest}"

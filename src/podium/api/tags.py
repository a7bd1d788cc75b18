"""Tags of a resource: how many and what they may say.

Rules: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TagResource.html and the service quotas.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from podium.api.errors import ApiError

_TAGS_MAX: Final = 50
# In the words of the API reference: Unicode letters, digits, white space and the seven symbols here.
_ALLOWED = re.compile(r"[\w\s.:/=+\-@]*")


def tags_from(present: Mapping[str, str], added: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The tags a resource has after adding some; a key given again gets the new value.

    Raises:
        ApiError: TooManyTags, or ValidationException for characters tags can't have.
    """
    tags = dict(present)
    for tag in added:
        key, value = tag.get("key", ""), tag.get("value", "")
        if not _ALLOWED.fullmatch(key) or not _ALLOWED.fullmatch(value):
            raise ApiError(
                "ValidationException",
                "Tags may only contain unicode letters, digits, white space, or one of these symbols: _ . : / = + - @",
            )
        tags[key] = value
    if len(tags) > _TAGS_MAX:
        raise ApiError("TooManyTags", f"Too many tags: {len(tags)}. The maximum number of tags is {_TAGS_MAX}.")
    return tags

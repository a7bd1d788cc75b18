"""Listings by page: how long a page is and where the next one begins."""

from collections.abc import Mapping
from typing import Any, Final

PAGE_DEFAULT: Final = 100
"""When maxResults is left out or 0; AWS's for every listing of Step Functions."""


def page_size(input: Mapping[str, Any]) -> int:
    """How many results the request wants at most; the model has checked that it isn't above 1,000."""
    wanted: int = input.get("maxResults") or PAGE_DEFAULT
    return wanted


def seconds(epoch_ms: int) -> float:
    """A time as AWS JSON writes it: epoch seconds with milliseconds."""
    return epoch_ms / 1000

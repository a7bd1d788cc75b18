"""Timestamps of the language: RFC 3339 with a capital T and a zone.

https://states-language.net/spec.html#timestamps. Shared by Wait, Choice and the checker, so that what is
accepted when a definition is created is what can be waited for.
"""

import re
from datetime import datetime, timedelta, timezone
from typing import Final

_TIMESTAMP: Final = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))", re.ASCII
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone(timedelta(0)))


def parse_timestamp(text: str) -> float | None:
    """Epoch milliseconds of a timestamp, with what the text gives below a millisecond; None when it is none."""
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        return None
    moment, fraction, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes)) if sign else timedelta(0)
    try:
        local = datetime.fromisoformat(moment).replace(tzinfo=timezone(-offset if sign == "-" else offset))
        # Dates next to the ends of the calendar have no UTC form.
        whole = (local - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        return None
    return whole + float(f"0.{fraction}") * 1000 if fraction else whole

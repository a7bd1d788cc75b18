"""Functions on time: `$now`, `$millis`, `$toMillis`, `$fromMillis`. The time comes from the run's environment, once."""

from math import floor, isfinite
from typing import Any

from podium.core.expressions.jsonata.budget import Run
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.functions.builtin import builtin, given
from podium.core.expressions.jsonata.pictures.calendar import TIME_MAX_MS
from podium.core.expressions.jsonata.pictures.integer import leading_integer
from podium.core.expressions.jsonata.pictures.moments import ISO_8601, format_moment
from podium.core.expressions.jsonata.pictures.timestamps import parse_by_picture, parse_iso
from podium.core.expressions.jsonata.values import UNDEFINED


@builtin("now", "<s?s?:s>", arity=2)
def now(run: Run, picture: Any = UNDEFINED, timezone: Any = UNDEFINED) -> Any:
    """The time of this evaluation as text."""
    return from_millis(run, run.now_ms(), picture, timezone)


@builtin("millis", "<:n>", arity=0)
def millis(run: Run) -> Any:
    """The time of this evaluation in epoch milliseconds."""
    return run.now_ms()


@builtin("fromMillis", "<n-s?s?:s>", arity=3)
def from_millis(run: Run, value: Any, picture: Any = UNDEFINED, timezone: Any = UNDEFINED) -> Any:
    """A point in time as text, ISO 8601 unless a picture says otherwise; the zone is written `+hhmm`.

    Raises:
        JsonataError: D3132 to D3135, the picture is wrong; D3110, there is no such time.
    """
    if value is UNDEFINED:
        return UNDEFINED
    hours = minutes = 0
    if timezone is not UNDEFINED:
        offset = leading_integer(timezone)
        if offset is None or abs(offset) > 100_000:
            raise JsonataError("D3134", value=timezone)
        # As JavaScript has it: hours rounded down, minutes with the sign of the whole.
        hours = floor(offset / 100)
        minutes = int(offset) % 100 if offset >= 0 else -(-int(offset) % 100)
    if not isfinite(value) or abs(value) > TIME_MAX_MS:
        raise JsonataError("D3110", value=value)
    text = given(picture, ISO_8601)
    run.spend(60 + 8 * len(text))
    run.allocate(500 + 1000 * text.count("["))
    return format_moment(int(value), text, hours, minutes)


@builtin("toMillis", "<s-s?:n>", arity=2)
def to_millis(run: Run, text: Any, picture: Any = UNDEFINED) -> Any:
    """The epoch milliseconds of a timestamp; undefined if it does not fit the picture.

    Raises:
        JsonataError: D3110, the text is not ISO 8601; D3132 to D3136, the picture is wrong.
    """
    if text is UNDEFINED:
        return UNDEFINED
    run.spend(80 + len(text) // 8)
    if picture is UNDEFINED:
        return parse_iso(text)
    run.spend(15 * len(picture))
    result = parse_by_picture(text, picture, run.now_ms())
    return UNDEFINED if result is None else result

"""Functions on strings that need no pattern: `$string`, `$substring`, `$pad`, `$join` and others.

Characters are code points throughout, as in the reference implementation's `$length` and `$substring`.
"""

import re
from math import floor, isfinite, trunc
from typing import Any, Final

from podium.core.expressions.jsonata.budget import Run
from podium.core.expressions.jsonata.functions.builtin import builtin, given
from podium.core.expressions.jsonata.stringify import to_json, to_text
from podium.core.expressions.jsonata.values import UNDEFINED, Function

_BLANKS: Final = re.compile("[ \t\n\r]+")


@builtin("string", "<x-b?:s>", arity=1)
def string(run: Run, value: Any, prettify: Any = UNDEFINED) -> Any:
    """The value as text, JSON for what is not a string.

    Raises:
        JsonataError: D3001, the value is infinite or not a number.
    """
    if value is UNDEFINED:
        return UNDEFINED
    if prettify is True and not isinstance(value, (str, int, float, Function)):
        return to_json(value, run, indent=True)
    return to_text(value, run)


def _slice_index(number: Any) -> int:
    """An index as Array.slice takes it: truncated, clipped to what any string can hold."""
    return trunc(number) if isfinite(number) and abs(number) < 1e9 else (10**9 if number > 0 else -(10**9))


@builtin("substring", "<s-nn?:s>", arity=3)
def substring(run: Run, text: Any, start: Any, length: Any = UNDEFINED) -> Any:
    """Characters from `start`, counted from the end if negative."""
    if text is UNDEFINED:
        return UNDEFINED
    if start is UNDEFINED:
        start = 0
    size = len(text)
    if size + start < 0:
        start = 0
    run.allocate_text(size, text.isascii())
    if length is UNDEFINED:
        return text[_slice_index(start) :]
    if length <= 0:
        return ""
    end = start + length if start >= 0 else size + start + length
    return text[_slice_index(start) : _slice_index(end)]


@builtin("substringBefore", "<s-s:s>", arity=2)
def substring_before(run: Run, text: Any, mark: Any) -> Any:
    """What stands before the first occurrence, everything if there is none."""
    if text is UNDEFINED:
        return UNDEFINED
    run.allocate_text(len(text), text.isascii())
    return text.partition(mark)[0] if mark else "" if mark == "" else text


@builtin("substringAfter", "<s-s:s>", arity=2)
def substring_after(run: Run, text: Any, mark: Any) -> Any:
    """What stands behind the first occurrence, everything if there is none."""
    if text is UNDEFINED:
        return UNDEFINED
    run.allocate_text(len(text), text.isascii())
    if not mark:
        return text
    _, found, after = text.partition(mark)
    return after if found else text


@builtin("lowercase", "<s-:s>", arity=1)
def lowercase(run: Run, text: Any) -> Any:
    """Small letters."""
    if text is UNDEFINED:
        return UNDEFINED
    run.allocate_text(len(text), text.isascii())
    return text.lower()


@builtin("uppercase", "<s-:s>", arity=1)
def uppercase(run: Run, text: Any) -> Any:
    """Capital letters."""
    if text is UNDEFINED:
        return UNDEFINED
    run.allocate_text(len(text), text.isascii())
    return text.upper()


@builtin("length", "<s-:n>", arity=1)
def length(run: Run, text: Any) -> Any:
    """How many characters."""
    return UNDEFINED if text is UNDEFINED else len(text)


@builtin("trim", "<s-:s>", arity=1)
def trim(run: Run, text: Any) -> Any:
    """Runs of white space made one blank, none at either end."""
    if text is UNDEFINED:
        return UNDEFINED
    run.allocate_text(2 * len(text), text.isascii())
    run.spend(len(text) // 8)
    return _BLANKS.sub(" ", text).strip(" ")


@builtin("pad", "<s-ns?:s>", arity=3)
def pad(run: Run, text: Any, width: Any, char: Any = UNDEFINED) -> Any:
    """Filled up to a width, on the left if that is negative."""
    if text is UNDEFINED or width is UNDEFINED:
        return text
    filler = given(char, " ") or " "
    missing = floor(abs(width)) - len(text) if isfinite(width) else run.limits.value_bytes
    if missing <= 0:
        return text
    run.allocate_text(len(text) + missing, text.isascii() and filler.isascii())
    padding = (filler * (missing // len(filler) + 1))[:missing]
    return text + padding if width > 0 else padding + text


@builtin("join", "<a<s>s?:s>", arity=2)
def join(run: Run, texts: Any, separator: Any = UNDEFINED) -> Any:
    """The strings in one."""
    if texts is UNDEFINED:
        return UNDEFINED
    between = given(separator, "")
    size = sum(map(len, texts)) + len(between) * max(0, len(texts) - 1)
    run.spend(len(texts) // 8)
    run.allocate_text(size, between.isascii() and all(text.isascii() for text in texts))
    return between.join(texts)

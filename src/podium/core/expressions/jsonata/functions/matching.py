"""Functions that take a string or a pattern: `$contains`, `$match`, `$replace`, `$split`.

A pattern is a regular expression, or any function that gives a match and a way to the next one.
"""

from collections.abc import Iterator
from itertools import islice
from math import ceil, floor, isfinite, log10
from typing import Any

from podium.core.expressions.jsonata.budget import Run
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.functions.builtin import builtin
from podium.core.expressions.jsonata.regex import Match, Regex
from podium.core.expressions.jsonata.values import ARRAY_CLASSES, NUMBER_CLASSES, UNDEFINED, Function, Sequence


def _matches(pattern: Function, text: str, run: Run) -> Iterator[Match]:
    if isinstance(pattern, Regex):
        return pattern.matches(text, run)
    return _custom_matches(pattern, text, run)


def _custom_matches(pattern: Function, text: str, run: Run) -> Iterator[Match]:
    """Matches of a function of the author's.

    Raises:
        JsonataError: T1010, it gives something else.
    """
    found = pattern.call([text], None, run)
    while found is not UNDEFINED and found is not None:
        if not _is_match(found):
            raise JsonataError("T1010")
        groups = found.get("groups", [])
        match = found.get("match", "")
        yield Match(
            _offset(found.get("start")),
            _offset(found.get("end")),
            match if match.__class__ is str else "",
            groups if groups.__class__ in ARRAY_CLASSES else [],
        )
        run.spend(10)
        following = found.get("next", UNDEFINED)
        if not isinstance(following, Function):
            return
        found = following.call([], None, run)


def _offset(value: Any) -> int:
    return max(0, floor(value)) if isinstance(value, (int, float)) and isfinite(value) else 0


def _is_match(found: Any) -> bool:
    return found.__class__ is dict and (
        found.get("start").__class__ in NUMBER_CLASSES
        or found.get("end").__class__ in NUMBER_CLASSES
        or found.get("groups").__class__ in ARRAY_CLASSES
        or isinstance(found.get("next"), Function)
    )


def _checked_limit(limit: Any, code: str) -> int | None:
    """How many matches to take at most, None for all; a limit is reached when the count is not below it."""
    if limit is UNDEFINED:
        return None
    if limit < 0:
        raise JsonataError(code, value=limit)
    return ceil(limit) if isfinite(limit) else None


@builtin("contains", "<s-(sf):b>", arity=2, higher_order=True)
def contains(run: Run, text: Any, pattern: Any) -> Any:
    """Whether the pattern occurs."""
    if text is UNDEFINED:
        return UNDEFINED
    if pattern.__class__ is str:
        run.spend(len(text) // 256)
        return pattern in text
    if not isinstance(pattern, Function):
        raise JsonataError("T1006")
    return next(_matches(pattern, text, run), None) is not None


@builtin("match", "<s-f<s:o>n?:a<o>>", arity=3, higher_order=True)
def match(run: Run, text: Any, pattern: Any, limit: Any = UNDEFINED) -> Any:
    """The matches as objects of match, index and groups.

    Raises:
        JsonataError: D3040, the limit is negative.
    """
    if text is UNDEFINED:
        return UNDEFINED
    most = _checked_limit(limit, "D3040")
    if not isinstance(pattern, Function):
        raise JsonataError("T1006")
    run.nested = True  # a group that took no part is undefined
    return Sequence(
        [
            {"match": found.text, "index": found.start, "groups": found.groups}
            for found in islice(_matches(pattern, text, run), most)
        ]
    )


@builtin("split", "<s-(sf)n?:a<s>>", arity=3, higher_order=True)
def split(run: Run, text: Any, separator: Any, limit: Any = UNDEFINED) -> Any:
    """The strings between separators, the first `limit` of them.

    Raises:
        JsonataError: D3020, the limit is negative.
    """
    if text is UNDEFINED:
        return UNDEFINED
    most = _checked_limit(limit, "D3020")
    if separator.__class__ is str:
        most = most if most is None else floor(limit)
        pieces = text.count(separator) + 1
        run.spend(pieces // 4)
        run.allocate_items(pieces)
        run.allocate(60 * pieces + len(text))
        parts = text.split(separator) if separator else list(text)
        return parts if most is None else parts[:most]
    if not isinstance(separator, Function):
        raise JsonataError("T1006")
    if most == 0:
        return []
    parts = []
    position = 0
    for found in islice(_matches(separator, text, run), most):
        parts.append(text[position : found.start])
        position = found.end
    if most is None or len(parts) < most:
        parts.append(text[position:])
    return parts


@builtin("replace", "<s-(sf)(sf)n?:s>", arity=4, higher_order=True)
def replace(run: Run, text: Any, pattern: Any, replacement: Any, limit: Any = UNDEFINED) -> Any:
    """The text with matches replaced, by a template with `$1` and its like or by what a function makes of the match.

    Raises:
        JsonataError: D3010, the pattern is empty; D3011, the limit is negative; D3012, the function gave no string.
    """
    if text is UNDEFINED:
        return UNDEFINED
    if pattern == "":
        raise JsonataError("D3010", value=pattern)
    most = _checked_limit(limit, "D3011")
    if most == 0:
        return text
    if pattern.__class__ is str:
        if replacement.__class__ is not str:
            raise JsonataError("D3012", value=replacement)
        return _replace_text(run, text, pattern, replacement, most)
    if not isinstance(pattern, Function):
        raise JsonataError("T1006")
    parts: list[str] = []
    position = 0
    for found in islice(_matches(pattern, text, run), most):
        substitute = _substitute(run, found, replacement)
        parts += (text[position : found.start], substitute)
        run.allocate(len(substitute) + 64)
        position = found.start + len(found.text)
    parts.append(text[position:])
    run.allocate_text(sum(map(len, parts)))
    return "".join(parts)


def _replace_text(run: Run, text: str, pattern: str, replacement: str, most: int | None) -> str:
    times = text.count(pattern)
    if most is not None:
        times = min(times, most)
    run.spend(times // 8 + len(text) // 256)
    size = len(text) + times * (len(replacement) - len(pattern))
    run.allocate_text(size, text.isascii() and replacement.isascii())
    return text.replace(pattern, replacement, times)


def _substitute(run: Run, found: Match, replacement: Any) -> str:
    if replacement.__class__ is str:
        longest = max([len(found.text), *[len(group) for group in found.groups if group.__class__ is str]])
        run.spend(1 + len(replacement) // 8)
        run.allocate_text(len(replacement) + longest * replacement.count("$"))
        return _fill(replacement, found)
    if not isinstance(replacement, Function):
        raise JsonataError("D3012", value=replacement)
    run.nested = True
    value = {
        "match": found.text,
        "start": found.start,
        "end": found.end,
        "groups": found.groups,
    }
    result = replacement.call([value], None, run)
    if result.__class__ is not str:
        raise JsonataError("D3012", value=result)
    return str(result)


def _fill(template: str, found: Match) -> str:
    """The template with `$0` the match, `$n` its groups and `$$` a dollar sign."""
    if "$" not in template:
        return template
    groups = found.groups
    digits_most = floor(log10(len(groups))) + 1 if groups else 1
    parts: list[str] = []
    position = 0
    dollar = template.find("$")
    while dollar != -1 and position < len(template):
        parts.append(template[position:dollar])
        position = dollar + 1
        next_char = template[position : position + 1]
        if next_char == "$":
            parts.append("$")
            position += 1
        elif next_char == "0":
            parts.append(found.text)
            position += 1
        else:
            number = _group_number(template, position, digits_most)
            if digits_most > 1 and number is not None and number > len(groups):
                number = _group_number(template, position, digits_most - 1)
            if number is None:
                parts.append("$")
            else:
                group = groups[number - 1] if 0 < number <= len(groups) else UNDEFINED
                if group.__class__ is str:
                    parts.append(group)
                position += len(str(number))
        dollar = template.find("$", position)
    parts.append(template[position:])
    return "".join(parts)


def _group_number(template: str, position: int, digits_most: int) -> int | None:
    digits = ""
    for char in template[position : position + digits_most]:
        if char not in "0123456789":
            break
        digits += char
    return int(digits) if digits else None

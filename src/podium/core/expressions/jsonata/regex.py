"""Regular expressions as function values, on an engine whose time is linear in the text (RE2).

JavaScript's syntax is translated where it differs. Look-around and back-references, which no linear engine has, run
on our own bounded engine (`core/expressions/backtracking`), charged to the evaluation like all its work.
"""

import functools
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import re2

from podium.core.expressions import backtracking
from podium.core.expressions.jsonata.budget import Run
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.values import UNDEFINED, Function

_SPACES: Final = r"\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}"
_LINE_ENDS: Final = r"\n\r\x{2028}\x{2029}"
#: A match takes some microseconds.
_MATCH_STEPS: Final = 35
#: What one step of the backtracking engine costs.
_BACKTRACKING_STEPS: Final = 3
_HEX: Final = frozenset("0123456789abcdefABCDEF")


class Match(NamedTuple):
    """One match; a group that took no part is undefined."""

    start: int
    end: int
    text: str
    groups: list[Any]


class Regex(Function):
    """A compiled regular expression; applied to a string it gives the first match, which leads to the next."""

    __slots__ = ("_far", "_pattern", "_position", "_source")

    def __init__(self, source: str, flags: str, position: int) -> None:
        self._source = source
        self._position = position
        try:
            self._pattern: Any = _compile(source, flags)
        except (re2.error, backtracking.UnsupportedPattern):
            raise JsonataError("S0303", position=position, value=source) from None
        # A pattern with both repetition and choice may scan to the end of the text for every short match.
        self._far = any(c in source for c in "*+{") and any(c in source for c in ("|", ")?", ")*", "){"))

    @property
    def arity(self) -> int:
        return 2

    def call(self, arguments: list[Any], context: Any, run: Run) -> Any:
        text = arguments[0] if arguments else UNDEFINED
        if text.__class__ is not str:
            return UNDEFINED
        return _linked(self.matches(text, run), run)

    def matches(self, text: str, run: Run) -> Iterator[Match]:
        """Every match from left to right.

        Raises:
            JsonataError: D1004, a match after the first is empty, so that matching would not end.
        """
        run.spend(10 + len(text) // 32)
        run.allocate(len(text))
        first = True
        bounded = isinstance(self._pattern, backtracking.Pattern)
        for (start, end), *spans in self._backtracked(text, run) if bounded else self._linear(text):
            if start == end and not first:
                raise JsonataError("D1004", position=self._position, value=self._source)
            run.spend(_MATCH_STEPS + ((len(text) - start) // 64 if self._far else 0))
            run.allocate(200 + end - start)
            groups = [text[a:b] if a >= 0 else UNDEFINED for a, b in spans]
            yield Match(start, end, text[start:end], groups)
            if end >= len(text):
                return
            if start == end:
                raise JsonataError("D1004", position=self._position, value=self._source)
            first = False

    def _linear(self, text: str) -> Iterator[list[tuple[int, int]]]:
        """The spans of every match and its groups, found by RE2."""
        # Offsets into ASCII are the same in bytes, which the engine takes as they are.
        searched: Any = text.encode("ascii") if text.isascii() else _well_formed(text)
        for found in self._pattern.finditer(searched):
            yield [found.span(number) for number in range(found.re.groups + 1)]

    def _backtracked(self, text: str, run: Run) -> Iterator[list[tuple[int, int]]]:
        """The same, found by our own engine at the expense of the evaluation."""
        position = 0
        while (found := self._pattern.search(text, position, lambda n: run.spend(_BACKTRACKING_STEPS * n))) is not None:
            yield found
            position = found[0][1]


class _Next(Function):
    """Gives the match after one that was given already."""

    __slots__ = ("_matches",)

    def __init__(self, matches: Iterator[Match]) -> None:
        self._matches = matches

    @property
    def arity(self) -> int:
        return 0

    def call(self, arguments: list[Any], context: Any, run: Run) -> Any:
        return _linked(self._matches, run)


def _linked(matches: Iterator[Match], run: Run) -> Any:
    match = next(matches, None)
    if match is None:
        return UNDEFINED
    run.nested = True
    return {
        "match": match.text,
        "start": match.start,
        "end": match.end,
        "groups": match.groups,
        "next": _Next(matches),
    }


def _well_formed(text: str) -> str:
    """The text with halves of surrogate pairs that stand alone replaced, one character each."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@functools.lru_cache(maxsize=512)
def _compile(source: str, flags: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = "i" not in flags
    prefix = "(?m)" if "m" in flags else ""
    try:
        return re2.compile(prefix + _well_formed(_translated(source)), options)
    except re2.error:
        return backtracking.compile_pattern(source, flags, backtracking.JAVASCRIPT_SPACES)


def _translated(source: str) -> str:
    """A JavaScript pattern in RE2's syntax."""
    parts: list[str] = []
    in_class = False
    position = 0
    while position < len(source):
        char = source[position]
        if char == "\\":
            part, position = _escape(source, position + 1, in_class)
            parts.append(part)
            continue
        position += 1
        if in_class:
            in_class = char != "]"
            # RE2 reads `[:alpha:]` in a class, JavaScript does not.
            parts.append("\\[" if char == "[" else char)
        elif char == ".":
            parts.append(f"[^{_LINE_ENDS}]")
        elif char == "[":
            part, position, in_class = _class_start(source, position)
            parts.append(part)
        else:
            parts.append(char)
    return "".join(parts)


def _class_start(source: str, position: int) -> tuple[str, int, bool]:
    if source.startswith("^]", position):
        return r"[\x{0}-\x{10ffff}]", position + 2, False
    if source.startswith("]", position):
        return r"[^\x{0}-\x{10ffff}]", position + 1, False
    if source.startswith("^", position):
        return "[^", position + 1, True
    return "[", position, True


def _escape(source: str, position: int, in_class: bool) -> tuple[str, int]:
    """The translation of an escape whose backslash stands before `position`, and where it ends."""
    char = source[position : position + 1]
    after = position + 1
    if char == "s":
        return (_SPACES if in_class else f"[{_SPACES}]"), after
    if char == "S" and not in_class:
        return f"[^{_SPACES}]", after
    if char in ("u", "x"):
        width = 4 if char == "u" else 2
        digits = source[after : after + width]
        if len(digits) == width and _HEX.issuperset(digits):
            return f"\\x{{{digits}}}", after + width
        return char, after
    if char == "c" and source[after : after + 1].isalpha():
        return f"\\x{{{ord(source[after]) % 32:x}}}", after + 1
    if char == "b" and in_class:
        return r"\x{8}", after
    if char == "0":
        return r"\x{0}", after
    if char in "dDwWbBnrtvfS123456789":
        return "\\" + char, after
    if char == "k" and source[after : after + 1] == "<":
        return "\\k", after  # a back-reference, which RE2 refuses
    # Anything else stands for itself.
    return ("\\" + char if char and not char.isalnum() and char.isascii() else char), after

"""Text to tokens, one at a time: the parser says whether a `/` would divide or open a regular expression.

Positions are those of the reference implementation: just behind a token, for errors inside one where it went wrong.
"""

import re
from typing import Any, Final, NamedTuple

from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.numbers import parse_number

#: Binding powers; also the characters that end a name.
OPERATORS: Final[dict[str, int]] = {
    **dict.fromkeys((".",), 75),
    **dict.fromkeys(("[", "(", "@", "#", ";", ":"), 80),
    **dict.fromkeys(("]", "}", ")", ",", "!", "~"), 0),
    "{": 70,
    **dict.fromkeys(("*", "/", "%", "**"), 60),
    **dict.fromkeys(("+", "-", "&"), 50),
    **dict.fromkeys(("=", "<", ">", "^", "!=", "<=", ">=", "~>", "in"), 40),
    "and": 30,
    "or": 25,
    **dict.fromkeys(("?", "|", ".."), 20),
    ":=": 10,
}
#: Added after 2.0.6: refused unless asked for.
LATER_OPERATORS: Final[dict[str, int]] = {"??": 40, "?:": 40}

_PAIRS: Final = frozenset({"..", ":=", "!=", ">=", "<=", "**", "~>"})
_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_SPACE: Final = " \t\n\r\v"
_NUMBER: Final = re.compile(r"-?(0|([1-9][0-9]*))(\.[0-9]+)?([Ee][-+]?[0-9]+)?", re.ASCII)
_HEX: Final = re.compile(r"[0-9a-fA-F]+")
_NAME: Final = re.compile(r"[^ \t\n\r\v.\[\](){},@#;:?+\-*/%|=<>^&!~]*")
_STRING_RUN: Final = re.compile(r"[^\\\"']+")
_WORDS: Final[dict[str, tuple[str, Any]]] = {
    "or": ("operator", "or"),
    "in": ("operator", "in"),
    "and": ("operator", "and"),
    "true": ("value", True),
    "false": ("value", False),
    "null": ("value", None),
}


class Token(NamedTuple):
    """One token; `value` of a regex is its pattern and flags."""

    type: str
    value: Any
    position: int


class Tokenizer:
    """Reads one text from start to end."""

    __slots__ = ("_later", "_position", "_text")

    def __init__(self, text: str, later_grammar: bool = False) -> None:
        self._text = text
        self._position = 0
        self._later = later_grammar

    def next(self, infix: bool = False) -> Token | None:
        """The next token, or None at the end; `infix` when an operator is due, so that `/` divides.

        Raises:
            JsonataError: S01.. or S03.., the text has no token here.
        """
        text = self._text
        self._skip_space_and_comments()
        start = self._position
        if start >= len(text):
            return None
        char = text[start]
        if char == "/" and not infix:
            self._position += 1
            return Token("regex", self._regex(), self._position)
        pair = text[start : start + 2]
        if pair in _PAIRS or (self._later and pair in LATER_OPERATORS):
            self._position += 2
            return Token("operator", pair, self._position)
        if char in OPERATORS:
            self._position += 1
            return Token("operator", char, self._position)
        if char in "\"'":
            return self._string(char)
        match = _NUMBER.match(text, start)
        if match is not None:
            return self._number(match[0])
        if char == "`":
            return self._quoted_name()
        return self._name()

    def _skip_space_and_comments(self) -> None:
        text = self._text
        while True:
            while self._position < len(text) and text[self._position] in _SPACE:
                self._position += 1
            if not text.startswith("/*", self._position):
                return
            end = text.find("*/", self._position + 2)
            if end == -1:
                raise JsonataError("S0106", position=self._position)
            self._position = end + 2

    def _string(self, quote: str) -> Token:
        text = self._text
        self._position += 1
        parts: list[str] = []
        while self._position < len(text):
            run = _STRING_RUN.match(text, self._position)
            if run is not None:
                parts.append(run[0])
                self._position = run.end()
                continue
            char = text[self._position]
            if char == quote:
                self._position += 1
                return Token("string", _join_surrogates("".join(parts)), self._position)
            if char == "\\":
                self._position += 1
                parts.append(self._escape())
            else:
                parts.append(char)
            self._position += 1
        raise JsonataError("S0101", position=len(text))

    def _escape(self) -> str:
        char = self._text[self._position : self._position + 1]
        if char in _ESCAPES:
            return _ESCAPES[char]
        if char == "u":
            digits = self._text[self._position + 1 : self._position + 5]
            if _HEX.fullmatch(digits) is None:
                raise JsonataError("S0104", position=self._position)
            self._position += 4
            return chr(int(digits, 16))
        raise JsonataError("S0103", position=self._position, token=char)

    def _number(self, digits: str) -> Token:
        value = parse_number(digits)
        if value in (float("inf"), float("-inf")):
            raise JsonataError("S0102", position=self._position, token=digits)
        self._position += len(digits)
        return Token("number", value, self._position)

    def _quoted_name(self) -> Token:
        start = self._position + 1
        end = self._text.find("`", start)
        if end == -1:
            raise JsonataError("S0105", position=len(self._text))
        self._position = end + 1
        return Token("name", self._text[start:end], self._position)

    def _name(self) -> Token:
        match = _NAME.match(self._text, self._position)
        name = match[0] if match is not None else ""
        self._position += len(name)
        if name.startswith("$"):
            return Token("variable", name[1:], self._position)
        word = _WORDS.get(name)
        if word is not None:
            return Token(word[0], word[1], self._position)
        return Token("name", name, self._position)

    def _regex(self) -> tuple[str, str]:
        text = self._text
        start = self._position
        depth = 0
        while self._position < len(text):
            char = text[self._position]
            escaped = _odd_backslashes_before(text, self._position)
            if char == "/" and depth == 0 and not escaped:
                pattern = text[start : self._position]
                if pattern == "":
                    raise JsonataError("S0301", position=self._position)
                self._position += 1
                flags = self._position
                while text[self._position : self._position + 1] in ("i", "m"):
                    self._position += 1
                return pattern, text[flags : self._position]
            # One backslash before a bracket escapes it, whatever stands before that: the reference looks no further.
            if text[self._position - 1] != "\\":
                if char in "([{":
                    depth += 1
                elif char in ")]}":
                    depth -= 1
            self._position += 1
        raise JsonataError("S0302", position=self._position)


def _odd_backslashes_before(text: str, position: int) -> bool:
    count = 0
    while text[position - count - 1] == "\\":
        count += 1
    return count % 2 == 1


def _join_surrogates(text: str) -> str:
    """Two escaped halves of a pair are one character."""
    if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")

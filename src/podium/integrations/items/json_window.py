"""A window on a JSON text that is read piece by piece: values are taken out of it, or passed over unheld.

Only what is being looked at is in memory: as much as was read at once, or, where one value is taken that is longer,
that value. What is passed over is not held and is checked only as far as finding its end needs.
"""

import json
import re
from typing import Any, BinaryIO, Final

from podium.core import jsontext

READ_CHARACTERS: Final = 1 << 18
LONGEST_UNCERTAINTY: Final = 4
"""More characters than this after a number's digits show whether it has a fraction or exponent."""

_SPACE: Final = " \t\r\n"
_STRING: Final = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
"""What a string holds; it ends before an escape that is cut in two."""
_CONTAINER: Final = re.compile(r'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
"""What an array or object holds, up to the next bracket; it ends before a string that is cut in two."""


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON value")


_decode_at = json.JSONDecoder(parse_constant=_refuse).raw_decode


class Window:
    """The part of the text that is being looked at, from `at` on."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._tail = b""
        self._wanted = READ_CHARACTERS
        self.text = ""
        self.at = 0
        self.ended = False

    def more(self) -> None:
        """Drop what is done and read on: twice as much each time in vain, so that a long element costs no more."""
        piece = self._stream.read(self._wanted)
        self.ended = not piece
        held = self._tail + piece
        # A character may be cut in two at the end of a piece.
        kept = held if self.ended else _whole_characters(held)
        self._tail = held[len(kept) :]
        self.text = self.text[self.at :] + kept.decode()
        self.at = 0
        self._wanted *= 2

    def settle(self) -> None:
        """Something was found: read in small pieces again."""
        self._wanted = READ_CHARACTERS

    def next(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            text, at = self.text, self.at
            while at < len(text) and text[at] in _SPACE:
                at += 1
            self.at = at
            if at < len(text):
                return text[at]
            if self.ended:
                return ""
            self.more()

    def value(self) -> Any:
        """Take the value that begins here.

        Raises:
            ValueError: there is none, or it is nested too deeply.
        """
        self.next()
        while True:
            try:
                _, end = _decode_at(self.text, self.at)
            except ValueError:
                if self.ended:
                    raise
            except RecursionError:
                raise ValueError("it is nested too deeply") from None
            else:
                if self.ended or _is_whole(self.text, end):
                    text = self.text[self.at : end]
                    self.at = end
                    self.settle()
                    # The standard library knows where an element ends, our own decoder what may be in it.
                    return jsontext.decode(text)
            self.more()

    def skip(self) -> None:
        """Pass over the value that begins here.

        Raises:
            ValueError: it has no end.
        """
        opening = self.next()
        if opening == '"':
            self._skip_string()
        elif opening and opening in "[{":
            self._skip_container()
        else:
            # Numbers and words are short.
            self.value()

    def _skip_string(self) -> None:
        self.at += 1
        while self._pass_over(_STRING) != '"':
            # The piece ends between a backslash and what it escapes.
            self.more()
        self.at += 1

    def _skip_container(self) -> None:
        depth = 0
        while True:
            found = self._pass_over(_CONTAINER)
            if found == '"':
                self._skip_string()
                continue
            self.at += 1
            depth += 1 if found in "[{" else -1
            if not depth:
                return

    def _pass_over(self, boring: re.Pattern[str]) -> str:
        """Go to the next character that is not passed over; gives it."""
        while True:
            match = boring.match(self.text, self.at)
            assert match is not None, "it matches nothing, too"
            self.at = match.end()
            if self.at < len(self.text):
                self.settle()
                return self.text[self.at]
            if self.ended:
                raise ValueError("the text ends in the middle of a value")
            self.more()


def _is_whole(text: str, end: int) -> bool:
    """Whether what ends there can't go on in the next piece: 12 may be 123, and 1.2 or 1e+2 when a piece ends in 1."""
    return len(text) - end > LONGEST_UNCERTAINTY or text[end : end + 1] in tuple(",]}: \t\r\n")


def _whole_characters(data: bytes) -> bytes:
    """Without the beginning of a UTF-8 character whose rest is still to come."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return data if back >= length else data[:-back]
        if byte < 0x80:
            break
    return data

"""The elements of a JSON array, one after the other, without holding the whole of it.

Only a window of the text is in memory: as much as was read at once, or, where one element is longer, that element.
"""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from podium.core import jsontext

READ_CHARACTERS: Final = 1 << 18
LONGEST_UNCERTAINTY: Final = 4
"""More characters than this after a number's digits show whether it has a fraction or exponent."""

_SPACE: Final = " \t\r\n"


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON value")


_decode_at = json.JSONDecoder(parse_constant=_refuse).raw_decode


class NotAnArray(Exception):
    """The text is JSON, perhaps, but does not open with a bracket."""


class _Window:
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


def array_elements(stream: BinaryIO) -> Iterator[Any]:
    """The elements of the array that is the whole of a text.

    Raises:
        NotAnArray: before the first element.
        ValueError: it is not JSON, or not UTF-8.
    """
    window = _Window(stream)
    if window.next() != "[":
        raise NotAnArray
    window.at += 1
    if window.next() == "]":
        window.at += 1
    else:
        yield from _elements(window)
    if window.next():
        raise ValueError("something follows the array")


def _elements(window: _Window) -> Iterator[Any]:
    while True:
        window.next()
        yield _element(window)
        separator = window.next()
        window.at += 1
        if separator == "]":
            return
        if separator != ",":
            raise ValueError("expected a comma or the end of the array")


def _element(window: _Window) -> Any:
    while True:
        try:
            _, end = _decode_at(window.text, window.at)
        except ValueError:
            if window.ended:
                raise
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        else:
            if window.ended or _is_whole(window.text, end):
                text = window.text[window.at : end]
                window.at = end
                window.settle()
                # The standard library knows where an element ends, our own decoder what may be in it.
                return jsontext.decode(text)
        window.more()


def _is_whole(text: str, end: int) -> bool:
    """Whether what ends there can't go on in the next piece: 12 may be 123, and 1.2 or 1e+2 when a piece ends in 1."""
    return len(text) - end > LONGEST_UNCERTAINTY or text[end : end + 1] in tuple(",] \t\r\n")


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

"""What Jackson would say of a text that is not JSON, and where: the JSON reader whose messages AWS passes on.

Only a text that the fast decoder refused is read here, token by token and without recursion, up to its first
fault. Wording: jackson-core's `ReaderBasedJsonParser`, `ParserMinimalBase` and `StreamReadConstraints`.
"""

import json
import re
import unicodedata
from typing import Final, NoReturn

from msgspec import Struct

_SOURCE_LENGTH_MAX: Final = 500
_NUMBER_LENGTH_MAX: Final = 1_000
_VALUES: Final = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
_SPACE = re.compile(r"[ \t\r\n]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f\ud800-\udfff]*')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_LINE_END = re.compile(r"\r\n|\r|\n")
_DIGITS: Final = frozenset("0123456789")
_IDENTIFIER_START = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Sc", "Pc"})
_IDENTIFIER_PART = _IDENTIFIER_START | {"Nd", "Mn", "Mc", "Cf"}


class JsonFault(Struct, frozen=True):
    """What is wrong with a text, in Jackson's words, and where: counted from 1, after the offending character."""

    message: str
    line: int
    column: int


class _Fault(Exception):
    def __init__(self, message: str, position: int) -> None:
        self.message = _encodable(message)
        self.position = position


def describe(text: str, nesting_max: int, *, names_twice: bool = False) -> JsonFault:
    """The first fault of a text that is not JSON, nests too deeply or names a field twice.

    Args:
        nesting_max: how deep is too deep.
        names_twice: let an object name a field more than once.
    """
    scanner = _Scanner(text, nesting_max, names_twice=names_twice)
    try:
        scanner.read_document()
    except _Fault as fault:
        return JsonFault(fault.message, *_line_and_column(text, fault.position))
    return JsonFault(_too_deep(nesting_max), *_line_and_column(text, len(text)))


def _too_deep(nesting_max: int) -> str:
    return f"Document nesting depth ({nesting_max + 1}) exceeds the maximum allowed ({nesting_max})"


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    line, begin = 1, 0
    for end in _LINE_END.finditer(text, 0, position):
        line, begin = line + 1, end.end()
    return line, position - begin + 1


def source_location(text: str, fault: JsonFault) -> str:
    """The place of a fault as Jackson writes it, with the beginning of the text."""
    shown = _encodable(text[:_SOURCE_LENGTH_MAX])
    cut = len(text) - len(shown)
    rest = f"[truncated {cut} chars]" if cut else ""
    return f'[Source: (String)"{shown}"{rest}; line: {fault.line}, column: {fault.column}]'


class _Open(Struct):
    """An object or array whose end has not been read yet."""

    close: str
    start: int
    names: set[str]


class _Scanner:
    """Reads a text token by token, without recursion, up to the first fault."""

    def __init__(self, text: str, nesting_max: int, *, names_twice: bool) -> None:
        self.text = text
        self.position = 0
        self.nesting_max = nesting_max
        self.names_twice = names_twice
        self.open: list[_Open] = []

    def read_document(self) -> None:
        """Read one value and what follows it.

        Raises:
            _Fault: at the first thing that is wrong.
        """
        self._skip_space()
        self._read_value()
        while self.open:
            self._read_next(self.open[-1])
        self._skip_space()
        if self.position < len(self.text):
            self._read_value()
            self._fail("Trailing token found after value: not allowed", self.position)

    def _read_next(self, inside: _Open) -> None:
        """What follows a value or an opening bracket: the end, or a comma and the next entry."""
        first = self.text[self.position - 1] in "[{" and self.position - 1 == inside.start
        self._skip_space()
        char = self._peek()
        if char in ("]", "}"):
            self._close(char, inside)
            return
        if not first:
            if char != ",":
                kind = "Object" if inside.close == "}" else "Array"
                self._unexpected(f"was expecting comma to separate {kind} entries")
            self.position += 1
            self._skip_space()
            self._peek()
        if inside.close == "}":
            self._read_name(inside)
        self._read_value()

    def _close(self, char: str, inside: _Open) -> None:
        if char != inside.close:
            kind = "Object" if inside.close == "}" else "Array"
            where = self._place(inside.start)
            self.position += 1
            message = f"Unexpected close marker '{char}': expected '{inside.close}' (for {kind} starting at {where})"
            self._fail(message, self.position)
        self.position += 1
        self.open.pop()

    def _read_name(self, inside: _Open) -> None:
        if self.text[self.position] != '"':
            self._unexpected("was expecting double-quote to start field name")
        start = self.position
        self._read_string("in field name", "name")
        name = json.loads(self.text[start : self.position])
        if name in inside.names and not self.names_twice:
            self._fail(f"Duplicate field '{name}'", self.position)
        inside.names.add(name)
        self._skip_space()
        if self._peek() != ":":
            self._unexpected("was expecting a colon to separate field name and value")
        self.position += 1
        self._skip_space()
        self._peek()

    def _read_value(self) -> None:
        char = self._peek()
        if char == '"':
            self._read_string("was expecting closing quote for a string value", "string value")
        elif char in "[{":
            if len(self.open) >= self.nesting_max:
                self._fail(_too_deep(self.nesting_max), self.position)
            self.open.append(_Open("]" if char == "[" else "}", self.position, set()))
            self.position += 1
        elif char == "-" or char in _DIGITS:
            self._read_number()
        else:
            self._read_word(char)

    def _read_word(self, char: str) -> None:
        if unicodedata.category(char) not in _IDENTIFIER_START:
            self._unexpected(f"expected a valid value {_VALUES}")
        start = self.position
        while self.position < len(self.text) and unicodedata.category(self.text[self.position]) in _IDENTIFIER_PART:
            self.position += 1
        word = self.text[start : self.position]
        if word in ("NaN", "Infinity"):
            feature = "enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow"
            self._fail(f"Non-standard token '{word}': {feature}", self.position)
        if word not in ("null", "true", "false"):
            shown = word if len(word) <= 256 else word[:256] + "..."
            self._fail(f"Unrecognized token '{shown}': was expecting {_VALUES}", self.position)

    def _read_number(self) -> None:
        found = _NUMBER.match(self.text, self.position)
        if found is None:
            self.position += 1
            self._peek()
            self._unexpected("expected digit (0-9) to follow minus sign, for valid numeric value", " in numeric value")
        self.position = found.end()
        following = self.text[self.position : self.position + 1]
        if following and following in _DIGITS:
            self._fail("Invalid numeric value: Leading zeroes not allowed", self.position + 1)
        if following in (".", "e", "E"):
            part = "Decimal point" if following == "." else "Exponent indicator"
            self.position += 1
            if following != "." and self.text[self.position : self.position + 1] in ("+", "-"):
                self.position += 1
            self._peek()
            self._unexpected(f"{part} not followed by a digit", " in numeric value")
        if len(found[0]) > _NUMBER_LENGTH_MAX:
            message = f"Number value length ({len(found[0])}) exceeds the maximum allowed ({_NUMBER_LENGTH_MAX})"
            self._fail(message, self.position)
        if found[2] and float(found[0]) in (float("inf"), float("-inf")):
            self._fail(f"Number value out of range: {found[0]}", self.position)

    def _read_string(self, at_end: str, where: str) -> None:
        self.position += 1
        while True:
            found = _PLAIN.match(self.text, self.position)
            assert found is not None  # the pattern matches the empty text
            self.position = found.end()
            if self.position >= len(self.text):
                self._fail(f"Unexpected end-of-input{' ' if at_end.startswith('in') else ': '}{at_end}", self.position)
            char = self.text[self.position]
            self.position += 1
            if char == '"':
                return
            if "\ud800" <= char <= "\udfff":
                self._fail(f"Broken surrogate pair: character 0x{ord(char):x} stands alone", self.position)
            if char != "\\":
                has_to = f"has to be escaped using backslash to be included in {where}"
                self._fail(f"Illegal unquoted character ({_described(char)}): {has_to}", self.position)
            self._read_escape()

    def _read_escape(self) -> None:
        char = self._peek(" in character escape sequence")
        self.position += 1
        if char in '"\\/bfnrt':
            return
        if char != "u":
            self._fail(f"Unrecognized character escape {_described(char)}", self.position)
        code = self._read_hex()
        if 0xD800 <= code < 0xDC00 and self.text.startswith("\\u", self.position):
            self.position += 2
            second = self._read_hex()
            if 0xDC00 <= second < 0xE000:
                return
        if 0xD800 <= code < 0xE000:
            self._fail(f"Broken surrogate pair: character 0x{code:x} stands alone", self.position)

    def _read_hex(self) -> int:
        found = _HEX.match(self.text, self.position)
        if found is None:
            while self._peek(" in character escape sequence") in "0123456789abcdefABCDEF":
                self.position += 1
            self._unexpected("expected a hex-digit for character escape sequence")
        self.position = found.end()
        return int(found[0], 16)

    def _skip_space(self) -> None:
        found = _SPACE.match(self.text, self.position)
        if found is not None:
            self.position = found.end()

    def _peek(self, at_end: str = "") -> str:
        if self.position >= len(self.text):
            self._fail_at_end(at_end)
        return self.text[self.position]

    def _fail_at_end(self, where: str) -> NoReturn:
        if where or not self.open:
            self._fail(f"Unexpected end-of-input{where}", self.position)
        inside = self.open[-1]
        kind = "Object" if inside.close == "}" else "Array"
        marker = f"expected close marker for {kind} (start marker at {self._place(inside.start)})"
        self._fail(f"Unexpected end-of-input: {marker}", self.position)

    def _place(self, position: int) -> str:
        line, column = _line_and_column(self.text, position)
        return source_location(self.text, JsonFault("", line, column))

    def _unexpected(self, comment: str, where: str = "") -> NoReturn:
        char = self.text[self.position]
        self._fail(f"Unexpected character ({_described(char)}){where}: {comment}", self.position + 1)

    def _fail(self, message: str, position: int) -> NoReturn:
        raise _Fault(message, position)


def _described(char: str) -> str:
    code = ord(char)
    if code < 32 or 127 <= code < 160:
        return f"(CTRL-CHAR, code {code})"
    if code > 255:
        return f"'{char}' (code {code} / 0x{code:x})"
    return f"'{char}' (code {code})"


def _encodable(text: str) -> str:
    """Half of a surrogate pair cannot be sent to anyone."""
    return text.encode("utf-8", "replace").decode()

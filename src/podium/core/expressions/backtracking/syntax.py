"""A pattern's text to its tree: the syntax JavaScript and Java share (ECMA-262, 22.2.1 Patterns).

What only one of them has (possessive quantifiers, inline flags, Unicode properties) is refused rather than guessed.
"""

from typing import Final

from podium.core.expressions.backtracking.tree import (
    ENDLESS,
    Accepts,
    Anchor,
    Character,
    Choice,
    Group,
    Look,
    Node,
    Reference,
    Repeat,
    Sequence,
)

NESTING_MAX: Final = 40
REPETITIONS_MAX: Final = 1_000

JAVASCRIPT_SPACES: Final = frozenset("\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff") | frozenset(
    map(chr, range(0x2000, 0x200B))
)
_DIGITS: Final = frozenset("0123456789")
_WORD: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") | _DIGITS
_LINE_ENDS: Final = frozenset("\n\r\u2028\u2029")
_CONTROLS: Final = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "0": "\0"}
_LOOKS: Final = {"?=": (True, True), "?!": (True, False), "?<=": (False, True), "?<!": (False, False)}


class UnsupportedPattern(ValueError):
    """The text is no pattern, or one of a kind that isn't run."""


class PatternParser:
    """Reads one pattern. `groups` is how many groups it has; `flags` may hold i, m and s."""

    def __init__(self, source: str, flags: str, spaces: frozenset[str]) -> None:
        self._source = source
        self._position = 0
        self._ignore_case = "i" in flags
        self._lines = "m" in flags
        self._dot_all = "s" in flags
        self._spaces = spaces
        self._nesting = 0
        self._names: dict[str, int] = {}
        self.groups = 0

    def parse(self) -> Node:
        """The whole pattern.

        Raises:
            UnsupportedPattern: it is none, or one of a kind that isn't run.
        """
        node = self._choice()
        if self._position < len(self._source):
            raise UnsupportedPattern(f"unmatched ')' at {self._position}")
        return node

    def _peek(self) -> str:
        return self._source[self._position : self._position + 1]

    def _take(self, text: str) -> bool:
        if not self._source.startswith(text, self._position):
            return False
        self._position += len(text)
        return True

    def _choice(self) -> Node:
        self._nesting += 1
        if self._nesting > NESTING_MAX:
            raise UnsupportedPattern("nested too deeply")
        options = [self._sequence()]
        while self._take("|"):
            options.append(self._sequence())
        self._nesting -= 1
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self._peek() not in ("", "|", ")"):
            first_group = self.groups + 1
            atom = self._atom()
            parts.append(self._quantified(atom, first_group))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _quantified(self, atom: Node, first_group: int) -> Node:
        char = self._peek()
        if char in ("*", "+", "?"):
            self._position += 1
            bounds = {"*": (0, ENDLESS), "+": (1, ENDLESS), "?": (0, 1)}[char]
        elif char == "{":
            counted = self._counted()
            if counted is None:
                return atom
            bounds = counted
        else:
            return atom
        greedy = not self._take("?")
        if self._peek() in ("*", "+", "{"):
            raise UnsupportedPattern("nothing to repeat")
        return Repeat(atom, bounds[0], bounds[1], greedy, first_group, self.groups + 1)

    def _counted(self) -> tuple[int, int] | None:
        end = self._source.find("}", self._position)
        low, comma, high = self._source[self._position + 1 : max(end, 0)].partition(",")
        if not low.isdecimal() or not (high == "" or high.isdecimal()):
            raise UnsupportedPattern("'{' without a count")
        self._position = end + 1
        minimum = int(low)
        maximum = minimum if not comma else int(high) if high else ENDLESS
        if maximum < minimum or minimum > REPETITIONS_MAX or REPETITIONS_MAX < maximum < ENDLESS:
            raise UnsupportedPattern("a count out of range")
        return minimum, maximum

    def _atom(self) -> Node:
        char = self._source[self._position]
        self._position += 1
        match char:
            case "(":
                return self._group()
            case "[":
                return Character(self._folded(self._class()))
            case ".":
                return Character((lambda char: True) if self._dot_all else (lambda char: char not in _LINE_ENDS))
            case "^" | "$":
                return Anchor(char, self._lines)
            case "\\":
                return self._escape()
            case "*" | "+" | "?" | "{":
                raise UnsupportedPattern("nothing to repeat")
        return Character(self._folded(frozenset(char).__contains__))

    def _group(self) -> Node:
        for opening, (ahead, wanted) in _LOOKS.items():
            if self._take(opening):
                return Look(self._closed(), ahead, wanted)
        if self._take("?:"):
            return self._closed()
        if self._take("?<"):
            end = self._source.find(">", self._position)
            name = self._source[self._position : end] if end > 0 else ""
            if not name.isidentifier() or name in self._names:
                raise UnsupportedPattern("a group's name")
            self._position = end + 1
            self._names[name] = self.groups + 1
        elif self._peek() == "?":
            raise UnsupportedPattern(f"'(?{self._source[self._position + 1 : self._position + 2]}'")
        self.groups += 1
        number = self.groups
        return Group(self._closed(), number)

    def _closed(self) -> Node:
        body = self._choice()
        if not self._take(")"):
            raise UnsupportedPattern("missing ')'")
        return body

    def _escape(self) -> Node:
        char = self._peek()
        if char in ("b", "B") and char:
            self._position += 1
            return Anchor(char, self._lines)
        if char in _DIGITS and char != "0":
            start = self._position
            while self._peek() in _DIGITS and self._peek():
                self._position += 1
            return self._reference(int(self._source[start : self._position]))
        if self._take("k<"):
            end = self._source.find(">", self._position)
            number = self._names.get(self._source[self._position : max(end, 0)], 0)
            self._position = end + 1
            return self._reference(number)
        return Character(self._folded(self._escaped_class()))

    def _reference(self, number: int) -> Node:
        if not 0 < number <= self.groups:
            raise UnsupportedPattern(f"no group {number} before its reference")
        return Reference(number, self._ignore_case)

    def _escaped_class(self) -> Accepts:
        """The class an escape stands for, one of a single character included."""
        sets = {"d": _DIGITS, "w": _WORD, "s": self._spaces}
        char = self._peek()
        if char.lower() in sets and char:
            self._position += 1
            members = sets[char.lower()]
            return members.__contains__ if char.islower() else (lambda char: char not in members)
        return frozenset(self._escaped_character()).__contains__

    def _escaped_character(self) -> str:
        char = self._peek()
        self._position += 1
        if char in _CONTROLS and char:
            return _CONTROLS[char]
        if char in ("x", "u") and char:
            digits = self._source[self._position : self._position + (2 if char == "x" else 4)]
            self._position += len(digits)
            try:
                return chr(int(digits, 16))
            except ValueError:
                raise UnsupportedPattern(f"\\{char}{digits}") from None
        if char == "c" and self._peek().isascii() and self._peek().isalpha():
            self._position += 1
            return chr(ord(self._source[self._position - 1]) % 32)
        if not char or char.isalnum():
            raise UnsupportedPattern(f"\\{char}")
        return char

    def _class(self) -> Accepts:
        """What stands in brackets; the opening one is read."""
        negated = self._take("^")
        accepts: list[Accepts] = []
        ranges: list[tuple[str, str]] = []
        while not self._take("]"):
            low = self._class_part(accepts)
            if low is None or not (
                self._peek() == "-" and self._source[self._position + 1 : self._position + 2] != "]"
            ):
                if low is not None:
                    ranges.append((low, low))
                continue
            self._position += 1
            high = self._class_part(accepts)
            if high is None or high < low:
                raise UnsupportedPattern("a range out of order")
            ranges.append((low, high))
        whole = _class_of(tuple(accepts), tuple(ranges))
        return (lambda char: not whole(char)) if negated else whole

    def _class_part(self, accepts: list[Accepts]) -> str | None:
        """One character, or None for an escape that stands for a class."""
        char = self._peek()
        if not char:
            raise UnsupportedPattern("missing ']'")
        self._position += 1
        if char != "\\":
            return char
        if self._peek() in ("d", "D", "w", "W", "s", "S"):
            accepts.append(self._escaped_class())
            return None
        if self._take("b"):
            return "\b"
        return self._escaped_character()

    def _folded(self, accepts: Accepts) -> Accepts:
        if not self._ignore_case:
            return accepts
        return lambda char: any(accepts(form) for form in _forms(char))


def _forms(char: str) -> list[str]:
    """A character and its other case, where that is one character."""
    return [char, *(form for form in (char.lower(), char.upper()) if len(form) == 1)]


def _class_of(accepts: tuple[Accepts, ...], ranges: tuple[tuple[str, str], ...]) -> Accepts:
    singles = frozenset(low for low, high in ranges if low == high)
    spans = tuple((low, high) for low, high in ranges if low != high)
    return lambda char: (
        char in singles or any(low <= char <= high for low, high in spans) or any(part(char) for part in accepts)
    )

"""A position in a path's text, and the look-aheads its grammar is made of.

Jayway's grammar is defined by its reader more than by a text: only the space counts as blank, a last character
that nothing needs is ignored, quotes end at the first one without a backslash. These look-aheads keep that.
Reading past the text raises IndexError, which the parser reports as an invalid path.
"""

from podium.core.expressions.errors import InvalidExpression


class Cursor:
    """`position` moves; `end` is exclusive and may lie before the end of the text."""

    __slots__ = ("end", "position", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.end = len(text)

    def trim(self) -> None:
        """Leaves out spaces at both ends, but never the last character."""
        self.skip_blanks()
        while self.position < self.end - 1 and self.text[self.end - 1] == " ":
            self.end -= 1

    def skip_blanks(self) -> None:
        while self.position < self.end - 1 and self.text[self.position] == " ":
            self.position += 1

    def current(self) -> str:
        return self.text[self.position]

    def at_tail(self) -> bool:
        """Nothing, or one last character that nothing needs, is left."""
        return self.position >= self.end - 1

    def in_bounds(self) -> bool:
        return self.position < self.end

    def significant_index(self, after: int) -> int:
        """The index of the first character after `after` that is not a space, or `end`."""
        index = after + 1
        while index < self.end and self.text[index] == " ":
            index += 1
        return index

    def significant(self, after: int) -> str:
        """The character at `significant_index`, or a space."""
        index = self.significant_index(after)
        return self.text[index] if index < self.end else " "

    def previous_significant_index(self, before: int) -> int:
        """The index of the last character before `before` that is not a space, or -1."""
        return len(self.text[:before].rstrip(" ")) - 1

    def next_unescaped(self, start: int, char: str) -> int:
        """The index of the next `char` after `start` without a backslash before it, or -1."""
        text = self.text
        index = start + 1
        while index < self.end:
            if text[index] == "\\":
                index += 1
            elif text[index] == char:
                return index
            index += 1
        return -1

    def matching_close(self, start: int, opener: str, closer: str, skip_patterns: bool) -> int:
        """The index of the bracket that closes the one at `start`, leaving out quoted texts, or -1."""
        text = self.text
        depth = 1
        index = start + 1
        while index < self.end:
            if text[index] in "'\"":
                index = self._past(index)
            if skip_patterns and text[index] == "/":
                index = self._past(index)
            if text[index] == opener:
                depth += 1
            elif text[index] == closer:
                depth -= 1
                if depth == 0:
                    return index
            index += 1
        return -1

    def _past(self, index: int) -> int:
        quote = self.text[index]
        close = self.next_unescaped(index, quote)
        if close == -1:
            raise InvalidExpression(f"Could not find matching close for {quote} when parsing: {self.text}")
        return close + 1

    def take(self, expected: str) -> bool:
        """Skips blanks and, if it comes next, the expected text."""
        self.skip_blanks()
        if self.position + len(expected) <= self.end and self.text.startswith(expected, self.position):
            self.position += len(expected)
            return True
        return False

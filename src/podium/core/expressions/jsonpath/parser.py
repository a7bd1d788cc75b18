"""A path's text to its tokens, by the grammar of Jayway JsonPath 2.x (https://github.com/json-path/JsonPath).

Where Jayway's reader is more lenient than its documentation (`$[0]name` is `$[0].name`, a last character that
nothing needs is ignored, a path may leave out `$.`), so is this one: definitions that run on AWS must run here.
Length and nesting are bounded, so that no text takes long.
"""

from functools import partial

from podium.core.expressions.errors import InvalidExpression
from podium.core.expressions.jsonpath.cursor import Cursor
from podium.core.expressions.jsonpath.filter_parser import FilterParser
from podium.core.expressions.jsonpath.java import unescape
from podium.core.expressions.jsonpath.tokens import (
    Call,
    Child,
    Descendants,
    Filter,
    Index,
    ParsedPath,
    Slice,
    Token,
    Wildcard,
)

MAX_PATH_CHARACTERS = 65_536
MAX_NESTING = 20
MAX_CALLS = 64


def parse(text: str, depth: int = 0, *, bare_words: bool = False) -> ParsedPath:
    """The tokens of a path.

    Args:
        depth: counts the filters and function calls the path stands in.
        bare_words: lets a filter compare with a string that has no quotes, `@.Name==Receipt`.

    Raises:
        InvalidExpression: not a path, or beyond the bounds on length and nesting.
    """
    if not text:
        raise InvalidExpression("json can not be null or empty")
    if len(text) > MAX_PATH_CHARACTERS:
        raise InvalidExpression(f"Path is longer than {MAX_PATH_CHARACTERS} characters")
    cursor = Cursor(text if text[0] in "$@" else f"$.{text}")
    cursor.trim()
    if cursor.text[cursor.end - 1] == ".":
        raise InvalidExpression("Path must not end with a '.' or '..'")
    try:
        return PathParser(cursor, depth, bare_words).read()
    except IndexError:
        raise InvalidExpression(f"Path ends too early: {text}") from None
    except RecursionError:
        raise InvalidExpression("Path is nested too deeply") from None


class PathParser:
    """Reads one path from a cursor."""

    def __init__(self, cursor: Cursor, depth: int, bare_words: bool) -> None:
        if depth > MAX_NESTING:
            raise InvalidExpression(f"Path is nested deeper than {MAX_NESTING} levels")
        self._cursor = cursor
        self._depth = depth
        self._bare_words = bare_words
        self._tokens: list[Token] = []
        self._calls = 0

    def read(self) -> ParsedPath:
        cursor = self._cursor
        while cursor.in_bounds() and cursor.current() in " \t\r\n":
            cursor.position += 1
        root = cursor.current()
        if root not in "$@":
            raise InvalidExpression("Path must start with '$' or '@'")
        if not cursor.at_tail():
            cursor.position += 1
            if cursor.current() not in ".[":
                raise InvalidExpression(f"Illegal character at position {cursor.position} expected '.' or '['")
            self._read_token()
            while not cursor.at_tail():
                self._read_token()
        return ParsedPath(root, tuple(self._tokens))

    def _read_token(self) -> None:
        if self._cursor.current() == ".":
            self._read_dot()
        start = self._cursor.position
        char = self._cursor.current()
        if char == "[":
            if not (
                self._read_quoted_names()
                or self._read_indices()
                or self._read_wildcard()
                or self._read_filter()
                or self._read_placeholder()
            ):
                raise InvalidExpression(f"Could not parse token starting at position {start}. Expected ?, ', 0-9, * ")
        elif char == "*":
            self._cursor.position += 1
            self._tokens.append(Wildcard())
        elif char == " ":
            raise InvalidExpression(f"Could not parse token starting at position {start}")
        else:
            self._read_name_or_call()

    def _read_dot(self) -> None:
        cursor = self._cursor
        if cursor.text.startswith("..", cursor.position):
            self._tokens.append(Descendants())
            cursor.position += 2
        elif cursor.at_tail():
            raise InvalidExpression("Path must not end with a '.'")
        else:
            cursor.position += 1
        if cursor.current() == ".":
            raise InvalidExpression(f"Character '.' on position {cursor.position} is not valid.")

    def _read_name_or_call(self) -> None:
        cursor = self._cursor
        start = index = cursor.position
        while index < cursor.end and cursor.text[index] not in ".[(":
            if cursor.text[index] == " ":
                raise InvalidExpression(
                    "Use bracket notion ['my prop'] if your property contains blank characters. "
                    f"position: {cursor.position}"
                )
            index += 1
        name = cursor.text[start:index]
        if index < cursor.end and cursor.text[index] == "(":
            self._read_call(name, index)
        else:
            cursor.position = index
            self._tokens.append(Child((name,)))

    def _read_call(self, name: str, opening: int) -> None:
        cursor = self._cursor
        self._calls += 1
        if self._calls > MAX_CALLS:
            raise InvalidExpression(f"Path calls more than {MAX_CALLS} functions")
        self._check_closed(name, opening)
        parameters: tuple[ParsedPath | str, ...] = ()
        # With no parameters Jayway stays on the closing parenthesis: a name that follows swallows it.
        cursor.position = opening + 1
        if cursor.current() != ")":
            parameters = ParameterReader(cursor, self._depth, self._bare_words).read(name)
        self._tokens.append(Call(name, parameters))

    def _check_closed(self, name: str, opening: int) -> None:
        depth = 1
        for char in self._cursor.text[opening + 1 : self._cursor.end]:
            if char == ")":
                depth -= 1
            elif char == "(":
                depth += 1
            if depth == 0:
                return
        raise InvalidExpression(f"Arguments to function: '{name}' are not closed properly.")

    def _read_quoted_names(self) -> bool:
        cursor = self._cursor
        opening = cursor.significant_index(cursor.position)
        if opening >= cursor.end or cursor.text[opening] not in "'\"":
            return False
        quote = cursor.text[opening]
        names: list[str] = []
        close = 0
        after_comma = False
        index = cursor.position + 1
        while index < cursor.end:
            char = cursor.text[index]
            if char == "\\":
                index += 1
            elif char == quote:
                close = cursor.next_unescaped(index, quote)
                if close == -1:
                    raise InvalidExpression(f"Property has not been closed - missing closing {quote}")
                if cursor.significant(close) not in "],":
                    raise InvalidExpression(
                        "Property must be separated by comma or Property must be terminated "
                        f"close square bracket at index {close}"
                    )
                names.append(unescape(cursor.text[index + 1 : close]))
                after_comma = False
                index = close
            elif char in "],":
                if after_comma:
                    raise InvalidExpression(f"Found empty property at index {index}")
                if char == "]":
                    break
                after_comma = True
            index += 1
        end = cursor.significant_index(close)
        if cursor.text[end] != "]":
            raise InvalidExpression("Property has not been closed - missing closing ]")
        cursor.position = end + 1
        self._tokens.append(Child(tuple(names), quote))
        return True

    def _read_indices(self) -> bool:
        cursor = self._cursor
        first = cursor.significant(cursor.position)
        if not first.isdecimal() and first not in "-:":
            return False
        close = cursor.text.find("]", cursor.position + 1, cursor.end)
        if close == -1:
            return False
        expression = cursor.text[cursor.position + 1 : close].strip(" ")
        if not all(char.isdecimal() or char in ",-: " for char in expression):
            return False
        self._tokens.append(_slice(expression) if ":" in expression else _indices(expression))
        cursor.position = close + 1
        return True

    def _read_wildcard(self) -> bool:
        cursor = self._cursor
        star = cursor.significant_index(cursor.position)
        if star >= cursor.end or cursor.text[star] != "*":
            return False
        close = cursor.significant_index(star)
        if close >= cursor.end or cursor.text[close] != "]":
            raise InvalidExpression(f"Expected wildcard token to end with ']' on position {star + 1}")
        cursor.position = close + 1
        self._tokens.append(Wildcard())
        return True

    def _read_filter(self) -> bool:
        cursor = self._cursor
        mark = cursor.significant_index(cursor.position)
        if cursor.text[mark] != "?":
            return False
        opening = cursor.significant_index(mark)
        if cursor.text[opening] != "(":
            return False
        close = cursor.matching_close(opening, "(", ")", skip_patterns=True)
        if close == -1:
            return False
        end = cursor.significant_index(close)
        if end >= cursor.end or cursor.text[end] != "]":
            return False
        written = cursor.text[cursor.position : end + 1]
        start = cursor.position
        inner = partial(parse, bare_words=self._bare_words)
        reader = FilterParser(written, opening - start, close - start, inner, self._depth, self._bare_words)
        condition = reader.read()
        self._tokens.append(Filter(condition))
        cursor.position = end + 1
        return True

    def _read_placeholder(self) -> bool:
        # `[?]` stands for a predicate handed over by a Java program: there never is one.
        cursor = self._cursor
        mark = cursor.significant_index(cursor.position)
        if cursor.text[mark] == "?" and cursor.significant(mark) in "],":
            close = cursor.text.find("]", mark)
            raise InvalidExpression(
                f"Not enough predicates supplied for filter [{cursor.text[cursor.position + 1 : close]}] "
                f"at position {cursor.position}"
            )
        return False


def _slice(expression: str) -> Slice:
    parts = expression.split(":")
    start, stop = (_integer(part) if part else None for part in parts[:2])
    if start is None and stop is None:
        raise InvalidExpression(f"Failed to parse SliceOperation: {expression}")
    return Slice(start, stop)


def _indices(expression: str) -> Index:
    return Index(tuple(_integer(part.strip(" ")) for part in expression.split(",")))


def _integer(written: str) -> int:
    try:
        value = int(written) if " " not in written else None
    except ValueError:
        value = None
    if value is None or not -(2**31) <= value < 2**31:
        raise InvalidExpression(f"Failed to parse token in ArrayIndexOperation: {written}")
    return value


class ParameterReader:
    """Takes a function's parameters apart: paths to compile, and JSON texts."""

    def __init__(self, cursor: Cursor, depth: int, bare_words: bool) -> None:
        self._cursor = cursor
        self._depth = depth
        self._bare_words = bare_words
        self._kind = ""
        self._written: list[str] = []
        self._parameters: list[ParsedPath | str] = []
        self._quotes = self._braces = self._brackets = 0
        self._parentheses = 1

    def read(self, name: str) -> tuple[ParsedPath | str, ...]:
        """Reads up to and including the closing parenthesis."""
        cursor = self._cursor
        previous = ""
        done = False
        while cursor.in_bounds() and not done:
            char = cursor.current()
            cursor.position += 1
            if not self._kind:
                if char in " \t\r\n":
                    continue
                self._kind = "json" if char in '{"-' or char.isdecimal() else "path" if char in "$@" else ""
            if char == "\\" and self._quotes == 1 and cursor.current() in ',"':
                self._written.append(cursor.current())
                cursor.position += 1
                previous = ""
                continue
            done = self._count(char, previous)
            separates = char == "," and not self._braces and not self._brackets and self._parentheses == 1
            if self._kind and not separates:
                self._written.append(char)
            previous = char
        if self._braces or self._parentheses or self._brackets:
            raise InvalidExpression(f"Arguments to function: '{name}' are not closed properly.")
        return tuple(self._parameters)

    def _count(self, char: str, previous: str) -> bool:
        if char == '"':
            self._quotes += -1 if previous != "\\" and self._quotes > 0 else 1
        elif char == "(":
            self._parentheses += 1
        elif char == "{":
            self._braces += 1
        elif char == "[":
            self._brackets += 1
        elif char == "}":
            self._braces -= 1
        elif char == "]":
            self._brackets -= 1
        elif char == ")":
            self._parentheses -= 1
            if self._parentheses < 0 or previous == "(":
                self._written.append(char)
        if self._braces < 0 or self._brackets < 0:
            raise InvalidExpression(f"Unexpected '{char}' at character position: {self._cursor.position}")
        return char in ")," and self._end_parameter(char)

    def _end_parameter(self, char: str) -> bool:
        closes = self._parentheses == 0 and char == ")"
        if self._quotes or self._braces or self._brackets or not (closes or self._parentheses == 1):
            return False
        if self._kind:
            written = "".join(self._written)
            self._written.clear()
            is_json = self._kind == "json"
            self._kind = ""
            self._parameters.append(
                written if is_json else PathParser(Cursor(written), self._depth + 1, self._bare_words).read()
            )
        return closes

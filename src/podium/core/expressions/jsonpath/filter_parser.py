"""The condition of a filter `[?(...)]` to its tree.

    or         = and { "||" and }
    and        = operand { "&&" operand }
    operand    = "!" operand | "(" or ")" | value [ operator value ]
    value      = path | string | number | true | false | null | /pattern/flags | JSON array or object | bare word

A path on its own asks whether it exists; what else stands alone is an error. Jayway has no bare words; Step Functions
takes them for strings.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NoReturn

from podium.core.expressions.errors import InvalidExpression
from podium.core.expressions.jsonpath.cursor import Cursor
from podium.core.expressions.jsonpath.java import decimal_text, parse_decimal, unescape
from podium.core.expressions.jsonpath.operands import JsonText
from podium.core.expressions.jsonpath.operators import LIST_OPERATORS, OPERATORS
from podium.core.expressions.jsonpath.patterns import Pattern
from podium.core.expressions.jsonpath.tokens import Comparison, Condition, Existence, Logical, ParsedPath

MAX_PARENTHESES = 20
_OPERATOR_CHARACTERS = "<>=~!"
_BARE_WORD = re.compile(r"(?!(?:true|false|null)(?![\w.-]))[^\W\d][\w.-]*")


class _Unreadable(Exception):
    """A value that ends the reading at once, where an `InvalidExpression` would still leave an existence check."""


class FilterParser:
    """Reads one condition. `parse_path` is the path parser, handed in because the two grammars contain each other."""

    def __init__(
        self,
        written: str,
        opening: int,
        closing: int,
        parse_path: Callable[[str, int], ParsedPath],
        depth: int,
        bare_words: bool,
    ) -> None:
        self._cursor = Cursor(written)
        self._cursor.position = opening
        self._cursor.end = closing + 1
        self._parse_path = parse_path
        self._depth = depth
        self._bare_words = bare_words
        self._parentheses = 0

    def read(self) -> Condition:
        cursor = self._cursor
        try:
            condition = self._read_or()
            cursor.skip_blanks()
        except (IndexError, _Unreadable):
            self._fail()
        if cursor.in_bounds():
            raise InvalidExpression(
                f"Expected end of filter expression instead of: {cursor.text[cursor.position : cursor.end]}"
            )
        return condition

    def _fail(self) -> NoReturn:
        cursor = self._cursor
        char = cursor.text[cursor.position : cursor.position + 1]
        raise InvalidExpression(
            f"Failed to parse filter: {cursor.text}, error on position: {cursor.position}, char: {char}"
        )

    def _read_or(self) -> Condition:
        conditions = [self._read_and()]
        while self._cursor.take("||"):
            conditions.append(self._read_and())
        return conditions[0] if len(conditions) == 1 else Logical("||", tuple(conditions))

    def _read_and(self) -> Condition:
        conditions = [self._read_operand()]
        while self._cursor.take("&&"):
            conditions.append(self._read_operand())
        return conditions[0] if len(conditions) == 1 else Logical("&&", tuple(conditions))

    def _read_operand(self) -> Condition:
        cursor = self._cursor
        cursor.skip_blanks()
        start = cursor.position
        if cursor.current() in "!(":
            self._parentheses += 1
            if self._parentheses > MAX_PARENTHESES:
                raise InvalidExpression(f"Filter is nested deeper than {MAX_PARENTHESES} levels")
        if cursor.take("!"):
            cursor.skip_blanks()
            if cursor.current() not in "$@":
                return self._leave(Logical("!", (self._read_operand(),)))
            cursor.position = start
            return self._leave(self._read_expression())
        if cursor.take("("):
            condition = self._read_or()
            cursor.skip_blanks()
            if cursor.current() != ")":
                raise InvalidExpression("Expected character: )")
            cursor.position += 1
            return self._leave(condition)
        return self._read_expression()

    def _leave(self, condition: Condition) -> Condition:
        self._parentheses -= 1
        return condition

    def _read_expression(self) -> Condition:
        cursor = self._cursor
        left, wanted = self._read_value()
        after_left = cursor.position
        try:
            operator = self._read_operator()
            right, _ = self._read_value()
        except InvalidExpression:
            cursor.position = after_left
        else:
            return Comparison(operator, left, right)
        if not isinstance(left, ParsedPath):
            raise InvalidExpression("Expected path node")
        return Existence(left, wanted)

    def _read_operator(self) -> str:
        cursor = self._cursor
        cursor.skip_blanks()
        start = cursor.position
        if cursor.current() in _OPERATOR_CHARACTERS:
            while cursor.in_bounds() and cursor.current() in _OPERATOR_CHARACTERS:
                cursor.position += 1
        else:
            while cursor.in_bounds() and cursor.current() != " ":
                cursor.position += 1
        operator = cursor.text[start : cursor.position].upper()
        if operator not in OPERATORS and operator not in LIST_OPERATORS:
            raise InvalidExpression(f"Filter operator {operator} is not supported!")
        return operator

    def _read_value(self) -> tuple[Any, bool]:
        """A path or a literal, and whether it is wanted to exist (false after `!`)."""
        cursor = self._cursor
        cursor.skip_blanks()
        if cursor.current() == "!":
            cursor.position += 1
            cursor.skip_blanks()
            if cursor.current() not in "$@":
                raise InvalidExpression("Unexpected character: !")
        if cursor.current() in "$@":
            before = cursor.previous_significant_index(cursor.position)
            return self._read_path(), cursor.text[before] != "!"
        return self._read_literal(), True

    def _read_path(self) -> ParsedPath:
        cursor = self._cursor
        start = cursor.position
        cursor.position += 1
        while cursor.in_bounds():
            if cursor.current() == "[":
                close = cursor.matching_close(cursor.position, "[", "]", skip_patterns=False)
                if close == -1:
                    raise InvalidExpression(f"Square brackets does not match in filter {cursor.text}")
                cursor.position = close + 1
            char = cursor.current()
            ends = char == ")" and not self._closes_call(start)
            if not cursor.in_bounds() or char == " " or char in _OPERATOR_CHARACTERS or ends:
                break
            cursor.position += 1
        return self._parse_path(cursor.text[start : cursor.position], self._depth + 1)

    def _closes_call(self, start: int) -> bool:
        """Whether the parenthesis here closes a function call without parameters, `@.items.length()`."""
        cursor = self._cursor
        before = cursor.previous_significant_index(cursor.position)
        if before == -1 or cursor.text[before] != "(":
            return False
        return cursor.text.rfind(".", start + 1, before) != -1

    def _read_literal(self) -> Any:
        cursor = self._cursor
        char = cursor.current()
        if self._bare_words and (word := _BARE_WORD.match(cursor.text, cursor.position, cursor.end)):
            cursor.position = word.end()
            return word[0]
        if char in "'\"":
            return self._read_string(char)
        if char in "tf":
            return self._read_word("true" if char == "t" else "false") == "true"
        if char == "n":
            return self._read_word("null") and None
        if char in "[{":
            return self._read_json(char)
        if char == "/":
            return self._read_pattern()
        return self._read_number()

    def _read_string(self, quote: str) -> str:
        cursor = self._cursor
        close = cursor.next_unescaped(cursor.position, quote)
        if close == -1:
            raise InvalidExpression(f"String literal does not have matching quotes. Expected {quote} in {cursor.text}")
        written = cursor.text[cursor.position + 1 : close]
        cursor.position = close + 1
        return unescape(written)

    def _read_word(self, word: str) -> str:
        if not self._cursor.take(word):
            raise InvalidExpression(f"Expected <{word}> value")
        return word

    def _read_json(self, opener: str) -> JsonText:
        cursor = self._cursor
        start = cursor.position
        close = cursor.matching_close(start, opener, "]" if opener == "[" else "}", skip_patterns=False)
        if close == -1:
            raise InvalidExpression(f"String not closed. Expected ' in {cursor.text}")
        cursor.position = close + 1
        return JsonText(cursor.text[start : cursor.position])

    def _read_pattern(self) -> Pattern:
        cursor = self._cursor
        start = cursor.position
        close = cursor.next_unescaped(start, "/")
        if close == -1:
            raise InvalidExpression(f"Pattern not closed. Expected / in {cursor.text}")
        end = close + 1
        while end < cursor.end and cursor.text[end].isalpha():
            end += 1
        cursor.position = end
        return Pattern(cursor.text[start + 1 : close], cursor.text[close + 1 : end])

    def _read_number(self) -> int | float | Decimal:
        cursor = self._cursor
        start = cursor.position
        while cursor.in_bounds() and (cursor.current().isdecimal() or cursor.current() in "-.Ee"):
            cursor.position += 1
        number = parse_decimal(cursor.text[start : cursor.position])
        if number is None:
            raise _Unreadable
        # Python's own numbers compare faster; they stand in wherever Java would write them alike.
        if abs(number.adjusted()) < 300:
            as_float = float(number)
            for native in (int(number), as_float):
                if decimal_text(native) == str(number):
                    return native
        return number

"""Tokens to a raw syntax tree, by Pratt's top down operator precedence.

The tree still has `.` `[` `^` and their like as binary operators; processing.py turns those into paths.
Nesting is bounded here, so that nothing later recurses without end; AWS gives up at a depth of about 100
when evaluating, which every level of nesting costs at least one of.
"""

from typing import Final

from podium.core.expressions.jsonata.budget import DEPTH_MESSAGE
from podium.core.expressions.jsonata.errors import JsonataError, JsonataLimitExceeded
from podium.core.expressions.jsonata.nodes import Node, SortTerm
from podium.core.expressions.jsonata.signature import Signature
from podium.core.expressions.jsonata.tokenizer import LATER_OPERATORS, OPERATORS, Tokenizer

NESTING_MAX: Final = 150
#: Operators in a row nest too, to the left.
CHAIN_MAX: Final = 250

#: Operators with an operand on either side and nothing else to them.
_INFIX: Final = frozenset([".", "+", "-", "*", "/", "%", "=", "<", ">", "!=", "<=", ">=", "&", "and", "or", "in", "~>"])
_INFIX_POWERS: Final = {
    **{symbol: OPERATORS[symbol] for symbol in (*_INFIX, "(", "[", "^", "{", ":=", "@", "#", "?")},
    **LATER_OPERATORS,
}
_SYMBOL_OF_TYPE: Final = {
    "name": "(name)",
    "variable": "(name)",
    "string": "(literal)",
    "number": "(literal)",
    "value": "(literal)",
    "regex": "(regex)",
}
_TERMINALS: Final = frozenset(["(end)", "(name)", "(literal)", "(regex)", "and", "or", "in"])
_UNARY_POWER: Final = 70


class Parser:
    """Parses one text."""

    __slots__ = ("_later", "_length", "_nesting", "_tokens", "node")

    def __init__(self, text: str, later_grammar: bool = False) -> None:
        self._length = len(text)
        self._tokens = Tokenizer(text, later_grammar)
        self._later = later_grammar
        self._nesting = 0
        self.node = Node("(end)")

    def parse(self) -> Node:
        """The tree of the whole text.

        Raises:
            JsonataError: S...., the text is not an expression.
        """
        self._advance()
        tree = self._expression(0)
        if self.node.id != "(end)":
            raise JsonataError("S0201", position=self.node.position, token=self.node.value)
        return tree

    def _advance(self, expected: str | None = None, infix: bool = False) -> Node:
        if expected is not None and self.node.id != expected:
            code = "S0203" if self.node.id == "(end)" else "S0202"
            raise JsonataError(code, position=self.node.position, token=self.node.value, value=expected)
        token = self._tokens.next(infix)
        if token is None:
            self.node = Node("(end)", value="(end)", position=self._length, id="(end)")
            return self.node
        symbol = _SYMBOL_OF_TYPE.get(token.type) or str(token.value)
        if symbol in "!~" and token.type == "operator":
            raise JsonataError("S0204", position=token.position, token=token.value)
        self.node = Node(token.type, value=token.value, position=token.position, id=symbol)
        return self.node

    def _power(self) -> int:
        return _INFIX_POWERS.get(self.node.id, 0) if self.node.type == "operator" else 0

    def _expression(self, power: int) -> Node:
        self._nesting += 1
        if self._nesting > NESTING_MAX:
            raise JsonataLimitExceeded(DEPTH_MESSAGE)
        token = self.node
        self._advance(infix=True)
        left = self._prefix(token)
        length = 0
        while power < self._power():
            length += 1
            if length > CHAIN_MAX:
                raise JsonataLimitExceeded(DEPTH_MESSAGE)
            token = self.node
            self._advance()
            left = self._infix(token, left)
        self._nesting -= 1
        return left

    # --- what may begin an expression

    def _prefix(self, token: Node) -> Node:
        match token.id:
            case "-":
                token.expression = self._expression(_UNARY_POWER)
                token.type = "unary"
            case "*":
                token.type = "wildcard"
            case "**":
                token.type = "descendant"
            case "%":
                token.type = "parent"
            case "(":
                self._block(token)
            case "[":
                self._array(token)
            case "{":
                token.pairs = self._pairs()
                token.type = "unary"
            case "|":
                self._transform(token)
            case _ if token.id not in _TERMINALS:
                raise JsonataError("S0211", position=token.position, token=token.value)
        return token

    def _block(self, token: Node) -> None:
        while self.node.id != ")":
            token.expressions.append(self._expression(0))
            if self.node.id != ";":
                break
            self._advance(";")
        self._advance(")", infix=True)
        token.type = "block"

    def _array(self, token: Node) -> None:
        if self.node.id != "]":
            while True:
                item = self._expression(0)
                if self.node.id == "..":
                    span = Node("binary", value="..", position=self.node.position, lhs=item)
                    self._advance("..")
                    span.rhs = self._expression(0)
                    item = span
                token.expressions.append(item)
                if self.node.id != ",":
                    break
                self._advance(",")
        self._advance("]", infix=True)
        token.type = "unary"

    def _pairs(self) -> list[tuple[Node, Node]]:
        pairs: list[tuple[Node, Node]] = []
        if self.node.id != "}":
            while True:
                key = self._expression(0)
                self._advance(":")
                pairs.append((key, self._expression(0)))
                if self.node.id != ",":
                    break
                self._advance(",")
        self._advance("}", infix=True)
        return pairs

    def _transform(self, token: Node) -> None:
        token.type = "transform"
        token.pattern = self._expression(0)
        self._advance("|")
        token.update = self._expression(0)
        if self.node.id == ",":
            self._advance(",")
            token.delete = self._expression(0)
        self._advance("|")

    # --- what may follow one

    def _infix(self, token: Node, left: Node) -> Node:
        match token.id:
            case "(":
                return self._call(token, left)
            case "[":
                return self._filter(token, left)
            case "^":
                token.terms = self._sort_terms()
            case "{":
                token.pairs = self._pairs()
            case ":=":
                if left.type != "variable":
                    raise JsonataError("S0212", position=left.position, token=left.value)
                token.rhs = self._expression(OPERATORS[":="] - 1)
            case "@" | "#":
                token.rhs = self._expression(OPERATORS[token.id])
                if token.rhs.type != "variable":
                    raise JsonataError("S0214", position=token.rhs.position, token=token.id)
            case "?":
                return self._conditional(token, left)
            case "??" | "?:":
                return self._default(token, left)
            case _ if token.id in _INFIX:
                token.rhs = self._expression(OPERATORS[token.id])
            case _:
                raise JsonataError("S0201", position=token.position, token=token.value)
        token.lhs = left
        token.type = "binary"
        return token

    def _call(self, token: Node, left: Node) -> Node:
        token.procedure = left
        token.type = "function"
        if self.node.id != ")":
            while True:
                if self.node.type == "operator" and self.node.id == "?":
                    token.type = "partial"
                    token.arguments.append(self.node)
                    self._advance("?")
                else:
                    token.arguments.append(self._expression(0))
                if self.node.id != ",":
                    break
                self._advance(",")
        self._advance(")", infix=True)
        if left.type == "name" and left.value in ("function", "λ"):
            self._lambda(token)
        return token

    def _lambda(self, token: Node) -> None:
        for index, argument in enumerate(token.arguments):
            if argument.type != "variable":
                raise JsonataError("S0208", position=argument.position, token=argument.value, value=index + 1)
        token.type = "lambda"
        if self.node.id == "<":
            token.signature = self._signature()
        self._advance("{")
        token.body = self._expression(0)
        self._advance("}")

    def _signature(self) -> Signature:
        start = self.node.position
        depth = 1
        text = "<"
        while depth > 0 and self.node.id not in ("{", "(end)"):
            token = self._advance()
            if token.id == ">":
                depth -= 1
            elif token.id == "<":
                depth += 1
            text += str(token.value)
        self._advance(">")
        try:
            return Signature(text)
        except JsonataError as error:
            error.position = start + (error.position or 0)
            raise

    def _filter(self, token: Node, left: Node) -> Node:
        if self.node.id == "]":
            # Nothing between the brackets: the path keeps an array even for one result.
            step = left
            while step.type == "binary" and step.value == "[":
                step = step.lhs
            step.keep_array = True
            self._advance("]")
            return left
        token.lhs = left
        token.rhs = self._expression(OPERATORS["]"])
        token.type = "binary"
        self._advance("]", infix=True)
        return token

    def _sort_terms(self) -> list[SortTerm]:
        self._advance("(")
        terms: list[SortTerm] = []
        while True:
            descending = self.node.id == ">"
            if self.node.id in ("<", ">"):
                self._advance()
            terms.append(SortTerm(descending, self._expression(0)))
            if self.node.id != ",":
                break
            self._advance(",")
        self._advance(")")
        return terms

    def _conditional(self, token: Node, left: Node) -> Node:
        token.type = "condition"
        token.condition = left
        token.then = self._expression(0)
        if self.node.id == ":":
            self._advance(":")
            token.otherwise = self._expression(0)
        return token

    def _default(self, token: Node, left: Node) -> Node:
        """`a ?? b` is a where it exists, `a ?: b` where it is true; both came after 2.0.6."""
        condition = left
        if token.id == "??":
            exists = Node("variable", value="exists", position=token.position)
            condition = Node("function", value="(", position=token.position, procedure=exists, arguments=[left])
        token.type = "condition"
        token.condition = condition
        token.then = left
        token.otherwise = self._expression(0)
        return token

"""Raw syntax tree to the tree the compiler reads: paths with steps, stages and groups instead of binary operators.

Follows `processAST` of the reference implementation case by case, as what each case leaves undone is part of the
language's semantics.
"""

from typing import Final

from podium.core.expressions.jsonata.ancestry import Ancestry, push
from podium.core.expressions.jsonata.budget import DEPTH_MESSAGE
from podium.core.expressions.jsonata.errors import JsonataError, JsonataLimitExceeded
from podium.core.expressions.jsonata.nodes import Node, SortTerm, Stage

#: How deep a tree may be: chains of operators such as `a & b & ...` nest to the left without end.
TREE_DEPTH_MAX: Final = 250

_UNCHANGED: Final = frozenset(["string", "number", "value", "wildcard", "descendant", "variable", "regex"])


def process(tree: Node) -> Node:
    """The processed tree of a whole expression.

    Raises:
        JsonataError: S02.., the parts do not make an expression.
    """
    result = _Processor().process(tree)
    if result.type == "parent" or result.seeking_parent is not None:
        raise JsonataError("S0217", token=result.type, position=result.position)
    return result


class _Processor:
    __slots__ = ("_ancestry", "_depth")

    def __init__(self) -> None:
        self._ancestry = Ancestry()
        self._depth = 0

    def process(self, node: Node) -> Node:
        self._depth += 1
        if self._depth > TREE_DEPTH_MAX:
            raise JsonataLimitExceeded(DEPTH_MESSAGE)
        result = self._process(node)
        self._depth -= 1
        if node.keep_array:
            result.keep_array = True
        return result

    def _process(self, node: Node) -> Node:
        if node.type in _UNCHANGED:
            return node
        match node.type:
            case "binary":
                return self._binary(node)
            case "unary":
                return self._unary(node)
            case "function" | "partial":
                return self._call(node)
            case "lambda":
                body = tail_call(self.process(node.body))
                return Node(
                    "lambda", position=node.position, arguments=node.arguments, signature=node.signature, body=body
                )
            case "condition":
                return self._condition(node)
            case "transform":
                result = Node("transform", position=node.position)
                result.pattern = self.process(node.pattern)
                result.update = self.process(node.update)
                if node.delete is not None:
                    result.delete = self.process(node.delete)
                return result
            case "block":
                return self._block(node)
            case "name":
                return Node("path", steps=[node], keep_singleton_array=node.keep_array, position=node.position)
            case "parent":
                return Node("parent", slot=self._ancestry.new_slot(), position=node.position)
            case "operator":
                return self._operator(node)
            case _:
                code = "S0207" if node.id == "(end)" else "S0206"
                raise JsonataError(code, position=node.position, token=node.value)

    def _operator(self, node: Node) -> Node:
        if node.value in ("and", "or", "in"):
            node.type = "name"
            return self.process(node)
        if node.value == "?":
            return node
        raise JsonataError("S0201", position=node.position, token=node.value)

    def _binary(self, node: Node) -> Node:
        match node.value:
            case ".":
                return self._step(node)
            case "[":
                return self._predicate(node)
            case "{":
                return self._group(node)
            case "^":
                return self._sort(node)
            case ":=":
                result = Node("bind", value=node.value, position=node.position)
                result.lhs = self.process(node.lhs)
                result.rhs = self.process(node.rhs)
                push(result, result.rhs)
                return result
            case "@":
                return self._focus(node)
            case "#":
                return self._index(node)
            case "~>":
                result = Node("apply", value=node.value, position=node.position)
                result.lhs = self.process(node.lhs)
                result.rhs = self.process(node.rhs)
                result.keep_array = result.lhs.keep_array or result.rhs.keep_array
                return result
            case _:
                result = Node(node.type, value=node.value, position=node.position)
                result.lhs = self.process(node.lhs)
                result.rhs = self.process(node.rhs)
                push(result, result.lhs)
                push(result, result.rhs)
                return result

    def _step(self, node: Node) -> Node:
        left = self.process(node.lhs)
        result = left if left.type == "path" else Node("path", steps=[left], position=left.position)
        if left.type == "parent":
            result.seeking_parent = [left.slot]
        rest = self.process(node.rhs)
        if rest.type == "path":
            result.steps.extend(rest.steps)
        else:
            if rest.predicate is not None:
                rest.stages = rest.predicate
                rest.predicate = None
            result.steps.append(rest)
        for step in result.steps:
            if step.type in ("number", "value"):
                raise JsonataError("S0213", position=step.position, value=step.value)
            if step.type == "string":
                step.type = "name"
        if any(step.keep_array for step in result.steps):
            result.keep_singleton_array = True
        for step in (result.steps[0], result.steps[-1]):
            if step.type == "unary" and step.value == "[":
                step.cons_array = True
        self._ancestry.resolve(result)
        return result

    def _predicate(self, node: Node) -> Node:
        result = self.process(node.lhs)
        step = result.steps[-1] if result.type == "path" else result
        if step.group is not None:
            raise JsonataError("S0209", position=node.position)
        predicate = self.process(node.rhs)
        if predicate.seeking_parent is not None:
            for slot in predicate.seeking_parent:
                if slot.level == 1:
                    self._ancestry.seek(step, slot)
                else:
                    slot.level -= 1
            push(step, predicate)
        stage = Stage("filter", node.position, expression=predicate)
        if result.type == "path":
            step.stages = [*(step.stages or []), stage]
        else:
            step.predicate = [*(step.predicate or []), stage]
        return result

    def _group(self, node: Node) -> Node:
        result = self.process(node.lhs)
        if result.group is not None:
            raise JsonataError("S0210", position=node.position)
        pairs = [(self.process(key), self.process(value)) for key, value in node.pairs]
        result.group = Node("group", position=node.position, pairs=pairs)
        return result

    def _sort(self, node: Node) -> Node:
        result = self.process(node.lhs)
        if result.type != "path":
            result = Node("path", steps=[result], position=result.position)
        step = Node("sort", position=node.position)
        for term in node.terms:
            expression = self.process(term.expression)
            push(step, expression)
            step.terms.append(SortTerm(term.descending, expression))
        result.steps.append(step)
        self._ancestry.resolve(result)
        return result

    def _focus(self, node: Node) -> Node:
        result = self.process(node.lhs)
        step = result.steps[-1] if result.type == "path" else result
        if step.stages is not None or step.predicate is not None:
            raise JsonataError("S0215", position=node.position)
        if step.type == "sort":
            raise JsonataError("S0216", position=node.position)
        if node.keep_array:
            step.keep_array = True
        step.focus = node.rhs.value
        step.tuple = True
        return result

    def _index(self, node: Node) -> Node:
        result = self.process(node.lhs)
        if result.type == "path":
            step = result.steps[-1]
        else:
            step = result
            result = Node("path", steps=[step], position=step.position)
            if step.predicate is not None:
                step.stages = step.predicate
                step.predicate = None
        if step.stages is None:
            step.index = node.rhs.value
        else:
            step.stages.append(Stage("index", node.position, name=node.rhs.value))
        step.tuple = True
        return result

    def _unary(self, node: Node) -> Node:
        result = Node(node.type, value=node.value, position=node.position)
        if node.value == "[":
            for item in node.expressions:
                part = self.process(item)
                push(result, part)
                result.expressions.append(part)
        elif node.value == "{":
            for key_node, value_node in node.pairs:
                key = self.process(key_node)
                push(result, key)
                value = self.process(value_node)
                push(result, value)
                result.pairs.append((key, value))
        else:
            result.expression = self.process(node.expression)
            if result.expression.type == "number":
                result = result.expression
                result.value = -result.value
            else:
                push(result, result.expression)
        return result

    def _call(self, node: Node) -> Node:
        result = Node(node.type, value=node.value, position=node.position)
        for argument in node.arguments:
            part = self.process(argument)
            push(result, part)
            result.arguments.append(part)
        result.procedure = self.process(node.procedure)
        return result

    def _condition(self, node: Node) -> Node:
        result = Node("condition", value=node.value, position=node.position)
        result.condition = self.process(node.condition)
        push(result, result.condition)
        # `a ?? b` and `a ?: b` share a node between condition and result: it is processed once.
        if node.then is node.condition:
            result.then = result.condition
        elif node.condition.type == "function" and node.then in node.condition.arguments:
            result.then = result.condition.arguments[0]
        else:
            result.then = self.process(node.then)
            push(result, result.then)
        if node.otherwise is not None:
            result.otherwise = self.process(node.otherwise)
            push(result, result.otherwise)
        return result

    def _block(self, node: Node) -> Node:
        result = Node("block", position=node.position)
        for item in node.expressions:
            part = self.process(item)
            push(result, part)
            if part.cons_array or (part.type == "path" and part.steps[0].cons_array):
                result.cons_array = True
            result.expressions.append(part)
        return result


def tail_call(node: Node) -> Node:
    """Mark the calls a lambda ends with: they replace its frame instead of growing the stack."""
    if node.type == "function" and node.predicate is None:
        node.tail_call = True
    elif node.type == "condition":
        if node.value == "?":  # `a ?? b` needs the value of a here, as its condition is evaluated with it
            node.then = tail_call(node.then)
        if node.otherwise is not None:
            node.otherwise = tail_call(node.otherwise)
    elif node.type == "block" and node.expressions:
        node.expressions[-1] = tail_call(node.expressions[-1])
    return node

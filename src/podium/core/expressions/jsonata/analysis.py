"""What a create-time validator asks of an expression: which variables it leaves free, what it reads from the context.

Step Functions evaluates with no context item, so a bare name, `$` or `$$` outside of any step, predicate or function
can mean nothing; AWS refuses such definitions (UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'x' at the top level is not
supported.), as floci-io/floci#2670 records.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from podium.core.expressions.jsonata.nodes import Node


@dataclass(frozen=True, slots=True)
class Reference:
    """A name in the text: a variable without its `$` (`$` stands for `$$`), or a field."""

    name: str
    #: Offset just behind the name, in characters.
    position: int
    #: Of a variable, the names that follow it in its path, as far as they are plain: `$states.input.x` has input, x.
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """The references of one expression, each in the order of the text."""

    free_variables: tuple[Reference, ...]
    #: Bare field names, `*`, `**`, `$` and `$$` evaluated against the (missing) context of the whole expression.
    top_level_references: tuple[Reference, ...]
    calls_eval: bool
    #: Every name bound anywhere inside: by `:=`, as a parameter, by `@` or `#`.
    bound_names: frozenset[str]


def analyse(tree: Node, builtins: frozenset[str]) -> Analysis:
    """References of a processed tree; calls of built-in functions are not free variables."""
    walk = _Walk(builtins)
    walk.visit(tree, _Names(None), at_top=True)
    return Analysis(tuple(walk.free), tuple(walk.top_level), walk.calls_eval, frozenset(walk.bound))


class _Names:
    """Names bound in one scope, and those around it."""

    __slots__ = ("names", "parent")

    def __init__(self, parent: "_Names | None") -> None:
        self.names: set[str] = set()
        self.parent = parent

    def has(self, name: str) -> bool:
        scope: _Names | None = self
        while scope is not None:
            if name in scope.names:
                return True
            scope = scope.parent
        return False


class _Walk:
    __slots__ = ("_builtins", "bound", "calls_eval", "free", "top_level")

    def __init__(self, builtins: frozenset[str]) -> None:
        self._builtins = builtins
        self.free: list[Reference] = []
        self.top_level: list[Reference] = []
        self.bound: set[str] = set()
        self.calls_eval = False

    def visit(self, node: Node, names: _Names, at_top: bool) -> None:
        """Collect from a node; `at_top` while its context is that of the whole expression."""
        match node.type:
            case "variable":
                self._variable(node, names, at_top, ())
            case "wildcard" | "descendant" | "parent" if at_top:
                self.top_level.append(Reference(str(node.value or "%"), node.position))
            case "name" if at_top:
                self.top_level.append(Reference(str(node.value), node.position))
            case "path":
                self._path(node, names, at_top)
            case "block":
                inner = _Names(names)
                for part in node.expressions:
                    self.visit(part, inner, at_top)
            case "bind":
                self.visit(node.rhs, names, at_top)
                self._bind(names, node.lhs.value)
            case "lambda":
                inner = _Names(names)
                for parameter in node.arguments:
                    self._bind(inner, parameter.value)
                self.visit(node.body, inner, at_top)
            case "transform":
                self.visit(node.pattern, names, False)
                self.visit(node.update, names, False)
                if node.delete is not None:
                    self.visit(node.delete, names, False)
            case _:
                for child in _children(node):
                    self.visit(child, names, at_top)
        for stage in node.predicate or ():
            self.visit(stage.expression, names, False)
        if node.group is not None and node.type != "path":
            self._pairs(node.group, names, False)

    def _path(self, node: Node, names: _Names, at_top: bool) -> None:
        inner = _Names(names) if any(step.tuple for step in node.steps) else names
        for index, step in enumerate(node.steps):
            step_at_top = at_top and index == 0
            if step.type == "variable":
                follow = tuple(_plain_names(node.steps[index + 1 :])) if not step.stages else ()
                self._variable(step, inner, step_at_top, follow)
            elif step.type == "sort":
                for term in step.terms:
                    self.visit(term.expression, inner, False)
            else:
                self.visit(step, inner, step_at_top)
            for name in (step.focus, step.index):
                if name is not None:
                    self._bind(inner, name)
            for stage in step.stages or ():
                if stage.kind == "filter":
                    self.visit(stage.expression, inner, False)
                else:
                    self._bind(inner, stage.name)
        if node.group is not None:
            self._pairs(node.group, inner, False)

    def _pairs(self, group: Node, names: _Names, at_top: bool) -> None:
        for key, value in group.pairs:
            self.visit(key, names, at_top)
            self.visit(value, names, at_top)

    def _variable(self, node: Node, names: _Names, at_top: bool, follow: tuple[str, ...]) -> None:
        name = str(node.value)
        if name in ("", "$"):
            # `$$` is the whole input wherever it stands; `$` only where the context is.
            if at_top or name == "$":
                self.top_level.append(Reference("$" + name, node.position))
        elif not names.has(name):
            if name == "eval":
                self.calls_eval = True
            if name not in self._builtins:
                self.free.append(Reference(name, node.position, follow))

    def _bind(self, names: _Names, name: str) -> None:
        names.names.add(name)
        self.bound.add(name)


def _plain_names(steps: list[Node]) -> Iterator[str]:
    for step in steps:
        if step.type != "name":
            return
        yield str(step.value)
        if step.stages:
            return


def _children(node: Node) -> Iterator[Node]:
    """Parts evaluated in the same context as the node itself."""
    children: list[Any] = [
        node.lhs,
        node.rhs,
        node.expression,
        node.condition,
        node.then,
        node.otherwise,
        node.procedure,
        *node.arguments,
        *node.expressions,
    ]
    for key, value in node.pairs:
        children += (key, value)
    for child in children:
        if child is not None:
            yield child

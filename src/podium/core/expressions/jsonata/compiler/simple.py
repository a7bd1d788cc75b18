"""Leaves and plain structure: literals, variables, names, wildcards, conditions, blocks, bindings."""

from typing import Any

from podium.core.expressions.jsonata.budget import Frame
from podium.core.expressions.jsonata.compiler.core import Compiler, Evaluator, compiles, finisher
from podium.core.expressions.jsonata.lookup import descendants, field, resolve, wildcard
from podium.core.expressions.jsonata.nodes import Node
from podium.core.expressions.jsonata.regex import Regex
from podium.core.expressions.jsonata.values import SCALAR_CLASSES, UNDEFINED, OuterWrapper, truthy


@compiles("string", "number", "value")
def literal(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """A constant."""
    value = node.value
    return lambda context, frame: value


@compiles("regex")
def regex(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """A regular expression, compiled with the expression it stands in."""
    pattern, flags = node.value
    value = Regex(pattern, flags, node.position)
    return lambda context, frame: value


@compiles("variable")
def variable(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """`$name`, or `$` for the context."""
    name = node.value
    if name == "":
        return lambda context, frame: context[0] if context.__class__ is OuterWrapper else context

    def look_up(context: Any, frame: Frame) -> Any:
        names = frame.names
        return names[name] if name in names else resolve(name, frame.parent)

    return look_up


@compiles("name")
def name_step(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """A field of the context."""
    name = node.value

    def get(context: Any, frame: Frame) -> Any:
        if context.__class__ is dict:
            value = context.get(name, UNDEFINED)
            if value.__class__ in SCALAR_CLASSES:
                return value
        return field(context, name, frame.run)

    return get


@compiles("wildcard")
def any_member(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """`*`."""
    finish = finisher(node)
    return lambda context, frame: finish(wildcard(context, frame.run))


@compiles("descendant")
def any_descendant(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """`**`."""
    return lambda context, frame: descendants(context, frame.run)


@compiles("parent")
def parent(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """`%`: a step before bound its context to the slot's label."""
    slot = node.slot
    return lambda context, frame: resolve(slot.label, frame)


@compiles("condition")
def condition(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """`test ? then : otherwise`."""
    test = compiler.compile(node.condition, depth + 1)
    then = compiler.compile(node.then, depth + 1)
    if node.otherwise is None:

        def when(context: Any, frame: Frame) -> Any:
            value = test(context, frame)
            return then(context, frame) if value is True or truthy(value) else UNDEFINED

        return when
    otherwise = compiler.compile(node.otherwise, depth + 1)

    def choose(context: Any, frame: Frame) -> Any:
        value = test(context, frame)
        if value is True or (value is not False and truthy(value)):
            return then(context, frame)
        return otherwise(context, frame)

    return choose


@compiles("block")
def block(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """`(a; b; c)`: a scope of its own, worth its last expression."""
    parts = [compiler.compile(part, depth + 1) for part in node.expressions]
    scoped = any(_binds(part) for part in node.expressions)
    if not parts:
        return lambda context, frame: UNDEFINED
    if not scoped and len(parts) == 1:
        return parts[0]
    *first, last = parts

    def run_all(context: Any, frame: Frame) -> Any:
        inner = Frame({}, frame, frame.run) if scoped else frame
        for part in first:
            part(context, inner)
        return last(context, inner)

    return run_all


def _binds(node: Node) -> bool:
    """Whether evaluating the node may bind a name in the frame it is given."""
    if node.type in ("string", "number", "value", "variable", "lambda", "regex", "name"):
        return False
    # Anything with parts may hold a `:=` somewhere: only the common flat shapes are worth telling apart.
    if node.type == "path" and node.group is None:
        return any(step.type not in ("name", "variable") or step.stages is not None for step in node.steps)
    if node.type == "binary":
        return _binds(node.lhs) or _binds(node.rhs)
    if node.type == "function":
        return _binds(node.procedure) or any(_binds(argument) for argument in node.arguments)
    if node.type == "condition":
        return _binds(node.condition) or _binds(node.then) or (node.otherwise is not None and _binds(node.otherwise))
    return True


@compiles("bind")
def bind(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """`$name := value`."""
    name = node.lhs.value
    value_of = compiler.compile(node.rhs, depth + 1)

    def assign(context: Any, frame: Frame) -> Any:
        value = value_of(context, frame)
        frame.names[name] = value
        return value

    return assign

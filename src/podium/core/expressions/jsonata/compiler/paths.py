"""Paths: a context mapped through steps, each result flattened into the sequence the next step sees.

Most paths are a few names on objects; those walk dictionaries and go the general way of sequences from the first array.
"""

from collections.abc import Callable
from typing import Any, Final

from podium.core.expressions.jsonata.budget import Frame, Run
from podium.core.expressions.jsonata.compiler.core import Compiler, Evaluator, StageFilter, compiles, keep_array
from podium.core.expressions.jsonata.compiler.sorting import compile_sort
from podium.core.expressions.jsonata.compiler.tuples import compile_tuple_path
from podium.core.expressions.jsonata.lookup import field, resolve
from podium.core.expressions.jsonata.nodes import Node
from podium.core.expressions.jsonata.values import (
    ARRAY_CLASSES,
    FLATTENED_CLASSES,
    SCALAR_CLASSES,
    UNDEFINED,
    ConstructedArray,
    KeptSequence,
    OuterWrapper,
    Sequence,
    collapse,
)

#: A step: the items it is given, the frame, whether it is the last one; returns the sequence for the next.
Step = Callable[[list[Any], Frame, bool], list[Any]]


#: Values a path hands on as they are.
_PLAIN_CLASSES: Final = SCALAR_CLASSES | {dict, list}


@compiles("path")
def path(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """A path with whatever follows it: `[]`, a group-by."""
    if any(step.tuple for step in node.steps):
        return compile_tuple_path(compiler, node, depth)
    names = _plain_names(node)
    if names is not None and node.group is None and not (node.keep_singleton_array or node.keep_array):
        walk = _walk_names(names) if len(node.steps) == len(names) else _walk_from(node.steps[0].value, names)
        compiler.size += len(names)
        return walk
    return _general(compiler, node, depth)


def _plain_names(node: Node) -> list[str] | None:
    """The names of a path that is nothing else, but for a variable it may start from."""
    names = [step.value for step in node.steps if step.type == "name" and step.stages is None and step.group is None]
    head = node.steps[0]
    missing = len(node.steps) - len(names)
    if missing == 0:
        return names
    plain_head = head.type == "variable" and not (head.stages or head.predicate or head.keep_array or head.group)
    return names if missing == 1 and plain_head and names else None


def _walk_names(names: list[str]) -> Evaluator:
    if len(names) == 1:
        (name,) = names

        def get(context: Any, frame: Frame) -> Any:
            if context.__class__ is dict:
                value = context.get(name, UNDEFINED)
                return value if value.__class__ in _PLAIN_CLASSES else collapse(value)
            return _walk_items(context if context.__class__ in ARRAY_CLASSES else [context], names, frame.run)

        return get

    def walk(context: Any, frame: Frame) -> Any:
        if context.__class__ in ARRAY_CLASSES:
            return _walk_items(context, names, frame.run)
        return _walk_value(context, names, frame.run)

    return walk


def _walk_from(variable: str, names: list[str]) -> Evaluator:
    """Follow names from a variable, or from the context (`$`)."""

    def walk(context: Any, frame: Frame) -> Any:
        bound = frame.names
        start = value = bound[variable] if variable in bound else resolve(variable, frame.parent)
        for name in names:
            if value.__class__ is not dict:
                return _walk_value(start, names, frame.run)
            value = value.get(name, UNDEFINED)
        return value if value.__class__ in _PLAIN_CLASSES else collapse(value)

    def walk_context(context: Any, frame: Frame) -> Any:
        return _walk_value(context[0] if context.__class__ is OuterWrapper else context, names, frame.run)

    return walk if variable else walk_context


def _walk_value(value: Any, names: list[str], run: Run) -> Any:
    """Follow names from one value, as long as it is an object."""
    for index, name in enumerate(names):
        if value.__class__ is dict:
            value = value.get(name, UNDEFINED)
        elif value.__class__ in ARRAY_CLASSES:
            return _walk_items(value, names[index:], run)
        else:
            return UNDEFINED
    return collapse(value)


def _walk_items(items: list[Any], names: list[str], run: Run) -> Any:
    """Follow names from every item of a sequence."""
    last = len(names) - 1
    for index, name in enumerate(names):
        items = map_name(items, name, run, index == last)
        if not items:
            break
    return collapse(items)


def map_name(items: list[Any], name: str, run: Run, last: bool) -> list[Any]:
    """The member `name` of every item, as a sequence."""
    run.spend(len(items))
    found = [
        value
        for item in items
        if (value := item.get(name, UNDEFINED) if item.__class__ is dict else field(item, name, run)) is not UNDEFINED
    ]
    return flattened(found, run, last)


def flattened(found: list[Any], run: Run, last: bool) -> list[Any]:
    """The results of a step as one sequence: arrays among them give their items.

    The one array a last step found is the result itself, unless a query made it.
    """
    classes = set(map(type, found))
    if classes.isdisjoint(ARRAY_CLASSES):
        return Sequence(found)
    if last and len(found) == 1 and not isinstance(found[0], Sequence):
        return found[0]  # type: ignore[no-any-return]
    result = Sequence()
    for value in found:
        if value.__class__ in FLATTENED_CLASSES:
            run.allocate_items(len(result) + len(value)) if len(value) > 1000 else run.allocate(8 * len(value))
            result.extend(value)
        else:
            result.append(value)
    run.allocate_items(len(result))
    return result


def _leading_walk(node: Node) -> tuple[Evaluator | None, int]:
    """The walk along the names a path starts with, if it starts from a variable, and how many steps that covers."""
    head = node.steps[0]
    if head.type != "variable" or not head.value or head.stages or head.predicate or head.keep_array or head.group:
        return None, 0
    names = []
    for step in node.steps[1:-1]:
        if step.type != "name" or step.stages is not None or step.group is not None:
            break
        names.append(step.value)
    return (_walk_from(head.value, names), len(names) + 1) if names else (None, 0)


def _general(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    first = node.steps[0]
    leading, covered = _leading_walk(node)
    steps = [compile_step(compiler, step, depth) for step in node.steps[covered:]]
    constructed = compiler.compile(first, depth + 1) if first.cons_array else None
    if constructed is not None:
        steps = steps[1:]
    from_variable = first.type == "variable"
    keeps = node.keep_singleton_array
    group = compiler.compile_group(node.group, depth) if node.group is not None else None
    last = len(steps) - 1
    finish = keep_array if node.keep_array else collapse

    def walk(context: Any, frame: Frame) -> Any:
        if leading is not None:
            start = leading(context, frame)
            if start is UNDEFINED:
                return group(Sequence(), frame) if group is not None else UNDEFINED
            items = start if start.__class__ in FLATTENED_CLASSES else [start]
        else:
            items = context_items(context, from_variable)
        if constructed is not None:
            items = constructed(items, frame)
            if items.__class__ not in ARRAY_CLASSES and steps:
                return UNDEFINED
        if items or constructed is None:
            for index, step in enumerate(steps):
                items = step(items, frame, index == last)
                if not items:
                    break
        if keeps:
            items = keep_singleton(items)
        if group is not None:
            return group(items, frame)
        return finish(items)

    return walk


def context_items(context: Any, from_variable: bool) -> list[Any]:
    """What a path starts from: the items of an array, unless a variable makes the path absolute."""
    if context.__class__ in ARRAY_CLASSES and not from_variable:
        return context
    return Sequence((context,))


def keep_singleton(items: list[Any]) -> list[Any]:
    """The result of a path with `[]` in it: an array even of one item."""
    if items.__class__ is ConstructedArray:
        return KeptSequence((items,))
    return KeptSequence(items) if isinstance(items, Sequence) else items


@compiles("(step)")
def compile_step(compiler: Compiler, node: Node, depth: int) -> Step:
    """One step that binds nothing."""
    stages = [compiler.compile_filter(stage.expression, depth) for stage in node.stages or ()]
    if node.type == "sort":
        return _sort_step(compiler, node, stages, depth)
    if node.type == "name" and not stages and not node.keep_array and node.group is None:
        name = node.value
        compiler.size += 1
        return lambda items, frame, last: map_name(items, name, frame.run, last)
    if node.type == "name" and len(stages) == 1 and not node.keep_array and node.group is None:
        return _filtered_name(node.value, stages[0])
    evaluate, weight = compiler.weighed(node, depth + 1)
    weight += 3 * len(stages)

    def step(items: list[Any], frame: Frame, last: bool) -> list[Any]:
        run = frame.run
        run.spend(weight * len(items))
        found: list[Any] = []
        for item in items:
            value = evaluate(item, frame)
            for stage in stages:
                value = stage(value, frame)
            if value is not UNDEFINED:
                found.append(value)
        run.allocate_items(len(found))
        return flattened(found, run, last)

    return step


def _filtered_name(name: str, keep: StageFilter) -> Step:
    """`name[predicate]`."""

    def step(items: list[Any], frame: Frame, last: bool) -> list[Any]:
        run = frame.run
        if len(items) == 1 and items[0].__class__ is dict:
            value = items[0].get(name, UNDEFINED)
            if value.__class__ is not list:
                value = collapse(value)
            if value is UNDEFINED:
                return Sequence()
            kept = keep(value, frame)
            # What a predicate keeps is a sequence already, unless it picked an array or keeps arrays.
            if kept.__class__ is Sequence and ARRAY_CLASSES.isdisjoint(map(type, kept)):
                return kept
            return flattened([kept], run, last)
        run.spend(3 * len(items))
        found = []
        for item in items:
            value = field(item, name, run)
            if value is not UNDEFINED:
                found.append(keep(value, frame))
        return flattened(found, run, last)

    return step


def _sort_step(compiler: Compiler, node: Node, stages: list[StageFilter], depth: int) -> Step:
    sort = compile_sort(compiler, node, depth)

    def step(items: list[Any], frame: Frame, last: bool) -> list[Any]:
        result = sort(items, frame)
        for stage in stages:
            result = stage(result, frame)
        return result

    return step

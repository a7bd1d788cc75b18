"""Paths with `@`, `#` or `%`: instead of values, dictionaries of bindings flow from step to step.

`@` in a tuple is the context; other names are what a step bound: a focus, a position, the ancestor some `%` asks for.
"""

from collections.abc import Callable
from typing import Any

from podium.core.expressions.jsonata.budget import OBJECT_BYTES, Frame, Run
from podium.core.expressions.jsonata.compiler.core import Compiler, Evaluator, StageFilter, keep_array
from podium.core.expressions.jsonata.compiler.sorting import compile_sort
from podium.core.expressions.jsonata.nodes import Node, Stage
from podium.core.expressions.jsonata.values import (
    ARRAY_CLASSES,
    UNDEFINED,
    ConstructedArray,
    KeptSequence,
    Sequence,
    TupleStream,
    collapse,
)

#: A step: the items for one that starts the stream, the stream so far, the frame.
TupleStep = Callable[[list[Any], TupleStream | None, Frame], TupleStream]
PlainStep = Callable[[list[Any], Frame, bool], list[Any]]


def compile_tuple_path(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """A path at least one step of which binds something."""
    from_variable = node.steps[0].type == "variable"
    start = next(index for index, step in enumerate(node.steps) if step.tuple)
    plain: list[PlainStep] = [compiler.plain_step(step, depth) for step in node.steps[:start]]
    steps = [_tuple_step(compiler, step, depth) for step in node.steps[start:]]
    group = compiler.compile_group(node.group, depth) if node.group is not None else None
    keeps = node.keep_singleton_array
    finish = keep_array if node.keep_array else collapse

    def walk(context: Any, frame: Frame) -> Any:
        items: Any = context
        if context.__class__ not in ARRAY_CLASSES or from_variable:
            items = Sequence((context,))
        stream: TupleStream | None = None
        exhausted = False
        for step in plain:
            items = step(items, frame, False)
            if not items:
                exhausted = True
                break
        if not exhausted:
            for tuple_step in steps:
                stream = tuple_step(items, stream, frame)
        if group is not None:
            return group(items if stream is None else stream, frame)
        if stream is None:
            result: list[Any] = items
        elif node.tuple:
            return stream
        else:
            result = Sequence([bindings["@"] for bindings in stream])
        if keeps:
            result = KeptSequence((result,)) if result.__class__ is ConstructedArray else KeptSequence(result)
        return finish(result)

    return walk


def _tuple_step(compiler: Compiler, node: Node, depth: int) -> TupleStep:
    stages = [_stage(compiler, stage, depth) for stage in node.stages or ()]
    if node.type == "sort":
        return _sort_step(compiler, node, stages, depth)
    evaluate, weight = compiler.weighed(node, depth + 1)

    def step(items: list[Any], stream: TupleStream | None, frame: Frame) -> TupleStream:
        run = frame.run
        if stream is None:
            stream = TupleStream([{"@": item} for item in items])
            run.allocate(OBJECT_BYTES * len(stream))
        run.spend((weight + 4) * len(stream))
        result = TupleStream()
        for bindings in stream:
            value = evaluate(bindings["@"], Frame(dict(bindings), frame, run))
            if value is not UNDEFINED:
                _bind_each(value, bindings, node, result, run)
        for stage in stages:
            result = stage(result, frame)
        return result

    return step


def _bind_each(value: Any, bindings: dict[str, Any], node: Node, result: TupleStream, run: Run) -> None:
    values = value if value.__class__ in ARRAY_CLASSES else [value]
    run.spend(3 * len(values))
    run.allocate((OBJECT_BYTES + 24 * len(bindings)) * len(values))
    if value.__class__ is TupleStream:
        result.extend([{**bindings, **inner} for inner in values])
        return
    for position, item in enumerate(values):
        extended = dict(bindings)
        if node.focus is not None:
            extended[node.focus] = item
        else:
            extended["@"] = item
        if node.index is not None:
            extended[node.index] = position
        if node.ancestor is not None:
            extended[node.ancestor.label] = bindings["@"]
        result.append(extended)


def _sort_step(compiler: Compiler, node: Node, stages: list[StageFilter], depth: int) -> TupleStep:
    sort = compile_sort(compiler, node, depth)
    index_name = node.index

    def step(items: list[Any], stream: TupleStream | None, frame: Frame) -> TupleStream:
        if stream is not None:
            result = TupleStream(sort(stream, frame))
        else:
            ordered = sort(items, frame)
            frame.run.allocate(OBJECT_BYTES * len(ordered))
            result = TupleStream([{"@": item} for item in ordered])
            if index_name is not None:
                for position, bindings in enumerate(result):
                    bindings[index_name] = position
        for stage in stages:
            result = stage(result, frame)
        return result

    return step


def _stage(compiler: Compiler, stage: Stage, depth: int) -> StageFilter:
    if stage.kind == "filter":
        return compiler.compile_filter(stage.expression, depth)
    name = stage.name

    def number(stream: Any, frame: Frame) -> Any:
        frame.run.spend(len(stream))
        for position, bindings in enumerate(stream):
            bindings[name] = position
        return stream

    return number

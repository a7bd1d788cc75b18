"""The compiler: a processed tree to one closure per node, each called as `evaluate(context, frame)`.

Every family of nodes has a file that says how it compiles; this one dispatches, keeps count, and adds what all
nodes share: predicates, grouping and the collapsing of sequences. Known shapes get shorter closures, as a call costs
more than what most nodes do.
"""

from collections.abc import Callable
from typing import Any, Final

from podium.core.expressions.jsonata.analysis import Analysis
from podium.core.expressions.jsonata.budget import DEFAULT_LIMITS, DEPTH_MESSAGE, Frame
from podium.core.expressions.jsonata.errors import JsonataLimitExceeded
from podium.core.expressions.jsonata.nodes import Node, Stage
from podium.core.expressions.jsonata.values import KeptSequence, Sequence, TupleStream, collapse

Evaluator = Callable[[Any, Frame], Any]
#: Compiles the nodes of one type at a depth of the tree; to an evaluator, but for `(filter)`, `(group)`, `(step)`.
NodeCompiler = Callable[["Compiler", Node, int], Any]
#: Applies a predicate: what it keeps of a value.
StageFilter = Callable[[Any, Frame], Any]

NODE_COMPILERS: Final[dict[str, NodeCompiler]] = {}


def compiles(*types: str) -> Callable[[NodeCompiler], NodeCompiler]:
    """Register a compiler for types of nodes."""

    def register(function: NodeCompiler) -> NodeCompiler:
        for name in types:
            NODE_COMPILERS[name] = function
        return function

    return register


#: What a path costs besides its steps.
_PATH_STEPS: Final = 2


class Compiler:
    """Compiles one expression. `size` counts the nodes so far: the difference over a part is the weight of its loop."""

    __slots__ = ("analysis", "size")

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.size = 0

    def compile(self, node: Node, depth: int) -> Evaluator:
        """The closure of a node `depth` evaluations below the body of its lambda or of the expression."""
        self.size += 1
        if depth > DEFAULT_LIMITS.depth:
            return _too_deep
        evaluate: Evaluator = NODE_COMPILERS[node.type](self, node, depth)
        if node.type == "path":
            self.size += _PATH_STEPS
            return evaluate
        if node.predicate is not None:
            evaluate = self._with_predicates(evaluate, node.predicate, depth)
        if node.group is not None:
            evaluate = self._with_group(evaluate, node.group, depth)
        if node.keep_array:
            return _keeping(evaluate)
        # Every closure collapses what it yields; a predicate leaves a sequence as it is.
        return _collapsing(evaluate) if node.predicate is not None else evaluate

    def weighed(self, node: Node, depth: int) -> tuple[Evaluator, int]:
        """The closure of a loop's body, and the steps one turn is charged."""
        before = self.size
        evaluate = self.compile(node, depth)
        return evaluate, self.size - before + 1

    def compile_filter(self, predicate: Node, depth: int) -> StageFilter:
        """What applies a predicate, found `depth` evaluations deep, to the value it stands behind."""
        filters: StageFilter = NODE_COMPILERS["(filter)"](self, predicate, depth)
        return filters

    def compile_group(self, group: Node, depth: int) -> StageFilter:
        """What groups a value by the pairs of a group-by or of an object constructor."""
        groups: StageFilter = NODE_COMPILERS["(group)"](self, group, depth)
        return groups

    def plain_step(self, step: Node, depth: int) -> Any:
        """A step of a path that `depth` evaluations deep binds nothing."""
        return NODE_COMPILERS["(step)"](self, step, depth)

    def _with_predicates(self, evaluate: Evaluator, stages: list[Stage], depth: int) -> Evaluator:
        filters = [self.compile_filter(stage.expression, depth) for stage in stages]

        def predicated(context: Any, frame: Frame) -> Any:
            result = evaluate(context, frame)
            for keep in filters:
                result = keep(result, frame)
            return result

        return predicated

    def _with_group(self, evaluate: Evaluator, group: Node, depth: int) -> Evaluator:
        grouped = self.compile_group(group, depth)
        return lambda context, frame: grouped(evaluate(context, frame), frame)


def finisher(node: Node) -> Callable[[Any], Any]:
    """What a node does to a sequence it yields: collapse it, unless a predicate or `[]` behind it must see it whole."""
    return _unchanged if node.predicate is not None or node.keep_array else collapse


def _unchanged(value: Any) -> Any:
    return value


def _too_deep(context: Any, frame: Frame) -> Any:
    raise JsonataLimitExceeded(DEPTH_MESSAGE)


def _collapsing(evaluate: Evaluator) -> Evaluator:
    def collapsed(context: Any, frame: Frame) -> Any:
        result = evaluate(context, frame)
        return collapse(result) if isinstance(result, Sequence) else result

    return collapsed


def keep_array(result: Any) -> Any:
    """What `[]` makes of a result: a sequence that stays an array."""
    if isinstance(result, Sequence) and result.__class__ is not TupleStream:
        return collapse(KeptSequence(result))
    return result


def _keeping(evaluate: Evaluator) -> Evaluator:
    return lambda context, frame: keep_array(evaluate(context, frame))

"""The transform `|pattern|update,delete|`: a function that changes a copy of what it is given."""

from typing import Any

from podium.core.expressions.jsonata.budget import MEMBER_BYTES, Frame, Run
from podium.core.expressions.jsonata.compiler.core import Compiler, Evaluator, compiles
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.lookup import resolve
from podium.core.expressions.jsonata.nodes import Node
from podium.core.expressions.jsonata.signature import Signature
from podium.core.expressions.jsonata.values import ARRAY_CLASSES, UNDEFINED, Function

_SIGNATURE = Signature("<(oa):o>")


class Transform(Function):
    """One transform, in the scope it was written in."""

    __slots__ = ("_delete", "_frame", "_node", "_pattern", "_update", "_weight")

    def __init__(
        self, pattern: Evaluator, update: Evaluator, delete: Evaluator | None, node: Node, frame: Frame, weight: int
    ) -> None:
        self._pattern = pattern
        self._update = update
        self._delete = delete
        self._node = node
        self._frame = frame
        self._weight = weight

    @property
    def arity(self) -> int:
        return 1

    def call(self, arguments: list[Any], context: Any, run: Run) -> Any:
        (value,) = _SIGNATURE.validate(arguments, context)
        if value is UNDEFINED:
            return UNDEFINED
        frame = self._frame
        clone = resolve("clone", frame)
        if not isinstance(clone, Function):
            raise JsonataError("T2013", position=self._node.position)
        copy = clone.call([value], None, run)
        matches = self._pattern(copy, frame)
        if matches is UNDEFINED:
            return copy
        found = list(matches) if matches.__class__ in ARRAY_CLASSES else [matches]
        run.spend(self._weight * len(found))
        # A pattern can lead out of the copy, by a variable: what is not of the copy is nobody's to change.
        own = _objects_in(copy, run)
        for match in found:
            if id(match) in own:
                self._change(match, run)
        return copy

    def _change(self, match: dict[str, Any], run: Run) -> None:
        frame = self._frame
        update = self._update(match, frame)
        if update is not UNDEFINED:
            if update.__class__ is not dict:
                raise JsonataError("T2011", position=self._node.update.position, value=update)
            run.allocate(MEMBER_BYTES * len(update))
            match.update(update)
        if self._delete is None:
            return
        names = self._delete(match, frame)
        if names is UNDEFINED:
            return
        for name in names if names.__class__ in ARRAY_CLASSES else [names]:
            if name.__class__ is not str:
                position = self._node.delete.position if self._node.delete is not None else 0
                raise JsonataError("T2012", position=position, value=names)
            match.pop(name, None)


def _objects_in(copy: Any, run: Run) -> set[int]:
    own: set[int] = set()
    pending = [copy]
    while pending:
        value = pending.pop()
        if value.__class__ is dict:
            own.add(id(value))
            run.allocate(MEMBER_BYTES)
            pending.extend(value.values())
        elif value.__class__ in ARRAY_CLASSES:
            pending.extend(value)
    run.spend(len(own))
    return own


@compiles("transform")
def transform(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """A transform as a value."""
    before = compiler.size
    pattern = compiler.compile(node.pattern, depth + 1)
    update = compiler.compile(node.update, depth + 1)
    delete = compiler.compile(node.delete, depth + 1) if node.delete is not None else None
    weight = compiler.size - before + 2
    return lambda context, frame: Transform(pattern, update, delete, node, frame, weight)

"""Object constructors and group-by `{key: value, ...}`: items grouped by key, then one value for each group."""

from collections.abc import Callable
from typing import Any

from podium.core.expressions.jsonata.budget import MEMBER_BYTES, OBJECT_BYTES, Frame, Run
from podium.core.expressions.jsonata.compiler.core import Compiler, Evaluator, StageFilter, compiles
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.nodes import Node
from podium.core.expressions.jsonata.values import ARRAY_CLASSES, UNDEFINED, Sequence, TupleStream

Pair = tuple[Evaluator, Evaluator]


class _Group:
    """The items that share a key, and the pair that made it."""

    __slots__ = ("data", "owned", "pair")

    def __init__(self, item: Any, pair: int) -> None:
        self.data = item
        self.pair = pair
        #: Whether `data` is an array made here, which may grow in place.
        self.owned = False

    def add(self, item: Any, run: Run) -> None:
        """Join an item on, as `$append` does."""
        if not self.owned:
            data = self.data
            run.allocate(8 * len(data) + 64 if data.__class__ in ARRAY_CLASSES else 64)
            if data is UNDEFINED:
                self.data = item
                return
            self.data = list(data) if data.__class__ in ARRAY_CLASSES else [data]
            self.owned = True
        if item.__class__ in ARRAY_CLASSES:
            run.allocate_items(len(item))
            self.data.extend(item)
        elif item is not UNDEFINED:
            self.data.append(item)


@compiles("(group)")
def compile_group(compiler: Compiler, node: Node, depth: int) -> StageFilter:
    """The grouping of a value; of anything but an array, that value is the one item."""
    before = compiler.size
    pairs = [(compiler.compile(key, depth + 1), compiler.compile(value, depth + 1)) for key, value in node.pairs]
    weight = compiler.size - before + 4
    constants = _constant_keys(node)
    grouping = _grouping(pairs, weight, node.position)
    if len(pairs) == 1:
        grouping = _grouping_by_one(*pairs[0], weight, node.position, grouping)
    return grouping if constants is None else _constructor(constants, [value for _, value in pairs], grouping)


def _constant_keys(node: Node) -> list[str] | None:
    """The keys, if all are written out and different."""
    keys = [key.value for key, _ in node.pairs if key.type == "string" and not key.predicate and key.group is None]
    return keys if len(keys) == len(node.pairs) == len(set(keys)) else None


def _constructor(keys: list[str], values: list[Evaluator], grouping: StageFilter) -> StageFilter:
    members = list(zip(keys, values, strict=True))
    size = OBJECT_BYTES + MEMBER_BYTES * len(members)

    def construct(context: Any, frame: Frame) -> Any:
        if context.__class__ in ARRAY_CLASSES:
            return grouping(context, frame)
        run = frame.run
        run.memory -= size
        result = {}
        for key, evaluate in members:
            value = evaluate(context, frame)
            if value is not UNDEFINED:
                result[key] = value
                if isinstance(value, Sequence):
                    run.nested = True
        return result

    return construct


def _grouping(pairs: list[Pair], weight: int, position: int) -> Callable[[Any, Frame], dict[str, Any]]:
    def grouped(value: Any, frame: Frame) -> dict[str, Any]:
        run = frame.run
        tuples = value.__class__ is TupleStream and len(value) > 0
        items = (value or [UNDEFINED]) if value.__class__ in ARRAY_CLASSES else [value]
        run.spend(weight * len(items))
        groups: dict[str, _Group] = {}
        for item in items:
            context, inner = (item["@"], Frame(dict(item), frame, run)) if tuples else (item, frame)
            for index, (key_of, _) in enumerate(pairs):
                key = key_of(context, inner)
                if key is UNDEFINED:
                    continue
                if key.__class__ is not str:
                    raise JsonataError("T1003", position=position, value=key)
                _file(groups, key, item, index, position, run, tuples)
        run.spend(8 * len(groups))
        run.allocate(OBJECT_BYTES + (OBJECT_BYTES + MEMBER_BYTES) * len(groups))
        result = {}
        for key, entry in groups.items():
            context, inner = entry.data, frame
            if tuples:
                bindings = _reduced(entry.data, run)
                context = bindings.pop("@")
                inner = Frame(bindings, frame, run)
            member = pairs[entry.pair][1](context, inner)
            if member is not UNDEFINED:
                result[key] = member
                if isinstance(member, Sequence):
                    run.nested = True
        return result

    return grouped


def _grouping_by_one(
    key_of: Evaluator, member_of: Evaluator, weight: int, position: int, general: StageFilter
) -> StageFilter:
    """`_grouping` of plain items by one pair: nearly all there is."""

    def grouped(value: Any, frame: Frame) -> Any:
        if value.__class__ is TupleStream:
            return general(value, frame)
        run = frame.run
        items = (value or [UNDEFINED]) if value.__class__ in ARRAY_CLASSES else [value]
        run.spend(weight * len(items))
        groups: dict[str, list[Any]] = {}
        for item in items:
            key = key_of(item, frame)
            if key.__class__ is str:
                group = groups.get(key)
                if group is None:
                    groups[key] = [item]
                else:
                    group.append(item)
            elif key is not UNDEFINED:
                raise JsonataError("T1003", position=position, value=key)
        run.spend(8 * len(groups))
        run.allocate(OBJECT_BYTES + (OBJECT_BYTES + MEMBER_BYTES) * len(groups) + 64 * len(items))
        result = {}
        for key, group in groups.items():
            member = member_of(group[0] if len(group) == 1 else _joined(group, run), frame)
            if member is not UNDEFINED:
                result[key] = member
                if isinstance(member, Sequence):
                    run.nested = True
        return result

    return grouped


def _joined(items: list[Any], run: Run) -> Any:
    """Items joined on to each other as `$append` does."""
    if ARRAY_CLASSES.isdisjoint(map(type, items)) and UNDEFINED not in items:
        return items
    first = _Group(items[0], 0)
    for item in items[1:]:
        first.add(item, run)
    return first.data


def _file(groups: dict[str, _Group], key: str, item: Any, pair: int, position: int, run: Run, tuples: bool) -> None:
    entry = groups.get(key)
    if entry is None:
        groups[key] = _Group([item] if tuples else item, pair)
        if tuples:
            groups[key].owned = True
    elif entry.pair != pair:
        raise JsonataError("D1009", position=position, value=key)
    else:
        entry.add(item, run)


def _reduced(stream: list[dict[str, Any]], run: Run) -> dict[str, Any]:
    """The tuples of a group as one: every name bound to all its values."""
    merged: dict[str, _Group] = {}
    for bindings in stream:
        run.spend(len(bindings))
        for name, value in bindings.items():
            entry = merged.get(name)
            if entry is None:
                merged[name] = _Group(value, 0)
            else:
                entry.add(value, run)
    return {name: entry.data for name, entry in merged.items()}

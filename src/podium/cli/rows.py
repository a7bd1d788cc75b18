"""An execution's tree as rows to draw, and which of them to draw when there are more than fit."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from podium.cli.tree import OPEN, ExecutionTree, Scope, StateNode, Status


class Row(NamedTuple):
    """One state with the guides that tie it to its Parallel."""

    guide: str
    node: StateNode


class Window(NamedTuple):
    """The rows to draw, in order, and how the others ended."""

    rows: list[Row]
    hidden: Counter[Status]


def rows(tree: ExecutionTree) -> list[Row]:
    """Every state that has a row, a Parallel's branches beneath it."""
    return list(_walk(tree.root, "", ""))


def window(all_rows: list[Row], height: int) -> Window:
    """At most `height` rows: those of open states first, then the latest."""
    if len(all_rows) <= height:
        return Window(all_rows, Counter())
    places = range(len(all_rows))
    # Among equals the latest come first: it is they that a person is watching.
    wanted = sorted(places, key=lambda place: (all_rows[place].node.status not in OPEN, -place))[:height]
    kept = set(wanted)
    hidden = Counter(all_rows[place].node.status for place in places if place not in kept)
    return Window([all_rows[place] for place in sorted(kept)], hidden)


def _walk(scope: Scope, first: str, rest: str) -> Iterator[Row]:
    for position, node in enumerate(scope.states):
        yield Row(rest if position else first, node)
        for branch in node.branches:
            last = branch is node.branches[-1]
            yield from _walk(branch, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))

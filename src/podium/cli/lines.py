"""Progress as plain lines, one per change of state: for logs, pipes and terminals that can't redraw."""

from typing import TextIO

from podium.cli.plain_text import printable
from podium.cli.tree import OPEN, Change, ExecutionTree, HistoryEvent, StateNode, Status
from podium.cli.wording import duration, note

MAP_LINES = 10
"""A Map reports each time another tenth of its items is done, not each item."""
TAKE_TIME = frozenset({"Task", "Parallel", "Map"})
"""Types whose beginning is worth a line; the others are over as soon as they begin."""


class LineProgress:
    """Writes a line for every change worth one. Nothing here needs to be started or stopped."""

    def __init__(self, tree: ExecutionTree, out: TextIO) -> None:
        self._tree = tree
        self._out = out
        self._tenths: dict[StateNode, int] = {}

    def feed(self, events: list[HistoryEvent]) -> None:
        """Take a batch of events."""
        # Applied one at a time: a state's line tells how it stood then, and a batch may hold its whole life.
        announced = {event["state"] for event in events if event["type"] == "WaitScheduled"}
        for event in events:
            for change in self._tree.feed((event,)):
                if self._worth_a_line(change, announced):
                    print(self._line(change), file=self._out, flush=True)

    async def __aenter__(self) -> "LineProgress":
        return self

    async def __aexit__(self, *_: object) -> None:
        self._out.flush()

    def _worth_a_line(self, change: Change, announced: set[str]) -> bool:
        if change.status is Status.RUNNING and change.node.type not in TAKE_TIME:
            return False
        if change.status is Status.WAITING and change.node.due_ms is None and change.node.name in announced:
            return False  # the notice follows, and knows for how long
        progress = change.node.progress
        if progress is None or change.status not in OPEN:
            return True
        tenths = progress.done * MAP_LINES // progress.total if progress.total else 0
        if tenths == self._tenths.get(change.node, 0):
            return False
        self._tenths[change.node] = tenths
        return True

    def _line(self, change: Change) -> str:
        node = change.node
        since_start = 0 if self._tree.started_ms is None else change.at_ms - self._tree.started_ms
        word = str(change.status)
        if change.status not in OPEN and change.status is not Status.ABORTED:
            word += f" in {duration(change.at_ms - node.entered_ms)}"
        said = note(node, change.at_ms)
        return f"{duration(since_start):>10}  {printable(node.name)}: {word}{f', {said}' if said else ''}"

"""Progress as a tree that redraws itself on a terminal, with rich.

What it draws: one line per state (`render`), at most as many as fit, and a line that sums up. It redraws ten times
a second whatever happens in between, less often where there is much to draw: watching must not slow what is watched.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from podium.cli.plain_text import printable
from podium.cli.rows import Row, rows, window
from podium.cli.tree import OPEN, ExecutionTree, HistoryEvent, Status
from podium.cli.wording import ICONS, duration, note

REDRAW_SECONDS: Final = 0.1
IDLE_SHARE: Final = 9
"""Drawing gets at most a tenth of the event loop's time, however many states there are."""
NAME_WIDTH_MAX: Final = 40
BAR_WIDTH: Final = 20
BAR_NEEDS_WIDTH: Final = 90
"""On narrower terminals the words matter more than the bars."""
LINES_AROUND: Final = 4
"""Title, summary, the line for hidden states, and the prompt below."""

STYLES: Final[dict[Status, str]] = {
    Status.RUNNING: "cyan",
    Status.WAITING: "blue",
    Status.RETRYING: "yellow",
    Status.SUCCEEDED: "green",
    Status.CAUGHT: "yellow",
    Status.FAILED: "bold red",
    Status.ABORTED: "dim",
    Status.TIMED_OUT: "bold red",
}


class LiveProgress:
    """Draws the tree while entered as a context."""

    def __init__(
        self,
        tree: ExecutionTree,
        console: Console,
        title: str,
        *,
        now_ms: Callable[[], float],
    ) -> None:
        self._tree = tree
        self._console = console
        self._title = title
        self._now_ms = now_ms
        # Refreshed from the event loop: a thread of rich's own would read the tree while it changes.
        self._live = Live(console=console, auto_refresh=False, redirect_stdout=False, vertical_overflow="crop")
        self._refresher: asyncio.Task[None] | None = None

    def feed(self, events: list[HistoryEvent]) -> None:
        """Take a batch of events; they show at the next redraw."""
        self._tree.feed(events)

    async def __aenter__(self) -> "LiveProgress":
        self._live.start()
        self._refresher = asyncio.create_task(self._keep_drawing())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._refresher is not None:
            self._refresher.cancel()
            await asyncio.gather(self._refresher, return_exceptions=True)
        self._draw()
        self._live.stop()

    async def _keep_drawing(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            self._draw()
            await asyncio.sleep(max(REDRAW_SECONDS, IDLE_SHARE * (loop.time() - begun)))

    def _draw(self) -> None:
        width, height = self._console.size
        drawing = render(self._tree, self._title, self._now_ms(), width=width, height=height)
        self._live.update(drawing, refresh=True)


def render(tree: ExecutionTree, title: str, now_ms: float, *, width: int, height: int) -> Group:
    """The execution as it stands at `now_ms`, in at most `height` lines."""
    all_rows = rows(tree)
    shown, hidden = window(all_rows, max(1, height - LINES_AROUND))
    name_width = min(NAME_WIDTH_MAX, max((len(row.guide) + len(row.node.name) for row in shown), default=0))
    lines = [Text(printable(title), style="bold", no_wrap=True, overflow="ellipsis")]
    if hidden:
        counts = ", ".join(f"{count} {status}" for status, count in hidden.most_common())
        lines.append(Text(f"⋮ {sum(hidden.values())} more states: {counts}", style="dim"))
    lines += [_line(row, tree, now_ms, name_width, with_bar=width >= BAR_NEEDS_WIDTH) for row in shown]
    lines.append(_summary(tree, len(all_rows), now_ms))
    return Group(*lines)


def _line(row: Row, tree: ExecutionTree, now_ms: float, name_width: int, *, with_bar: bool) -> Text:
    node = row.node
    style = STYLES[node.status]
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(row.guide, style="dim")
    line.append(f"{ICONS[node.status]} ", style=style)
    name = Text(printable(node.name), no_wrap=True)
    name.truncate(max(1, name_width - len(row.guide)), overflow="ellipsis", pad=True)
    line.append_text(name)
    line.append(f"  {node.status:<9}", style=style)
    line.append(f"{duration(node.until_ms(now_ms) - node.entered_ms):>12} ")
    if with_bar:
        line.append(_bar(row, tree, now_ms), style=style)
    line.append(f" {note(node, now_ms)}", style="" if node.status in OPEN else "dim")
    return line


def _bar(row: Row, tree: ExecutionTree, now_ms: float) -> str:
    """When in the execution's time the state ran."""
    begin = tree.started_ms if tree.started_ms is not None else row.node.entered_ms
    span = max(1.0, tree.until_ms(now_ms) - begin)
    first = min(BAR_WIDTH - 1, int((row.node.entered_ms - begin) / span * BAR_WIDTH))
    last = min(BAR_WIDTH, int((row.node.until_ms(now_ms) - begin) / span * BAR_WIDTH))
    return (" " * first + "━" * max(1, last - first)).ljust(BAR_WIDTH)


def _summary(tree: ExecutionTree, states: int, now_ms: float) -> Text:
    elapsed = duration(0 if tree.started_ms is None else tree.until_ms(now_ms) - tree.started_ms)
    count = f"{states} state{'' if states == 1 else 's'}"
    return Text(f"{ICONS[tree.status]} {tree.status} after {elapsed}, {count}", style=STYLES[tree.status])

"""How an execution is shown while it runs: a redrawing tree where a terminal can draw it, else plain lines."""

import os
import sys
import time
from collections.abc import Callable
from typing import Protocol

from podium.cli.lines import LineProgress
from podium.cli.tree import ExecutionTree, HistoryEvent


class Progress(Protocol):
    """Shows how an execution goes, while entered."""

    def feed(self, events: list[HistoryEvent]) -> None: ...

    async def __aenter__(self) -> "Progress": ...

    async def __aexit__(self, *_: object) -> None: ...


def system_ms() -> float:
    """The machine's wall clock, in epoch milliseconds."""
    return time.time() * 1000


def progress(tree: ExecutionTree, title: str, now_ms: Callable[[], float] = system_ms) -> Progress:
    """What fits stderr, where progress goes; `now_ms` tells the time as the events do."""
    utf8 = (sys.stderr.encoding or "").lower().replace("-", "") == "utf8"
    if not (sys.stderr.isatty() and utf8) or os.environ.get("TERM") == "dumb":
        return LineProgress(tree, sys.stderr)
    from rich.console import Console

    from podium.cli.live import LiveProgress

    return LiveProgress(tree, Console(stderr=True, highlight=False), title, now_ms=now_ms)

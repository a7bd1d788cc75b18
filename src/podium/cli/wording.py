"""How statuses, times and errors are worded: the same on a terminal and in plain lines."""

from typing import Final

from podium.cli.plain_text import printable
from podium.cli.tree import MapProgress, StateNode, Status

ICONS: Final[dict[Status, str]] = {
    Status.RUNNING: "●",
    Status.WAITING: "◷",
    Status.RETRYING: "↻",
    Status.SUCCEEDED: "✓",
    Status.CAUGHT: "!",
    Status.FAILED: "✗",
    Status.ABORTED: "–",
    Status.TIMED_OUT: "✗",
}
ERROR_LENGTH: Final = 160


def duration(milliseconds: float) -> str:
    """ "0.3 s", "2 min 05 s", "3 h 07 min", "12 d 4 h"."""
    seconds = max(0.0, milliseconds / 1000)
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes:02} min"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h"


def note(node: StateNode, now_ms: float) -> str:
    """What there is to say about a state beyond its status: counts, attempts, what it waits for, its error."""
    parts = []
    if node.progress is not None:
        parts.append(_counts(node.progress))
    if node.status is Status.RETRYING and node.due_ms is not None:
        parts.append(f"attempt {node.attempts} failed, next in {duration(node.due_ms - now_ms)}")
    elif node.attempts > 1:
        parts.append(f"attempt {node.attempts}")
    if node.status is Status.WAITING and node.due_ms is not None:
        parts.append(f"{duration(node.due_ms - now_ms)} to go")
    if node.error is not None and node.status is not Status.SUCCEEDED:
        parts.append(shortened(node.error))
    return ", ".join(parts)


def shortened(error: str) -> str:
    """An error's first words; the whole of it is told at the end."""
    line = printable(error)
    return line if len(line) <= ERROR_LENGTH else f"{line[: ERROR_LENGTH - 1]}…"


def _counts(progress: MapProgress) -> str:
    parts = [f"{progress.done} of {progress.total} done"]
    if progress.running:
        parts.append(f"{progress.running} running")
    if progress.failed:
        parts.append(f"{progress.failed} failed")
    return ", ".join(parts)

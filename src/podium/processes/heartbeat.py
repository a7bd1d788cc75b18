"""Notices a front end that lives and no longer answers: a stopped process, a loop that never ends.

The engine asks, the front end's event loop answers, and the next question waits for that. Silence is counted in beats
of the engine's own loop rather than in time, so that an engine that was held up itself blames nobody: what arrived
meanwhile is read before the next beat.
"""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

BEAT_SECONDS: Final = 2.0
SILENT_BEATS_MAX: Final = 15
"""Half a minute: longer than one turn of a front end's loop takes, whatever executions it runs."""
STARTING_BEATS_MAX: Final = 60
"""What a process may take until its loop runs: a machine that is busy is slow to import."""


class CallLater(Protocol):
    """`asyncio.AbstractEventLoop.call_later`."""

    def __call__(self, delay: float, callback: Callable[[], None], /) -> asyncio.TimerHandle:
        """Call back once, in so many seconds."""


class Heartbeat:
    """Asks one process whether it is alive. Used from the event loop's thread only.

    Args:
        ask: sends a question; its answer is told to `heard`.
        silent: called once when too many beats went by without an answer, with the seconds they took.
    """

    def __init__(self, call_later: CallLater, ask: Callable[[], None], silent: Callable[[float], None]) -> None:
        self._call_later = call_later
        self._ask = ask
        self._silent = silent
        self._beats_max = STARTING_BEATS_MAX
        self._silent_beats = 0
        self._answered = False
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Ask for the first time, of a process that is starting."""
        self._ask()
        self._timer = self._call_later(BEAT_SECONDS, self._beat)

    def heard(self) -> None:
        """It has answered."""
        self._answered = True

    def stop(self) -> None:
        """Ask no more. Idempotent."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _beat(self) -> None:
        if self._answered:
            self._answered = False
            self._beats_max, self._silent_beats = SILENT_BEATS_MAX, 0
            self._ask()
        else:
            self._silent_beats += 1
        if self._silent_beats < self._beats_max:
            self._timer = self._call_later(BEAT_SECONDS, self._beat)
        else:
            self._timer = None
            self._silent(self._silent_beats * BEAT_SECONDS)

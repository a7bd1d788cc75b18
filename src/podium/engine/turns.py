"""Turns: how much is decided in one turn of the event loop, and in which order.

A burst is decided in pieces, so that commits, calls and requests go on meanwhile: the first piece is on its way to
the disk while the next is decided. What is under way goes before what is to begin: starts that arrive faster than
executions can be driven wait, rather than make every execution in flight slower. They never wait for good: some
begin in every turn.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from podium.core.machine.stimuli import Start, Stimulus
from podium.engine.active import Active, Done
from podium.engine.heartbeats import Heartbeat

DECISIONS_PER_TURN: Final = 128
"""Some milliseconds' worth."""
STARTS_WHEN_BEHIND: Final = 8
"""Starts of a turn that stimuli fill: fewer than it takes to fall further behind when executions have 16
steps or less, and more than a thousand per second."""


class Turns:
    """Stimuli and starts in the order they came in, each at once where this turn has room for it.

    Args:
        deliver: lets something happen to the execution with a key.
        begin: lets a new execution begin.
    """

    def __init__(
        self,
        deliver: Callable[[int, Stimulus | Heartbeat, Done | None], None],
        begin: Callable[[Active, Start, Done], None],
    ) -> None:
        self._deliver = deliver
        self._begin = begin
        self._stimuli: deque[tuple[int, Stimulus | Heartbeat, Done | None]] = deque()
        self._starts: deque[tuple[Active, Start, Done]] = deque()
        self._room = DECISIONS_PER_TURN
        self._asked = False
        """Whether the loop has been asked for the next turn."""

    @property
    def busy(self) -> bool:
        """Whether anything waits for its turn."""
        return bool(self._stimuli or self._starts)

    def deliver(self, key: int, stimulus: Stimulus | Heartbeat, done: Done | None = None) -> None:
        """Let something happen to an execution, wherever it is."""
        if self._stimuli or not self._room:
            self._stimuli.append((key, stimulus, done))
        else:
            self._take_room()
            self._deliver(key, stimulus, done)

    def begin(self, active: Active, start: Start, done: Done) -> None:
        """Let a new execution begin."""
        if self._stimuli or self._starts or not self._room:
            self._starts.append((active, start, done))
        else:
            self._take_room()
            self._begin(active, start, done)

    def finish(self) -> None:
        """Decide on everything that waits, now."""
        while self._stimuli:
            self._deliver(*self._stimuli.popleft())
        while self._starts:
            self._begin(*self._starts.popleft())

    def _take_room(self) -> None:
        self._room -= 1
        if not self._asked:
            self._ask()

    def _ask(self) -> None:
        self._asked = True
        asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        self._asked = False
        self._room = DECISIONS_PER_TURN
        stimuli, starts = self._stimuli, self._starts
        if not stimuli and not starts:
            return
        self._ask()
        try:
            while stimuli and self._room:
                self._room -= 1
                self._deliver(*stimuli.popleft())
            self._room = max(self._room, STARTS_WHEN_BEHIND)
            while starts and self._room:
                self._room -= 1
                self._begin(*starts.popleft())
        finally:
            if stimuli:
                # Nothing joins this turn any more.
                self._room = 0

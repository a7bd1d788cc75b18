"""Work the engine does beside what it is asked: tasks of its own, and calls put off for a moment."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from podium.engine.clock import Clock

log = logging.getLogger(__name__)

RETRY_PAUSE_MS: Final = 200
"""Between a failure of the store and the next try."""


class Background:
    """Tasks under way. Once closed it begins nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.tasks: set[asyncio.Task[None]] = set()
        self.closed = False

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it beside; what it raises is logged."""
        if self.closed:
            work.close()
            return
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def later(self, call: Callable[[], None]) -> None:
        """Call after a pause: something failed that may go well the next time."""
        self._clock.call_at(self._clock.now_ms() + RETRY_PAUSE_MS, call)

    async def close(self) -> None:
        """Break off what is under way."""
        self.closed = True
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("work of the engine failed", exc_info=error)

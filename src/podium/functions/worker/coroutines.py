"""The event loop for `async def` handlers: a thread of its own, started when the first one is needed.

Not the thread that reads calls, so that an async handler which blocks its loop holds up only its like; and
not imported by a worker without async handlers, because asyncio is most of what such a worker would load.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

Finish = Callable[[Any, BaseException | None], None]


class Coroutines:
    """Runs coroutines to their end on one event loop."""

    def __init__(self, flush: Callable[[], None]) -> None:
        self._flush = flush
        self._flushing = False
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        threading.Thread(target=self._loop.run_forever, name="event-loop", daemon=True).start()

    def start(self, calls: list[tuple[Callable[[], Awaitable[Any]], Finish]]) -> None:
        """Start calls from any thread; each `finish` gets the value or the exception, on the loop's thread."""
        self._loop.call_soon_threadsafe(self._start, calls)

    def _start(self, calls: list[tuple[Callable[[], Awaitable[Any]], Finish]]) -> None:
        for begin, finish in calls:
            task = self._loop.create_task(self._run(begin, finish))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _run(self, begin: Callable[[], Awaitable[Any]], finish: Finish) -> Coroutine[Any, Any, None]:
        async def run() -> None:
            try:
                value = await begin()
            except BaseException as error:
                finish(None, error)
            else:
                finish(value, None)
            if not self._flushing:
                # Once per turn of the loop, for all that finish in it.
                self._flushing = True
                self._loop.call_soon(self._flush_once)

        return run()

    def _flush_once(self) -> None:
        self._flushing = False
        self._flush()

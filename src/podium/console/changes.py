"""Tells the console's open lists that something they show has changed.

Executions come from the engine's observers; everything kept by name (state machines, aliases, functions, activities)
changes only by operations of the AWS APIs, so a successful one that writes is the notice.
"""

import asyncio
from typing import Final

_READING: Final = ("Get", "List", "Describe", "Validate", "Test", "Send", "Start", "Stop", "Invoke", "Redrive")
"""Operations that change nothing that lists by name show; what they do to executions the engine tells."""


class Changes:
    """Who wants to know of changes to what is kept by name."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[str]] = set()

    def performed(self, operation: str) -> None:
        """An operation, by its name in AWS's model, has succeeded."""
        if self._listeners and not operation.startswith(_READING):
            for listener in self._listeners:
                listener.put_nowait(operation)

    def listen(self) -> "asyncio.Queue[str]":
        """Names of writing operations from now on, until `leave`."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._listeners.add(queue)
        return queue

    def leave(self, queue: "asyncio.Queue[str]") -> None:
        """No more."""
        self._listeners.discard(queue)

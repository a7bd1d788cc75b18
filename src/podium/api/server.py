"""The HTTP/1.1 server: listens, bounds and sweeps its connections, drains. A connection's life is in `connection.py`.

It runs on the engine's own event loop, so that a request, its decision and its answer never change threads. Why
this and not a complete server: docs/decisions/0005-http-server.md.
"""

import asyncio
import logging
import socket
from collections.abc import Sequence
from email.utils import formatdate
from typing import Final

from podium.api.connection import Connection, Limits
from podium.api.http import Application

log = logging.getLogger(__name__)

BACKLOG: Final = 1_024
"""Connections that may wait to be accepted."""


class Server:
    """A listening server. Made by `listen`."""

    def __init__(self, application: Application, limits: Limits) -> None:
        self.application = application
        self.limits = limits
        self.draining = False
        self.date = ""
        """For the Date header; renewed by the sweep."""
        self.buffered_bytes = 0
        self.loop = asyncio.get_running_loop()
        self._connections: set[Connection] = set()
        self._turned_away: set[Connection] = set()
        """Connections that have been refused and still read their answers."""
        self._listeners: list[asyncio.Server] = []
        self._sweeper: asyncio.TimerHandle | None = None
        self._all_closed = asyncio.Event()
        self._all_closed.set()

    @property
    def port(self) -> int:
        """The port listened on; useful after asking for port 0."""
        sockets = [one for listener in self._listeners for one in listener.sockets]
        if not sockets:
            raise RuntimeError("the server is not listening")
        port: int = sockets[0].getsockname()[1]
        return port

    async def start(self, host: str, port: int) -> None:
        """Bind and accept connections."""
        self._listeners = [await self.loop.create_server(lambda: Connection(self), host, port, backlog=BACKLOG)]
        self.sweep()

    async def start_on(self, sockets: Sequence[socket.socket]) -> None:
        """Accept connections of sockets that listen already."""
        for one in sockets:
            listener = await self.loop.create_server(lambda: Connection(self), sock=one, backlog=BACKLOG)
            self._listeners.append(listener)
        self.sweep()

    async def drain(self, timeout_seconds: float = 25.0) -> None:
        """Stop accepting, finish the requests in flight, close. What is not done in time is cut off. Idempotent."""
        self.draining = True
        for listener in self._listeners:
            listener.close()
        for connection in (*self._connections, *self._turned_away):
            connection.close_if_idle()
        try:
            await asyncio.wait_for(self._all_closed.wait(), timeout_seconds)
        except TimeoutError:
            log.warning("closing %d connections with requests unanswered", len(self._connections))
            for connection in tuple(self._connections):
                connection.abort()
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None

    def opened(self, connection: Connection) -> bool:
        """Take a new connection on; False when there are too many or the server is draining."""
        if self.draining or len(self._connections) >= self.limits.connections_max:
            return False
        self._connections.add(connection)
        self._all_closed.clear()
        return True

    def turned_away(self, connection: Connection) -> bool:
        """Let a refused connection read its answer; False when too many do already or the server is draining."""
        if self.draining or len(self._turned_away) >= self.limits.turned_away_max:
            return False
        self._turned_away.add(connection)
        return True

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""
        self._turned_away.discard(connection)
        self._connections.discard(connection)
        if not self._connections:
            self._all_closed.set()

    def sweep(self) -> None:
        """Expire what missed its deadline. One timer for all: one per request would cost more than parsing it."""
        self.date = formatdate(usegmt=True)
        now = self.loop.time()
        for connection in (*self._connections, *self._turned_away):
            if connection.deadline is not None and connection.deadline <= now:
                connection.expire()
        self._sweeper = self.loop.call_later(self.limits.sweep_seconds, self.sweep)


async def listen(
    application: Application, host: str = "127.0.0.1", port: int = 8083, *, limits: Limits | None = None
) -> Server:
    """Serve the application on this loop; port 0 takes a free one (`Server.port`)."""
    server = Server(application, limits or Limits())
    await server.start(host, port)
    return server

"""Front ends as processes: started, started again when they die, drained and ended with the engine.

    starting --Hello--> taking requests --Drain--> ended
        |                     |
        +---- dies -----------+--> started again
        +---- is silent ------+--> killed, and started again

The engine's process is the one that was started by a person and gets the signals. Its front ends ignore them: they
end when it says so, or when it is gone.
"""

import asyncio
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from podium.functions import children
from podium.processes import listening
from podium.processes.answering import Answering
from podium.processes.heartbeat import Heartbeat

log = logging.getLogger(__name__)

RESTART_SECONDS: Final = 1.0
"""A front end that lived shorter than this is started again only after as long a pause."""
GRACE_SECONDS: Final = 2.0
"""What a front end may take to end beyond what it was given to drain."""


MakeAnswering = Callable[[Callable[[], None], Callable[[], None]], Answering]


class FrontEndSetting(Struct):
    """What a front end's process is told, as JSON, on its command line."""

    number: int
    """From 1."""
    link: int
    """File descriptor of its socket to the engine."""
    listening: list[int]
    """File descriptors of the sockets it accepts connections of."""
    limits: str
    buffered_max_bytes: int
    """Of request bodies, over all its connections."""


class StartFailed(Exception):
    """A front end ended before it took requests; the text says how."""


class FrontEnds:
    """A server's front ends. Made by `start`; `port` and `drain` are as `podium.api.server.Server`'s.

    Args:
        shares: the listening sockets of each.
        module: what `python -m` runs, with a `FrontEndSetting`.
        answering: makes the engine's end of a front end's link, told what to call when it is greeted and when it hears
            that the front end is alive.
    """

    def __init__(
        self,
        shares: list[list[socket.socket]],
        module: str,
        limits: str,
        buffered_max_bytes: int,
        answering: MakeAnswering,
    ) -> None:
        self.port: int = shares[0][0].getsockname()[1]
        self._shares = shares
        self._draining = False
        self._front_ends = [
            _FrontEnd(number, share, self._command(module, number, share, limits, buffered_max_bytes), answering)
            for number, share in enumerate(shares, 1)
        ]

    @staticmethod
    def _command(
        module: str, number: int, share: Sequence[socket.socket], limits: str, buffered_max_bytes: int
    ) -> Callable[[int], list[str]]:
        def command(link: int) -> list[str]:
            setting = FrontEndSetting(number, link, [one.fileno() for one in share], limits, buffered_max_bytes)
            # -P: modules come from where this process has them, not from files of such names in the current directory.
            return [sys.executable, "-P", "-m", module, msgspec.json.encode(setting).decode()]

        return command

    async def start(self) -> None:
        """Start all."""
        for front_end in self._front_ends:
            await front_end.start()

    async def opened(self) -> None:
        """Return when all take requests.

        Raises:
            StartFailed: one ended instead.
        """
        await asyncio.gather(*(front_end.opened for front_end in self._front_ends))

    def lines(self) -> list[str]:
        """A line on each, for a person."""
        return [front_end.line() for front_end in self._front_ends]

    async def drain(self, seconds: float) -> None:
        """Take no more connections, finish the requests under way, end; what takes longer is cut off. Idempotent."""
        listening.close(self._shares)
        for front_end in self._front_ends:
            front_end.drain(seconds)
        ended = [front_end.ended.wait() for front_end in self._front_ends]
        try:
            await asyncio.wait_for(asyncio.gather(*ended), seconds + GRACE_SECONDS)
        except TimeoutError:
            log.warning("front ends did not end in time and are killed")
            await self.close()

    async def close(self) -> None:
        """End what is left at once."""
        listening.close(self._shares)
        for front_end in self._front_ends:
            front_end.kill()
        await asyncio.gather(*(front_end.ended.wait() for front_end in self._front_ends))


class _FrontEnd:
    """One front end, through however many processes."""

    def __init__(
        self,
        number: int,
        share: Sequence[socket.socket],
        command: Callable[[int], list[str]],
        answering: MakeAnswering,
    ) -> None:
        self._name = f"front-end {number}"
        self._share = share
        self._command = command
        self._make_answering = answering
        self._loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = self._loop.create_future()
        """Resolved when it takes requests for the first time."""
        self.ended = asyncio.Event()
        """It has ended, and is not started again."""
        self._ending = False
        self._answering: Answering | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._running = False
        self._began = 0.0
        self._restarts = 0
        self._restarting: asyncio.Task[None] | None = None
        self._heartbeat: Heartbeat | None = None

    async def start(self) -> None:
        """Start a process."""
        ours = self._spawn()
        answering = self._answering = self._make_answering(self._greeted, self._alive)
        heartbeat = self._heartbeat = Heartbeat(self._loop.call_later, answering.ask_whether_alive, self._silent)
        await self._loop.create_connection(lambda: answering.link, sock=ours)
        if self._ending:
            self.kill()
        elif self._heartbeat is heartbeat:
            heartbeat.start()

    def _spawn(self) -> socket.socket:
        """The process; our end of its socket."""
        ours, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                self._command(theirs.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=2,
                pass_fds=[theirs.fileno(), *(one.fileno() for one in self._share)],
                # A terminal's Ctrl-C is for the engine, which drains first.
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._began = time.monotonic()
        self._running = True
        children.watch(self._process, self._exited)
        return ours

    def line(self) -> str:
        pid = "none" if self._process is None else self._process.pid
        restarts = f" restarts {self._restarts}" if self._restarts else ""
        return f"{self._name} pid {pid}{restarts}"

    def drain(self, seconds: float) -> None:
        self._ending = True
        self._stop_asking()
        if self._restarting is not None:
            self._restarting.cancel()
        if not self._running:
            self.ended.set()
        elif self._answering is not None:
            self._answering.drain(seconds)

    def kill(self) -> None:
        self.drain(0)
        if self._process is not None and self._running:
            children.kill_group(self._process)

    def _greeted(self) -> None:
        if not self.opened.done():
            self.opened.set_result(None)

    def _alive(self) -> None:
        if self._heartbeat is not None:
            self._heartbeat.heard()

    def _silent(self, seconds: float) -> None:
        """It is hung: end it, which has another started."""
        assert self._process is not None
        log.error("%s (pid %s) has said nothing for %g seconds and is killed", self._name, self._process.pid, seconds)
        children.kill_group(self._process)

    def _stop_asking(self) -> None:
        if self._heartbeat is not None:
            self._heartbeat.stop()
            self._heartbeat = None

    def _exited(self, code: int) -> None:
        self._running = False
        self._stop_asking()
        if self._answering is not None:
            self._answering.link.close()
        if self._ending:
            self.ended.set()
        elif not self.opened.done():
            self.ended.set()
            self.opened.set_exception(StartFailed(f"{self._name} {_how(code)} before it took requests."))
        else:
            log.error("%s (pid %s) %s; another is started", self._name, self._process and self._process.pid, _how(code))
            self._restarting = self._loop.create_task(self._restart())

    async def _restart(self) -> None:
        pause = RESTART_SECONDS if time.monotonic() - self._began < RESTART_SECONDS else 0.0
        while not self._ending:
            await asyncio.sleep(pause)
            self._restarts += 1
            try:
                await self.start()
            except OSError as error:
                log.error("%s could not be started again: %s", self._name, error)
                pause = RESTART_SECONDS
            else:
                return


def _how(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"

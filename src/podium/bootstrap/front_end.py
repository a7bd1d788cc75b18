"""A front end's process: `python -m podium.bootstrap.front_end SETTING`, started by the engine's."""

import asyncio
import logging
import signal
import socket
import sys

import msgspec
import uvloop
from botocore.session import Session

from podium.api.connection import Limits
from podium.api.operations.functions import OPERATIONS as FUNCTION_OPERATIONS
from podium.api.server import Server
from podium.bootstrap.embedded import LIMITS
from podium.bootstrap.process import make_room_for_expressions, name_log_lines, new_id
from podium.console.application import is_consoles
from podium.engine.clock import SystemClock
from podium.engine.collector import spare_the_garbage_collector
from podium.integrations.aws.models import Models
from podium.integrations.parameter_checks import ParameterChecks
from podium.processes.engine_link import EngineLink
from podium.processes.express import express_of
from podium.processes.front_end import FrontEnd
from podium.processes.messages import Hello
from podium.processes.supervisor import FrontEndSetting

log = logging.getLogger(__name__)

ENGINE_LOST = 1


def main() -> int:
    """Serve until the engine says otherwise, or is gone. Returns the exit code."""
    # The engine's process gets them too, and drains.
    for ignored in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ignored, signal.SIG_IGN)
    setting = msgspec.json.decode(sys.argv[1], type=FrontEndSetting)
    name = name_log_lines(f"front-end {setting.number}")
    make_room_for_expressions()
    return uvloop.run(_serve(setting, name))


async def _serve(setting: FrontEndSetting, name: str) -> int:
    loop = asyncio.get_running_loop()
    draining: asyncio.Future[float] = loop.create_future()
    lost = asyncio.Event()

    def drain(seconds: float) -> None:
        if not draining.done():
            draining.set_result(seconds)

    engine = EngineLink(drain, lost.set)
    await loop.create_connection(lambda: engine.link, sock=socket.socket(fileno=setting.link))
    express = express_of(engine, SystemClock(), LIMITS[setting.limits], ParameterChecks(Models(Session())))
    application = FrontEnd(engine, express, FUNCTION_OPERATIONS, is_consoles, new_id, name)
    server = Server(application, Limits(buffered_max_bytes=setting.buffered_max_bytes))
    await server.start_on([socket.socket(fileno=each) for each in setting.listening])
    spare_the_garbage_collector()
    engine.link.send(Hello())
    ended = asyncio.ensure_future(lost.wait())
    await asyncio.wait((draining, ended), return_when=asyncio.FIRST_COMPLETED)
    if draining.done():
        drained = asyncio.ensure_future(server.drain(draining.result()))
        await asyncio.wait((drained, ended), return_when=asyncio.FIRST_COMPLETED)
    if lost.is_set():
        return ENGINE_LOST
    ended.cancel()
    engine.link.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

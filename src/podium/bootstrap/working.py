"""A worker elsewhere: a file's handlers as activities of a server."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import uvloop

from podium.bootstrap.errors import StartError, UnusableSetting
from podium.bootstrap.functions import bound_handlers
from podium.bootstrap.process import first_of, heed_signals
from podium.integrations.activity_worker import POLL_TIMEOUT_SECONDS, ActivityWorker, CannotWork, WorkSettings
from podium.integrations.aws.client import AwsClient


def work(handlers: Path, endpoint: str, settings: WorkSettings, working: Callable[[tuple[str, ...]], None]) -> int:
    """Serve a file's handlers as activities of a server until SIGTERM or SIGINT. Returns the exit code.

    Args:
        working: told the activities' ARNs.

    Raises:
        UnusableSetting: the handlers cannot be loaded, or there are none.
        StartError: the server doesn't answer, or refuses.
    """
    return uvloop.run(_work(handlers, endpoint, settings, working))


async def _work(
    handlers: Path, endpoint: str, settings: WorkSettings, working: Callable[[tuple[str, ...]], None]
) -> int:
    stop, hurry = asyncio.Event(), asyncio.Event()
    heed_signals(stop, hurry)
    bound = await bound_handlers(handlers, settings.region)
    assert bound is not None
    try:
        # Two clients: polls wait for a minute, and what is reported must not wait behind them.
        polling = AwsClient({"stepfunctions": endpoint}, read_timeout_seconds=POLL_TIMEOUT_SECONDS)
        worker = ActivityWorker(polling, AwsClient({"stepfunctions": endpoint}), bound, settings)
        if not bound.functions:
            raise UnusableSetting(f"{handlers}: there is no function (event, context) in it; nothing to work for.")
        try:
            arns = await worker.create_activities(bound.functions)
        except CannotWork as error:
            raise StartError(str(error)) from None
        working(arns)
        working_on = asyncio.ensure_future(worker.run(arns))
        await first_of(stop.wait(), working_on)
        working_on.cancel()
        await first_of(worker.drain(), hurry.wait())
    finally:
        await bound.close()
    return 0

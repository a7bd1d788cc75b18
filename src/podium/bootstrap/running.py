"""A server at work, as whoever develops with it sees it."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from podium.api import app
from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.names import state_machine_arn
from podium.bootstrap.embedded import ACCOUNT
from podium.bootstrap.errors import Refused
from podium.functions.worker.process import LoadError
from podium.functions.worker.runtime import WorkerRuntime

log = logging.getLogger(__name__)


class Running:
    """A server at work in this process, for whoever develops with it."""

    def __init__(self, endpoint: str, application: app.App, handlers: WorkerRuntime | None, region: str) -> None:
        self.endpoint = endpoint
        self._application = application
        self._handlers = handlers
        self._context = RequestContext(ACCOUNT, region)

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of the handlers there are."""
        return () if self._handlers is None else self._handlers.functions

    def state_machine_arn(self, name: str) -> str:
        """The ARN of the state machine of a name."""
        return state_machine_arn(self._context, name)

    async def call(self, operation: str, **input: Any) -> dict[str, Any]:
        """Perform an operation of Step Functions.

        Raises:
            Refused: see there.
        """
        try:
            return await self._application.call(self._context, operation, input)
        except ApiError as error:
            raise Refused(str(error)) from None

    async def reload_handlers(self) -> None:
        """Run the handlers' file as it is now.

        Raises:
            Refused: it cannot be loaded, and what was there goes on; the text says why.
        """
        if self._handlers is not None:
            try:
                await self._handlers.reload()
            except LoadError as error:
                raise Refused(str(error).strip()) from None


Companion = Callable[[Running], Awaitable[None]]
"""Works beside a server from when it listens until it stops; its end doesn't end the server."""


async def keep_company(companion: Companion | None, running: Running) -> None:
    """Let the companion work, if there is one; its failure is told and ends nothing."""
    if companion is None:
        return
    try:
        await companion(running)
    except Exception:
        log.exception("what accompanies the server has failed")

"""This process as a service of its own tasks: no way over the network leads there."""

import asyncio
from typing import Any

from podium.api import app
from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.http import Request
from podium.engine.engine import Engine
from podium.integrations.aws.in_process import Answer, Answered, Asked
from podium.integrations.states import CallRefused


class OwnStates:
    """This process's own Step Functions, for tasks that call it."""

    def __init__(self, application: app.App, engine: Engine) -> None:
        self._application = application
        self._engine = engine

    async def call(self, caller: tuple[str, str], operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """See `States.call`."""
        region, account = caller
        try:
            return await self._application.call(RequestContext(account, region), operation, parameters)
        except ApiError as error:
            raise CallRefused(error.code, error.message, error.status) from None

    async def ended(self, execution_arn: str) -> None:
        """See `States.ended`."""
        await self._engine.ended(execution_arn)


def answering(application: app.App, loop: asyncio.AbstractEventLoop) -> Answer:
    """Has the application answer requests from threads."""

    def answer(asked: Asked) -> Answered:
        request = Request(asked.method, asked.path, asked.query, dict(asked.headers), asked.body)
        response = asyncio.run_coroutine_threadsafe(application(request), loop).result()
        return Answered(response.status, dict(response.headers), response.body)

    return answer

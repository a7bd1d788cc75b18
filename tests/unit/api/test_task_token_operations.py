"""SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat: what they refuse and in which words."""

import pytest

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.core.machine.task_token import InvalidTaskToken
from podium.engine.errors import TaskDoesNotExist, TaskTimedOut

TOKEN = "good"
GIVEN = {"SendTaskSuccess": {"output": "1"}, "SendTaskFailure": {}, "SendTaskHeartbeat": {}}


class Callbacks:
    """Accepts one token of one account, and says what it is told to about its task."""

    def __init__(self):
        self.heard = []
        self.error = None

    def check(self, account, token):
        if (account, token) != ("1" * 12, TOKEN):
            raise InvalidTaskToken

    async def _hear(self, account, token, *said):
        self.check(account, token)
        if self.error is not None:
            raise self.error
        self.heard.append(said)

    async def succeed(self, account, token, output):
        await self._hear(account, token, output)

    async def fail(self, account, token, error, cause):
        await self._hear(account, token, error, cause)

    async def heartbeat(self, account, token):
        await self._hear(account, token)


@pytest.fixture
def callbacks(services):
    services.engine.callbacks = Callbacks()
    return services.engine.callbacks


@pytest.fixture
def call(perform, callbacks):
    async def call(operation, account="1" * 12, token=TOKEN, **input):
        return await perform(operation, {"taskToken": token, **input}, RequestContext(account))

    return call


async def refused(awaitable):
    with pytest.raises(ApiError) as caught:
        await awaitable
    return caught.value.code, caught.value.message


async def test_what_is_reported_arrives(call, callbacks):
    assert await call("SendTaskSuccess", output='{ "ä": 1.50 }') == {}
    assert await call("SendTaskFailure", error="E", cause="c") == {}
    assert await call("SendTaskFailure") == {}
    assert await call("SendTaskHeartbeat") == {}
    assert callbacks.heard == [('{ "ä": 1.50 }'.encode(),), ("E", "c"), (None, None), ()]


@pytest.mark.parametrize("operation", ["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"])
async def test_a_token_that_is_none_or_another_accounts(call, callbacks, operation):
    invalid = ("InvalidToken", "Invalid Token: 'Invalid token'")
    assert await refused(call(operation, token="forged", **GIVEN[operation])) == invalid
    assert await refused(call(operation, account="2" * 12, **GIVEN[operation])) == invalid
    assert callbacks.heard == []


@pytest.mark.parametrize("operation", ["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"])
async def test_a_task_that_is_over(call, callbacks, operation):
    callbacks.error = TaskTimedOut()
    message = "Task Timed Out: 'Provided task does not exist anymore'"
    assert await refused(call(operation, **GIVEN[operation])) == ("TaskTimedOut", message)


@pytest.mark.parametrize("operation", ["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"])
async def test_a_task_nobody_knows(call, callbacks, operation):
    callbacks.error = TaskDoesNotExist()
    assert (await refused(call(operation, **GIVEN[operation])))[0] == "TaskDoesNotExist"


@pytest.mark.parametrize("output", ["", "text", "{", '{"a":1,}'])
async def test_an_output_that_is_not_json(call, callbacks, output):
    assert (await refused(call("SendTaskSuccess", output=output)))[0] == "InvalidOutput"
    assert callbacks.heard == []


async def test_the_token_is_looked_at_before_the_output(call):
    assert (await refused(call("SendTaskSuccess", token="forged", output="text")))[0] == "InvalidToken"

"""A worker of activities: handlers on this host, called for tasks that any server hands out by AWS's own protocol.

One activity per handler, polled by one connection each; many tasks in flight, each with its heartbeat.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html
"""

import asyncio
import logging
import os
import socket
import uuid
from typing import Any, Final

import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from podium.functions.contract import FunctionResult, FunctionRunner, FunctionThrottled, Invocation
from podium.functions.delivery import result_of
from podium.integrations.aws.client import AwsClient

POLL_TIMEOUT_SECONDS: Final = 70.0
"""A poll is answered after a minute at the latest; AWS asks for at least 65 seconds."""
_BACK_OFF_SECONDS: Final = (0.5, 10.0)
"""While the server doesn't answer, waits double from the first of these to the second."""
_ERROR_MAX: Final = 256
_CAUSE_MAX: Final = 32_768
_GONE: Final = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""Answers to a report that nobody waits for any more."""

_logger: Final = logging.getLogger("podium.worker")


class WorkSettings(Struct, frozen=True):
    """How to work."""

    concurrency: int = 64
    """Most tasks in flight, of all handlers together."""
    heartbeat_seconds: float = 10.0
    region: str = "us-east-1"


class CannotWork(Exception):
    """The server cannot be reached or refuses; the text is a sentence."""


class ActivityWorker:
    """Pulls tasks and has them handled.

    Args:
        polling: makes the polls.
        reporting: makes all other calls.
        handlers: by name of their activity.
    """

    def __init__(
        self, polling: AwsClient, reporting: AwsClient, handlers: FunctionRunner, settings: WorkSettings
    ) -> None:
        self._polling = polling
        self._reporting = reporting
        self._handlers = handlers
        self._settings = settings
        self._free = asyncio.Semaphore(settings.concurrency)
        self._tasks: set[asyncio.Task[None]] = set()
        self._name = f"{socket.gethostname()}:{os.getpid()}"[:80]

    async def create_activities(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The ARNs of the activities of these names, created where they didn't exist.

        Raises:
            CannotWork: see there.
        """
        try:
            return tuple([(await self._report("CreateActivity", name=name))["activityArn"] for name in names])
        except ClientError as error:
            raise CannotWork(f"the activities cannot be created: {error}.") from None
        except BotoCoreError as error:
            raise CannotWork(f"the activities cannot be created: {str(error).removesuffix('.')}.") from None

    async def run(self, arns: tuple[str, ...]) -> None:
        """Pull and handle tasks until cancelled."""
        await asyncio.gather(*(self._pull(arn) for arn in arns))

    async def drain(self) -> None:
        """Return when the tasks in flight are reported."""
        await asyncio.gather(*self._tasks)

    async def _pull(self, arn: str) -> None:
        wait_seconds = _BACK_OFF_SECONDS[0]
        while True:
            await self._free.acquire()
            try:
                task = await self._call(
                    self._polling, "GetActivityTask", {"activityArn": arn, "workerName": self._name}
                )
            except (ClientError, BotoCoreError) as error:
                self._free.release()
                _logger.warning("no task can be pulled: %s", error)
                await asyncio.sleep(wait_seconds)
                wait_seconds = min(wait_seconds * 2, _BACK_OFF_SECONDS[1])
                continue
            except BaseException:
                self._free.release()
                raise
            wait_seconds = _BACK_OFF_SECONDS[0]
            if not task.get("taskToken"):
                self._free.release()
                continue
            handling = asyncio.get_running_loop().create_task(self._handle(arn, task["taskToken"], task["input"]))
            self._tasks.add(handling)
            handling.add_done_callback(self._tasks.discard)
            handling.add_done_callback(lambda _: self._free.release())

    async def _handle(self, arn: str, token: str, input: str) -> None:
        beating = asyncio.get_running_loop().create_task(self._beat(token))
        try:
            result = await self._invoke(arn.rpartition(":")[2], input)
        finally:
            beating.cancel()
        wait_seconds = _BACK_OFF_SECONDS[0]
        while True:
            try:
                await self._tell(token, result)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code in _GONE:
                    _logger.warning("a result of %s came too late: %s", arn, code)
                    return
                if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500 and result.function_error is None:
                    # An output the server refuses, too long for one, is the task's failure.
                    message = msgspec.json.encode({"errorType": code, "errorMessage": str(error)})
                    result = FunctionResult(message, "Unhandled")
                    continue
                _logger.warning("a result of %s cannot be reported: %s", arn, error)
            except BotoCoreError as error:
                _logger.warning("a result of %s cannot be reported yet: %s", arn, error)
            else:
                return
            await asyncio.sleep(wait_seconds)
            wait_seconds = min(wait_seconds * 2, _BACK_OFF_SECONDS[1])

    async def _invoke(self, name: str, input: str) -> FunctionResult:
        try:
            return await result_of(self._handlers.invoke, Invocation(name, input.encode(), str(uuid.uuid4())))
        except FunctionThrottled:
            return FunctionResult(b'{"errorType": "TooManyRequestsException"}', "Unhandled")

    async def _tell(self, token: str, result: FunctionResult) -> None:
        if result.function_error is None:
            await self._report("SendTaskSuccess", taskToken=token, output=result.payload.decode(errors="replace"))
            return
        try:
            error = msgspec.json.decode(result.payload).get("errorType", "")
        except (msgspec.DecodeError, AttributeError):
            error = ""
        cause = result.payload.decode(errors="replace")[:_CAUSE_MAX]
        await self._report("SendTaskFailure", taskToken=token, error=str(error)[:_ERROR_MAX], cause=cause)

    async def _beat(self, token: str) -> None:
        while True:
            await asyncio.sleep(self._settings.heartbeat_seconds)
            try:
                await self._report("SendTaskHeartbeat", taskToken=token)
            except ClientError as error:
                if error.response["Error"]["Code"] in _GONE:
                    return
                _logger.warning("a heartbeat was refused: %s", error)
            except BotoCoreError as error:
                _logger.warning("a heartbeat was lost: %s", error)

    async def _report(self, operation: str, **input: Any) -> dict[str, Any]:
        return await self._call(self._reporting, operation, input)

    async def _call(self, client: AwsClient, operation: str, input: dict[str, Any]) -> dict[str, Any]:
        return await client.run(lambda: client.call("stepfunctions", operation, self._settings.region, input))

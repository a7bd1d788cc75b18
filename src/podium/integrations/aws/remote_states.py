"""Another Step Functions, for tasks that call it: where `stepfunctions` has an endpoint of its own.

The end of an execution is found by looking, as AWS does when no event tells it.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from podium.integrations.aws.client import AwsClient
from podium.integrations.states import CallRefused

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 20.0
FAILING_LOOKS_SECONDS: Final = 600.0
"""Looks that keep failing for this long end the wait."""


class RemoteStates:
    """Step Functions at an endpoint. See `podium.integrations.states.States`."""

    def __init__(self, client: AwsClient, now_seconds: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._now_seconds = now_seconds

    async def call(self, caller: tuple[str, str], operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """See `States.call`. The account is the one the credentials belong to."""
        region, _ = caller

        def work() -> dict[str, Any]:
            return self._client.call("stepfunctions", operation, region, parameters)

        try:
            answer = await self._client.run(work)
        except ClientError as error:
            said, metadata = error.response["Error"], error.response.get("ResponseMetadata", {})
            status = metadata.get("HTTPStatusCode", 400)
            raise CallRefused(said.get("Code", "Unknown"), said.get("Message", ""), status) from None
        except BotoCoreError as error:
            raise CallRefused("SdkClientException", f"Unable to execute HTTP request: {error}") from None
        return {name: _plain(value) for name, value in answer.items() if name != "ResponseMetadata"}

    async def ended(self, execution_arn: str) -> None:
        """See `States.ended`."""
        region, account = execution_arn.split(":")[3:5]
        pause, last_answer = FIRST_PAUSE_SECONDS, self._now_seconds()
        while True:
            try:
                described = await self.call((region, account), "DescribeExecution", {"executionArn": execution_arn})
            except CallRefused:
                if self._now_seconds() - last_answer > FAILING_LOOKS_SECONDS:
                    raise
            else:
                if described["status"] not in ("RUNNING", "PENDING_REDRIVE"):
                    return
                last_answer = self._now_seconds()
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


def _plain(value: Any) -> Any:
    """Times as the API sends them: epoch seconds."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, dict):
        return {name: _plain(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_plain(held) for held in value]
    return value

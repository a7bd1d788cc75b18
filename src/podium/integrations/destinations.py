"""Where results of asynchronous invocations go: queues, topics, functions and event buses.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from podium.functions.contract import FunctionRuntime, Invocation
from podium.functions.names import parse_function_name
from podium.integrations.aws.messages import Messages

PutEvent = Callable[[str, dict[str, Any]], Awaitable[None]]
"""(bus ARN, entry of PutEvents): puts an event on a bus."""


class ResultDestinations:
    """Implements `Destinations`.

    Args:
        messages: speaks to queues and topics.
        put_event: puts events on buses.
    """

    def __init__(self, messages: Messages, put_event: PutEvent) -> None:
        self._messages = messages
        self._put_event = put_event
        self._functions: FunctionRuntime | None = None

    def attach(self, functions: FunctionRuntime) -> None:
        """Make functions known that are destinations."""
        self._functions = functions

    async def send(self, target_arn: str, record: bytes, *, function_arn: str, succeeded: bool) -> None:
        """See `Destinations.send`."""
        service = target_arn.split(":")[2]
        text = record.decode()
        if service == "sqs":
            await self._messages.send(target_arn, text)
        elif service == "sns":
            await self._messages.publish(target_arn, text)
        elif service == "events":
            outcome = "Success" if succeeded else "Failure"
            entry = {
                "Source": "lambda",
                "DetailType": f"Lambda Function Invocation Result - {outcome}",
                "Resources": [target_arn, function_arn],
                "Detail": text,
            }
            await self._put_event(target_arn, entry)
        elif service == "lambda" and self._functions is not None:
            region, account = target_arn.split(":")[3:5]
            named = parse_function_name(target_arn, region=region, account=account)
            assert named is not None
            await self._functions.accept(Invocation(named.arn, record, str(uuid.uuid4()), named.qualifier))

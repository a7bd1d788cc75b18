"""The one contract behind which a function runs, whichever way its code is executed.

Two runtimes implement it: `worker` (our own process over a Unix socket, many invocations in flight) and
`lambda_runtime` (the Lambda Runtime API, one invocation per process at a time). `invoke` takes a callback
rather than returning an awaitable because a busy engine has thousands in flight and a task for each costs
more than the call (docs/decisions).
"""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct


class Invocation(Struct, frozen=True, gc=False):
    """One call of a function."""

    function: str
    """Unqualified ARN, or a bare name: then account and region are the runtime's own."""
    payload: bytes
    """The event: JSON text."""
    request_id: str
    """Seen by the handler as `context.aws_request_id`; the same when a call is repeated after a crash."""
    qualifier: str | None = None
    client_context: str | None = None
    """Base64 JSON, as Lambda's X-Amz-Client-Context."""
    log_tail: bool = False


class FunctionResult(Struct, frozen=True, gc=False):
    """What came of it, in Lambda's terms."""

    payload: bytes
    """The handler's return value, or the error object {errorMessage, errorType, requestId, stackTrace}; JSON text."""
    function_error: str | None = None
    """None, or "Unhandled" (AWS's FunctionError) when payload is an error object."""
    executed_version: str = "$LATEST"
    log_tail: bytes | None = None
    """The last 4 KiB of the invocation's log, when asked for."""


class FunctionNotFound(Exception):
    """No function of that name is known to this runtime."""


class FunctionThrottled(Exception):
    """As many invocations are running or waiting as this runtime allows (Lambda's TooManyRequestsException)."""


class FunctionRuntime(Protocol):
    """Runs functions it knows by name."""

    def knows(self, function: str) -> bool:
        """Whether `invoke` would find this function."""

    def invoke(self, invocation: Invocation, deliver: Callable[[FunctionResult], None]) -> None:
        """Start the call; `deliver` is called once, on the event loop, with its result.

        Time-outs, crashes and over-long answers are results (`function_error` set), not exceptions.

        Raises:
            FunctionNotFound: at once, before anything ran.
            FunctionThrottled: likewise.
        """

    async def close(self) -> None:
        """Stop all processes; invocations in flight are delivered as failed or dropped with the process."""

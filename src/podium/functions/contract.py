"""The one contract behind which a function runs, whichever way its code is executed.

Two runners implement it: `worker` (our own process over a Unix socket, many invocations in flight) and
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
    """As many invocations are running or waiting as allowed (Lambda's TooManyRequestsException).

    Args:
        function: which.
        reason: Lambda's ThrottleReason.
    """

    def __init__(self, function: str, reason: str = "ConcurrentInvocationLimitExceeded") -> None:
        super().__init__(function)
        self.reason = reason


class FunctionRunner(Protocol):
    """Runs functions it knows by name, while somebody waits for the answer."""

    def knows(self, function: str, qualifier: str | None = None) -> bool:
        """Whether `invoke` would find this function, and this version or alias of it."""

    def invoke(self, invocation: Invocation, deliver: Callable[[FunctionResult], None]) -> None:
        """Start the call; `deliver` is called once, on the event loop, with its result.

        Time-outs, crashes and over-long answers are results (`function_error` set), not exceptions.

        Raises:
            FunctionNotFound: at once, before anything ran.
            FunctionThrottled: likewise.
        """

    async def close(self) -> None:
        """Stop all processes; invocations in flight are delivered as failed or dropped with the process."""


class FunctionRuntime(FunctionRunner, Protocol):
    """Runs functions, whether or not somebody waits."""

    async def accept(self, invocation: Invocation) -> None:
        """Take an asynchronous invocation; it survives a crash when this returns, and is run until it succeeds or
        the function's limits for retries and age are reached.

        Raises:
            FunctionNotFound: nothing was accepted.
        """

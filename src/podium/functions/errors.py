"""Error objects that Lambda itself makes, when a function's own code could not answer.

Wordings and key order as AWS answers Invoke with (errors that a runtime client reports are passed on as they
are). Imported by worker processes: standard library only.
"""

import json
import signal
from typing import Final

MAX_RESPONSE_BYTES: Final = 6 * 1024 * 1024 + 100
"""Lambda's limit for a synchronous response (Lambda quotas: 6 MB; the 100 bytes are in AWS's own message)."""


def error_object(error_type: str, message: str) -> bytes:
    """An error object of the platform: compact JSON, `errorType` first."""
    return json.dumps({"errorType": error_type, "errorMessage": message}, separators=(",", ":")).encode()


def timed_out(request_id: str, timeout_seconds: float) -> bytes:
    """The function ran longer than its timeout."""
    return error_object(
        "Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {timeout_seconds:.2f} seconds"
    )


def exited(request_id: str, return_code: int | None) -> bytes:
    """The function's process ended during the invocation.

    Args:
        request_id: of the invocation that was in flight.
        return_code: as `subprocess` gives it: negative for a signal; None when it isn't known.
    """
    if not return_code:
        reason = "Runtime exited without providing a reason"
    elif return_code > 0:
        reason = f"Runtime exited with error: exit status {return_code}"
    else:
        name = signal.strsignal(-return_code) or f"signal {-return_code}"
        reason = f"Runtime exited with error: signal: {name.lower()}"
    return error_object("Runtime.ExitError", f"RequestId: {request_id} Error: {reason}")


def response_too_large() -> bytes:
    """The function's answer is over Lambda's limit."""
    return error_object(
        "Function.ResponseSizeTooLarge",
        f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes).",
    )

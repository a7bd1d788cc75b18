"""Error objects of the platform, in AWS's wording and key order."""

import json

import pytest

from podium.functions import errors


def test_a_timeout_names_request_and_seconds():
    assert errors.timed_out("r-1", 3) == (
        b'{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: r-1 Error: Task timed out after 3.00 seconds"}'
    )


@pytest.mark.parametrize(
    ("return_code", "reason"),
    [
        (1, "Runtime exited with error: exit status 1"),
        (-9, "Runtime exited with error: signal: killed"),
        (0, "Runtime exited without providing a reason"),
        (None, "Runtime exited without providing a reason"),
    ],
)
def test_an_exit_says_how(return_code, reason):
    error = json.loads(errors.exited("r-1", return_code))
    assert error == {"errorType": "Runtime.ExitError", "errorMessage": f"RequestId: r-1 Error: {reason}"}

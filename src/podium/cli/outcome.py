"""How an execution ended, told on stdout and stderr and by the exit code."""

import sys
from typing import NamedTuple

from podium.cli.errors import FAILED, OK
from podium.cli.output import print_json_text
from podium.cli.tree import fault_text
from podium.core import jsontext


class Outcome(NamedTuple):
    """What DescribeExecution says of a closed execution; `output` is JSON text."""

    status: str
    output: str | None
    error: str | None
    cause: str | None


def report(command: str, outcome: Outcome, *, as_json: bool) -> int:
    """Print the output, or why there is none. Returns the exit code."""
    if outcome.status == "SUCCEEDED":
        print_json_text(outcome.output or "null", pretty=False if as_json else None)
        return OK
    if as_json:
        told = {"status": outcome.status, "error": outcome.error, "cause": outcome.cause}
        print_json_text(jsontext.encode(told).decode(), pretty=False)
    reason = fault_text(outcome.error, outcome.cause)
    print(f"podium {command}: the execution ended {outcome.status}{f': {reason}' if reason else '.'}", file=sys.stderr)
    return FAILED

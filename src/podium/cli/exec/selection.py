"""Which executions a command is about: those named, or all that match, looked at before anything is done."""

import sys
from typing import Any

from podium.cli.errors import CommandError, Refused
from podium.cli.exec.ls import Status, executions
from podium.cli.names import execution_arn
from podium.cli.output import print_note, print_text
from podium.cli.server import Server

ALL_MAX = 100_000


def selected(
    server: Server, named: tuple[str, ...], machine: str | None, status: Status | None, default: Status
) -> list[str]:
    """The ARNs of the executions named, or of those of a state machine with a status.

    Raises:
        CommandError: neither is given, or both are.
    """
    if bool(named) == (machine is not None):
        raise CommandError("name executions, or all of a state machine with --all MACHINE; one of the two.")
    if machine is None:
        return [execution_arn(server, one) for one in named]
    found = [one["executionArn"] for one in executions(server, machine, status or default, ALL_MAX)]
    if not found:
        print_note(f"no executions with status {status or default}.")
    return found


def for_each(server: Server, operation: str, arns: list[str], *, dry_run: bool, verb: str, **parameters: Any) -> int:
    """Do one thing to every execution, going on when one is refused. Returns how many were.

    Raises:
        CommandError: the server can't be reached; no more are tried.
    """
    refused = 0
    for arn in arns:
        if dry_run:
            print_text(f"would {verb} {arn}")
            continue
        try:
            server.call(operation, executionArn=arn, **parameters)
            print_text(f"{verb} {arn}")
        except Refused as error:
            refused += 1
            print(f"podium exec {verb}: {arn}: {error}", file=sys.stderr)
    return refused

"""`podium exec redrive`: lets executions that ended without success go on from where they did."""

from typing import Annotated, Literal

from cyclopts import Parameter

from podium.cli.errors import FAILED, OK, CommandError
from podium.cli.exec.following import follow
from podium.cli.exec.selection import for_each, selected
from podium.cli.server import Endpoint, Server


def redrive(
    *executions: str,
    machine: Annotated[str | None, Parameter(name="--all")] = None,
    status: Literal["FAILED", "TIMED_OUT", "ABORTED"] | None = None,
    dry_run: Annotated[bool, Parameter(name="--dry-run", negative="")] = False,
    follow_: Annotated[bool, Parameter(name="--follow", negative="")] = False,
    endpoint: Endpoint = None,
) -> int:
    """Redrive the executions named, or all of a state machine with a status. Returns the exit code."""
    server = Server(endpoint)
    arns = selected(server, executions, machine, status, "FAILED")
    if follow_ and len(arns) != 1:
        raise CommandError(f"--follow follows one execution; these are {len(arns)}.")
    refused = for_each(server, "redrive_execution", arns, dry_run=dry_run, verb="redrive")
    if refused:
        return FAILED
    return follow("exec redrive", server, arns[0], as_json=False) if follow_ and not dry_run else OK

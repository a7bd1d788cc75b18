"""`podium exec stop`: ends executions that run."""

from typing import Annotated

from cyclopts import Parameter

from podium.cli.errors import FAILED, OK
from podium.cli.exec.selection import for_each, selected
from podium.cli.server import Endpoint, Server


def stop(
    *executions: str,
    machine: Annotated[str | None, Parameter(name="--all")] = None,
    error: str | None = None,
    cause: str | None = None,
    dry_run: Annotated[bool, Parameter(name="--dry-run", negative="")] = False,
    endpoint: Endpoint = None,
) -> int:
    """Stop the executions named, or all of a state machine that run. Returns the exit code."""
    server = Server(endpoint)
    arns = selected(server, executions, machine, None, "RUNNING")
    refused = for_each(server, "stop_execution", arns, dry_run=dry_run, verb="stop", error=error, cause=cause)
    return FAILED if refused else OK

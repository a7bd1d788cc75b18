"""`podium exec redrive`: lets executions that ended without success go on from where they did."""

import getpass
from typing import Annotated, Literal

from cyclopts import Parameter

from podium.cli.errors import FAILED, OK, CommandError
from podium.cli.exec.following import follow
from podium.cli.exec.selection import for_each, selected
from podium.cli.output import print_text
from podium.cli.server import Endpoint, Server
from podium.cli.sources import read_input
from podium.core import jsontext


def redrive(
    *executions: str,
    machine: Annotated[str | None, Parameter(name="--all")] = None,
    status: Literal["FAILED", "TIMED_OUT", "ABORTED"] | None = None,
    dry_run: Annotated[bool, Parameter(name="--dry-run", negative="")] = False,
    follow_: Annotated[bool, Parameter(name="--follow", negative="")] = False,
    input_: Annotated[str | None, Parameter(name=["--input", "-i"], allow_leading_hyphen=True)] = None,
    state: str | None = None,
    who: str | None = None,
    endpoint: Endpoint = None,
) -> int:
    """Redrive the executions named, or all of a state machine with a status. Returns the exit code.

    Args:
        input_: what the state that failed is given in place of its input; then there is one execution.
        state: which state, where several are done again.
        who: gives the input; whoever is logged in here, unless named.
    """
    server = Server(endpoint)
    arns = selected(server, executions, machine, status, "FAILED")
    if follow_ and len(arns) != 1:
        raise CommandError(f"--follow follows one execution; these are {len(arns)}.")
    if input_ is not None and not dry_run:
        if len(arns) != 1:
            raise CommandError(f"--input is for one execution; these are {len(arns)}.")
        body = {"execution": arns[0], "state": state, "who": who or getpass.getuser()}
        body["input"] = jsontext.decode(read_input(input_, option="--input"))
        server.console("POST", "redrive", {}, body)
        print_text(f"redrive {arns[0]}")
        return follow("exec redrive", server, arns[0], as_json=False) if follow_ else OK
    refused = for_each(server, "redrive_execution", arns, dry_run=dry_run, verb="redrive")
    if refused:
        return FAILED
    return follow("exec redrive", server, arns[0], as_json=False) if follow_ and not dry_run else OK

"""`podium start`: starts an execution of a state machine that a server has."""

from typing import Annotated

from cyclopts import Parameter

from podium.cli.names import state_machine_arn
from podium.cli.server import Endpoint, Server
from podium.cli.sources import read_input
from podium.cli.starting import start_and_report


def start(
    machine: str,
    /,
    *,
    input_: Annotated[str, Parameter(name=["--input", "-i"], allow_leading_hyphen=True)] = "{}",
    name: str | None = None,
    follow: Annotated[bool, Parameter(name="--follow", negative="")] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    endpoint: Endpoint = None,
) -> int:
    """Start an execution. Returns the exit code: with --follow, how it ended."""
    given = read_input(input_)
    server = Server(endpoint)
    arn = state_machine_arn(server, machine)
    return start_and_report("start", server, arn, given, name, follow=follow, as_json=as_json)

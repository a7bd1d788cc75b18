"""`podium exec replay`: starts an execution like an earlier one, with its input or an edited one."""

from typing import Annotated

from cyclopts import Parameter

from podium.cli.names import execution_arn
from podium.cli.server import Endpoint, Server
from podium.cli.sources import read_input
from podium.cli.starting import start_and_report


def replay(
    execution: str,
    /,
    *,
    input_: Annotated[str | None, Parameter(name=["--input", "-i"], allow_leading_hyphen=True)] = None,
    name: str | None = None,
    follow: Annotated[bool, Parameter(name="--follow", negative="")] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    endpoint: Endpoint = None,
) -> int:
    """Start the same state machine again. Returns the exit code: with --follow, how the new execution ended."""
    server = Server(endpoint)
    earlier = server.call("describe_execution", executionArn=execution_arn(server, execution))
    # An execution started through a version or an alias goes through it again.
    target = earlier.get("stateMachineAliasArn") or earlier.get("stateMachineVersionArn") or earlier["stateMachineArn"]
    given = earlier.get("input") if input_ is None else read_input(input_)
    return start_and_report("exec replay", server, target, given, name, follow=follow, as_json=as_json)

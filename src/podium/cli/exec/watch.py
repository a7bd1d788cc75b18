"""`podium exec watch`: an execution's tree, live, until it is closed."""

from typing import Annotated

from cyclopts import Parameter

from podium.cli.exec.following import follow
from podium.cli.names import execution_arn
from podium.cli.server import Endpoint, Server


def watch(
    execution: str,
    /,
    *,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    endpoint: Endpoint = None,
) -> int:
    """Follow an execution. Returns the exit code: how it ended."""
    server = Server(endpoint)
    return follow("exec watch", server, execution_arn(server, execution), as_json=as_json)

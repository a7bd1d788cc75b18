"""`podium task approve`: ends a waiting task with an output."""

from typing import Annotated

from cyclopts import Parameter

from podium.cli.server import Endpoint, Server
from podium.cli.sources import read_input
from podium.cli.task.deciding import decide
from podium.core import jsontext


def approve(
    task: str,
    /,
    *,
    output: Annotated[str, Parameter(name=["--output", "-o"], allow_leading_hyphen=True)] = "{}",
    who: str | None = None,
    comment: str | None = None,
    endpoint: Endpoint = None,
) -> int:
    """Approve. Returns the exit code."""
    value = jsontext.decode(read_input(output, option="--output"))
    return decide(Server(endpoint), task, who, approve=True, output=value, comment=comment)

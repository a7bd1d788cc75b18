"""`podium task reject`: fails a waiting task."""

from podium.cli.server import Endpoint, Server
from podium.cli.task.deciding import decide


def reject(
    task: str,
    /,
    *,
    error: str | None = None,
    cause: str | None = None,
    who: str | None = None,
    comment: str | None = None,
    endpoint: Endpoint = None,
) -> int:
    """Reject. Returns the exit code."""
    return decide(Server(endpoint), task, who, approve=False, error=error, cause=cause, comment=comment)

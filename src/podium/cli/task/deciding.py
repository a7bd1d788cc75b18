"""Deciding about a waiting task."""

import getpass
from typing import Any

from podium.cli.errors import OK
from podium.cli.output import print_text
from podium.cli.server import Server
from podium.cli.task.inbox import execution_name, find


def decide(server: Server, given: str, who: str | None, *, approve: bool, **told: Any) -> int:
    """Approve or reject the task, as whoever is logged in here unless somebody is named. Returns the exit code."""
    task = find(server, given)
    account = str(task["execution_arn"]).split(":")[4]
    body = {"token": task["token"], "approve": approve, "who": who or getpass.getuser()}
    body |= {name: value for name, value in told.items() if value is not None}
    server.console("POST", "decide", {"account": account}, body)
    print_text(f"{'approved' if approve else 'rejected'} {execution_name(task)}/{task['state']}")
    return OK

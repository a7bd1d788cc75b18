"""Tasks that wait, found by what a person types."""

from typing import Any

from podium.cli.errors import CommandError
from podium.cli.server import Server

Task = dict[str, Any]
"""A waiting task as `GET /console/api/inbox` tells it (docs/inbox.md)."""


def waiting(server: Server) -> list[Task]:
    """All waiting tasks, those of the latest executions first."""
    tasks: list[Task] = []
    before = 0
    while True:
        page = server.console("GET", "inbox", {"before": str(before or ""), "limit": "200"})
        tasks += page["tasks"]
        before = page["next"]
        if before is None:
            return tasks


def find(server: Server, given: str) -> Task:
    """The waiting task with this token, or the one of the execution with this ARN or name (or beginning of one).

    Raises:
        CommandError: there is none, or there are several.
    """
    tasks = waiting(server)
    found = [task for task in tasks if task["token"] == given] or [
        task for task in tasks if task["execution_arn"] == given or execution_name(task).startswith(given)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise CommandError(f"no task of {given!r} waits for anybody; `podium task ls` shows those that do.")
    states = ", ".join(f"{execution_name(task)}/{task['state']}" for task in found[:5])
    raise CommandError(f"{given!r} names {len(found)} tasks ({states}); give the token instead: podium task ls --json.")


def execution_name(task: Task) -> str:
    """The name of the task's execution."""
    return str(task["execution_arn"]).rpartition(":")[2]

"""`podium task ls`: what waits for somebody."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter

from podium.cli.errors import OK
from podium.cli.output import moment, print_json, print_note, print_table
from podium.cli.plain_text import printable
from podium.cli.server import Endpoint, Server
from podium.cli.task.inbox import execution_name, waiting


def ls(*, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False, endpoint: Endpoint = None) -> int:
    """List waiting tasks. Returns the exit code."""
    tasks = waiting(Server(endpoint))
    if as_json:
        print_json(tasks)
    elif tasks:
        rows = [
            (
                moment(datetime.fromtimestamp(task["entered_ms"] / 1_000, UTC)),
                str(task["state_machine_arn"]).rpartition(":")[2],
                execution_name(task),
                printable(task["state"]),
                printable(str(task.get("title") or task["input"]))[:80],
            )
            for task in tasks
        ]
        print_table(("SINCE", "STATE MACHINE", "EXECUTION", "STATE", "TASK"), rows)
    else:
        print_note("no task waits for anybody.")
    return OK

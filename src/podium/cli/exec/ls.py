"""`podium exec ls`: executions, the latest first."""

from heapq import merge
from itertools import islice
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from podium.cli.errors import OK
from podium.cli.exec.histories import PAGE_SIZE
from podium.cli.names import state_machine_arn
from podium.cli.output import moment, print_json, print_note, print_table
from podium.cli.server import Endpoint, Server
from podium.cli.wording import duration

Status = Literal["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]


def ls(
    machine: str | None = None,
    /,
    *,
    status: Status | None = None,
    limit: Annotated[int, Parameter(validator=Number(gte=1))] = 20,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    endpoint: Endpoint = None,
) -> int:
    """List executions of one state machine, or of all. Returns the exit code."""
    server = Server(endpoint)
    found = executions(server, machine, status, limit)
    if as_json:
        print_json(found)
    elif found:
        rows = []
        for one in found:
            stopped = one.get("stopDate")
            taken = duration((stopped - one["startDate"]).total_seconds() * 1_000) if stopped else "-"
            machine_name = one["stateMachineArn"].rpartition(":")[2]
            rows.append((one["status"], machine_name, moment(one["startDate"]), taken, one["name"]))
        print_table(("STATUS", "STATE MACHINE", "STARTED", "TOOK", "NAME"), rows)
    else:
        print_note("no executions." if status is None else f"no executions with status {status}.")
    return OK


def executions(server: Server, machine: str | None, status: Status | None, limit: int) -> list[dict[str, Any]]:
    """The latest executions, as ListExecutions tells them, of one state machine or of all Standard ones."""
    if machine is not None:
        arns = [state_machine_arn(server, machine)]
    else:
        machines = server.pages("list_state_machines", "stateMachines")
        arns = [listed["stateMachineArn"] for listed in machines if listed["type"] == "STANDARD"]
    listings = [
        server.pages(
            "list_executions", "executions", stateMachineArn=arn, statusFilter=status, maxResults=min(limit, PAGE_SIZE)
        )
        for arn in arns
    ]
    return list(islice(merge(*listings, key=lambda one: one["startDate"], reverse=True), limit))

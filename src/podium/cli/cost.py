"""`podium cost`: what an execution would cost on AWS, as Standard and as Express."""

from typing import Annotated

import msgspec
from cyclopts import Parameter

from podium.cli.errors import OK
from podium.cli.exec.histories import history
from podium.cli.names import execution_arn
from podium.cli.output import print_json, print_table, print_text
from podium.cli.plain_text import printable
from podium.cli.server import Endpoint, Server
from podium.cli.wording import duration
from podium.core import jsontext
from podium.core.asl.references import resources
from podium.core.cost import Cost, advice, estimate

A_MILLION = 1_000_000


def cost(
    execution: str,
    /,
    *,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    endpoint: Endpoint = None,
) -> int:
    """Print the estimate and what would make it cheaper. Returns the exit code."""
    server = Server(endpoint)
    arn = execution_arn(server, execution)
    definition = server.call("describe_state_machine_for_execution", executionArn=arn)["definition"]
    found = estimate(history(server, arn), len(definition.encode()), _children(server, arn))
    hints = advice(found, resources(jsontext.decode(definition)))
    if as_json:
        print_json({**msgspec.to_builtins(found), "advice": hints})
    else:
        _print(found, hints)
    return OK


def _print(found: Cost, hints: list[str]) -> None:
    rows = [
        ("Standard", f"{found.transitions} transitions", f"${found.standard_usd:.6f}"),
        ("Express", f"{duration(found.billed_ms)} x {found.billed_memory_mb} MB", f"${found.express_usd:.6f}"),
    ]
    table = [(*row, f"${float(row[-1][1:]) * A_MILLION:,.2f}") for row in rows]
    print_table(("TYPE", "BILLED", "THIS EXECUTION", "A MILLION LIKE IT"), table)
    if found.states:
        print_text("")
        states = sorted(found.states.items(), key=lambda item: -item[1].transitions)
        counts = [(str(one.transitions), str(one.retries), printable(name)) for name, one in states]
        print_table(("TRANSITIONS", "RETRIES", "STATE"), counts)
    for hint in hints:
        print_text(f"\n{hint}")


def _children(server: Server, arn: str) -> int:
    """How many executions the Map Runs of an execution have started."""
    runs = server.pages("list_map_runs", "mapRuns", executionArn=arn)
    described = (server.call("describe_map_run", mapRunArn=run["mapRunArn"]) for run in runs)
    return sum(one["executionCounts"]["total"] for one in described)

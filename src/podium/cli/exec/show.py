"""`podium exec show`: one execution at a glance: what it is, how it stands, and its states as a tree."""

import time
from typing import Annotated, Any

from cyclopts import Parameter

from podium.cli.errors import OK
from podium.cli.exec.histories import history
from podium.cli.names import execution_arn
from podium.cli.output import moment, print_json, print_text
from podium.cli.plain_text import printable
from podium.cli.rows import rows
from podium.cli.server import Endpoint, Server
from podium.cli.tree import ExecutionTree, fault_text
from podium.cli.wording import ICONS, duration, note


def show(
    execution: str,
    /,
    *,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    endpoint: Endpoint = None,
) -> int:
    """Print an execution's summary and tree. Returns the exit code."""
    server = Server(endpoint)
    arn = execution_arn(server, execution)
    described = server.call("describe_execution", executionArn=arn)
    described.pop("ResponseMetadata", None)
    if as_json:
        print_json(described)
        return OK
    tree = ExecutionTree()
    tree.feed(history(server, arn, include_data=True))
    for label, value in _facts(described):
        print_text(f"{label:<9} {value}")
    print_text("")
    for line in tree_lines(tree, time.time() * 1_000):
        print_text(line)
    return OK


def tree_lines(tree: ExecutionTree, now_ms: float) -> list[str]:
    """The states, one per line, as they stand."""
    all_rows = rows(tree)
    width = max((len(row.guide) + len(row.node.name) for row in all_rows), default=0)
    lines = []
    for row in all_rows:
        node = row.node
        name = f"{row.guide}{ICONS[node.status]} {printable(node.name)}"
        taken = duration(node.until_ms(now_ms) - node.entered_ms)
        lines.append(f"{name:<{width + 2}}  {node.status:<9}  {taken:>12}  {note(node, now_ms)}".rstrip())
    return lines


def _facts(described: dict[str, Any]) -> list[tuple[str, str]]:
    facts = [
        ("name", printable(described["name"])),
        ("arn", described["executionArn"]),
        ("status", described["status"]),
        ("started", moment(described["startDate"])),
        ("stopped", moment(described.get("stopDate"))),
    ]
    if described.get("redriveCount"):
        facts.append(("redrives", f"{described['redriveCount']}, the last {moment(described.get('redriveDate'))}"))
    if fault := fault_text(described.get("error"), described.get("cause")):
        facts.append(("error", printable(fault)))
    facts += [(key, described[key]) for key in ("input", "output") if described.get(key) is not None]
    return facts

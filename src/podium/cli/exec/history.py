"""`podium exec history`: an execution's events, one per line."""

from datetime import datetime
from typing import Annotated, Any

from cyclopts import Parameter

from podium.cli.errors import OK
from podium.cli.exec import histories
from podium.cli.names import execution_arn
from podium.cli.output import print_json_text, print_text
from podium.cli.plain_text import printable
from podium.cli.server import Endpoint, Server
from podium.cli.tree import details, fault_text
from podium.core import jsontext

_FAILURES = ("Failed", "TimedOut", "Aborted")
_SHOWN_LENGTH = 120


def history(
    execution: str,
    /,
    *,
    failed: Annotated[bool, Parameter(name="--failed", negative="")] = False,
    type_: Annotated[str | None, Parameter(name="--type")] = None,
    state: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    endpoint: Endpoint = None,
) -> int:
    """Print the events, all or those asked for. Returns the exit code."""
    server = Server(endpoint)
    for event in histories.history(server, execution_arn(server, execution)):
        if failed and not event["type"].endswith(_FAILURES):
            continue
        if type_ is not None and type_.lower() not in event["type"].lower():
            continue
        if state is not None and details(event).get("name") != state:
            continue
        if as_json:
            print_json_text(jsontext.encode(event).decode(), pretty=False)
        else:
            print_text(_line(event))
    return OK


def _line(event: dict[str, Any]) -> str:
    at = datetime.fromtimestamp(event["timestamp"] / 1_000).astimezone().strftime("%H:%M:%S.%f")[:-3]
    return f"{event['id']:>6}  {at}  {event['type']:<28}  {_said(details(event))}".rstrip()


def _said(told: dict[str, Any]) -> str:
    """The one thing a person looks for in an event: its error, else its state's name, else what it carries."""
    name = told.get("name") or told.get("resource")
    fault = fault_text(told.get("error"), told.get("cause"))
    data = told.get("output") or told.get("input") or told.get("parameters")
    parts = [part for part in (name, fault, data if not fault else None) if part]
    line = printable("  ".join(parts))
    return line if len(line) <= _SHOWN_LENGTH else f"{line[: _SHOWN_LENGTH - 1]}…"

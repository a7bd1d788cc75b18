"""`podium exec io`: what went into each state and what came out."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, NamedTuple

from cyclopts import Parameter

from podium.cli.errors import OK, CommandError
from podium.cli.exec.histories import history
from podium.cli.names import execution_arn
from podium.cli.output import print_json_text, print_text
from podium.cli.plain_text import printable
from podium.cli.server import Endpoint, Server
from podium.cli.tree import HistoryEvent, details
from podium.core import jsontext


class Passage(NamedTuple):
    """One entry into, or exit from, a state. `data` is JSON text."""

    event_id: int
    state: str
    entered: bool
    data: str
    variables: dict[str, str]


def io(
    execution: str,
    state: str | None = None,
    /,
    *,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    endpoint: Endpoint = None,
) -> int:
    """Print the inputs and outputs of all states, or of one. Returns the exit code."""
    server = Server(endpoint)
    arn = execution_arn(server, execution)
    found = [passage for passage in passages(history(server, arn)) if state in (None, passage.state)]
    if not found and state is not None:
        raise CommandError(f"{arn}: no state {state!r} was entered; `podium exec show` lists those that were.")
    for passage in found:
        if as_json:
            print_json_text(jsontext.encode(_described(passage)).decode(), pretty=False)
        else:
            arrow = "→" if passage.entered else "←"
            print_text(f"{passage.event_id:>6}  {arrow} {printable(passage.state)}  {passage.data}")
            for name, value in passage.variables.items():
                print_text(f"{'':>6}    ${printable(name)} = {value}")
    return OK


def passages(events: Iterable[HistoryEvent]) -> Iterator[Passage]:
    """Every entry and exit, in order."""
    for event in events:
        kind = event["type"]
        if kind.endswith(("StateEntered", "StateExited")):
            told = details(event)
            entered = kind.endswith("Entered")
            variables = told.get("assignedVariables") or {}
            data = told.get("input" if entered else "output", "")
            yield Passage(event["id"], told["name"], entered, data, variables)


def _described(passage: Passage) -> dict[str, Any]:
    described: dict[str, Any] = {"id": passage.event_id, "state": passage.state}
    described["input" if passage.entered else "output"] = _value(passage.data)
    if passage.variables:
        described["assignedVariables"] = {name: _value(text) for name, text in passage.variables.items()}
    return described


def _value(text: str) -> Any:
    """The value of JSON text; data that AWS cut short stays text."""
    try:
        return jsontext.decode(text)
    except jsontext.InvalidJson:
        return text

"""`podium run`: one execution of a definition, in this process, without a server.

stdout carries the execution's output and nothing else, whatever is drawn on stderr meanwhile, so that
`podium run ... | jq` works with and without a terminal.
"""

import asyncio
import os
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

from cyclopts import Parameter

from podium.cli.documents import read_definition
from podium.cli.errors import FAILED, OK, CommandError
from podium.cli.findings import findings
from podium.cli.lines import LineProgress
from podium.cli.sources import STDIN, read_input
from podium.cli.tree import ExecutionTree, HistoryEvent, fault_text
from podium.core import jsontext

if TYPE_CHECKING:
    from podium.bootstrap import ExecutionView


class Progress(Protocol):
    """Shows how an execution goes, while entered."""

    def feed(self, events: list[HistoryEvent]) -> None: ...

    async def __aenter__(self) -> "Progress": ...

    async def __aexit__(self, *_: object) -> None: ...


def run(
    definition: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    input_: Annotated[str, Parameter(name=["--input", "-i"], allow_leading_hyphen=True)] = "{}",
    handlers: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    name: str | None = None,
) -> int:
    """Run a definition once and print its output. Returns the exit code."""
    if definition == STDIN and input_ == STDIN:
        raise CommandError("Only one of DEFINITION and --input can be read from stdin; put the other in a file.")
    if handlers is not None and not handlers.is_file():
        raise CommandError(f"{handlers}: there is no such file; --handlers names a Python file with the functions.")
    written, definition_text = read_definition(definition)
    input_text = read_input(input_)
    _refuse_invalid(definition, definition_text, written)
    name = name or str(uuid.uuid4())
    tree = ExecutionTree()
    progress = _progress(tree, f"{'stdin' if definition == STDIN else Path(definition).name} · {name}")
    view = asyncio.run(_execute(definition_text, input_text, handlers, name, progress))
    return _report(view, as_json=as_json)


async def _execute(
    definition_text: str, input_text: str, handlers: Path | None, name: str, progress: Progress
) -> "ExecutionView":
    from podium import bootstrap

    try:
        async with bootstrap.open_embedded(handlers) as embedded, progress:
            return await embedded.run(definition_text, input_text, name=name, on_events=progress.feed)
    except bootstrap.StartError as error:
        raise CommandError(str(error)) from None


def _refuse_invalid(definition: str, text: str, written: str) -> None:
    # Handlers may be bound to names that AWS would not take for a resource.
    errors = [finding.line for finding in findings(definition, text, written, resources="any") if finding.is_error]
    if errors:
        raise CommandError("the definition is invalid, nothing was run:\n  " + "\n  ".join(errors), FAILED)


def _progress(tree: ExecutionTree, title: str) -> Progress:
    """A redrawing tree where stderr is a terminal that can draw it, else plain lines."""
    utf8 = (sys.stderr.encoding or "").lower().replace("-", "") == "utf8"
    if not (sys.stderr.isatty() and utf8) or os.environ.get("TERM") == "dumb":
        return LineProgress(tree, sys.stderr)
    from rich.console import Console

    from podium.cli.live import LiveProgress

    return LiveProgress(tree, Console(stderr=True, highlight=False), title)


def _report(view: "ExecutionView", *, as_json: bool) -> int:
    if view.status == "SUCCEEDED":
        _print_json(view.output or "null", pretty=not as_json and sys.stdout.isatty())
        return OK
    if as_json:
        outcome = {"status": view.status, "error": view.error, "cause": view.cause}
        _print_json(jsontext.encode(outcome).decode(), pretty=False)
    reason = fault_text(view.error, view.cause)
    print(f"podium run: the execution ended {view.status}{f': {reason}' if reason else '.'}", file=sys.stderr)
    return FAILED


def _print_json(text: str, *, pretty: bool) -> None:
    if pretty:
        import msgspec

        text = msgspec.json.format(text, indent=2)
    # Bytes: JSON is UTF-8 whatever the terminal's locale says.
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()

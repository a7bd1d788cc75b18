"""`podium run`: one execution of a definition, in this process, without a server.

stdout carries the execution's output and nothing else, whatever is drawn on stderr meanwhile, so that
`podium run ... | jq` works with and without a terminal.
"""

import asyncio
import signal
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from podium.cli.documents import read_definition
from podium.cli.errors import FAILED, TERMINATED, CommandError
from podium.cli.findings import findings
from podium.cli.outcome import Outcome, report
from podium.cli.progress import progress
from podium.cli.sources import STDIN, read_input
from podium.cli.tree import ExecutionTree
from podium.config import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from podium.bootstrap import ExecutionView


def run(
    definition: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    input_: Annotated[str, Parameter(name=["--input", "-i"], allow_leading_hyphen=True)] = "{}",
    handlers: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    name: str | None = None,
    virtual_time: Annotated[bool, Parameter(name="--virtual-time", negative="")] = False,
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
    title = f"{'stdin' if definition == STDIN else Path(definition).name} · {name}"
    settings = _settings(handlers)
    try:
        view = asyncio.run(_execute(definition_text, input_text, settings, name, title, virtual_time))
    except asyncio.CancelledError:
        raise CommandError("terminated; the execution is lost.", TERMINATED) from None
    outcome = Outcome(view.status, view.output, view.error, view.cause)
    return report("run", outcome, as_json=as_json)


def _settings(handlers: Path | None) -> Settings:
    try:
        return load_settings({} if handlers is None else {"handlers": handlers})
    except SettingsError as error:
        raise CommandError(str(error)) from None


async def _execute(
    definition_text: str, input_text: str, settings: Settings, name: str, title: str, virtual_time: bool
) -> "ExecutionView":
    from podium import bootstrap

    if (task := asyncio.current_task()) is not None:
        # Worker processes and their directory go with the execution, whatever ends it.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        async with (
            bootstrap.open_embedded(settings, virtual_time=virtual_time) as embedded,
            progress(ExecutionTree(), title, embedded.now_ms) as shown,
        ):
            return await embedded.run(definition_text, input_text, name=name, on_events=shown.feed)
    except bootstrap.StartError as error:
        raise CommandError(str(error)) from None


def _refuse_invalid(definition: str, text: str, written: str) -> None:
    # Handlers may be bound to names that AWS would not take for a resource.
    errors = [finding.line for finding in findings(definition, text, written, resources="any") if finding.is_error]
    if errors:
        raise CommandError("the definition is invalid, nothing was run:\n  " + "\n  ".join(errors), FAILED)

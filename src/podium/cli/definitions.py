"""A definition named on the command line: a file, or a state machine, version or alias that a server has."""

from pathlib import Path
from typing import Any

from podium.cli.documents import read_definition
from podium.cli.errors import FAILED, CommandError
from podium.cli.findings import findings
from podium.cli.names import state_machine_arn
from podium.cli.server import Server
from podium.cli.sources import STDIN
from podium.core import jsontext


def definition(given: str, endpoint: str | None) -> dict[str, Any]:
    """The valid definition in a file (JSON or YAML; "-" is stdin), or of MACHINE, MACHINE:VERSION or MACHINE:ALIAS.

    Raises:
        CommandError: there is no such thing, or it isn't valid.
    """
    if given != STDIN and not Path(given).exists():
        if "/" in given or given.endswith((".json", ".yaml", ".yml")):
            raise CommandError(f"{given}: there is no such file.")
        return _served(given, Server(endpoint))
    written, text = read_definition(given)
    errors = [found.line for found in findings(given, text, written, resources="any") if found.is_error]
    if errors:
        raise CommandError("the definition is invalid:\n  " + "\n  ".join(errors), FAILED)
    parsed: dict[str, Any] = jsontext.decode(text)
    return parsed


def _served(given: str, server: Server) -> dict[str, Any]:
    machine, colon, qualifier = ("", "", "") if given.startswith("arn:") else given.partition(":")
    arn = f"{state_machine_arn(server, machine)}:{qualifier}" if colon else state_machine_arn(server, given)
    described = server.call("describe_state_machine", stateMachineArn=arn)
    parsed: dict[str, Any] = jsontext.decode(described["definition"])
    return parsed

"""From what a person types to what the API wants: ARNs of state machines and executions by ARN or by name."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from podium.cli.errors import CommandError
from podium.cli.server import Server

_LOOKED_AT_MAX: Final = 1_000
"""Executions of one state machine that are looked through for a name, the latest first."""
_TOLD_MAX: Final = 5


def state_machine_arn(server: Server, given: str) -> str:
    """The ARN of the state machine with this ARN, name, or beginning of a name.

    Raises:
        CommandError: there is none, or there are several.
    """
    if given.startswith("arn:"):
        return given
    machines = list(server.pages("list_state_machines", "stateMachines"))
    exact = [machine for machine in machines if machine["name"] == given]
    found = exact or [machine for machine in machines if machine["name"].startswith(given)]
    known = ", ".join(sorted(machine["name"] for machine in machines)[:_TOLD_MAX]) or "none yet"
    return str(_only(found, "state machine", given, f"known are: {known}", "name")["stateMachineArn"])


def execution_arn(server: Server, given: str) -> str:
    """The ARN of the execution with this ARN, this name (or beginning of one), or MACHINE:NAME.

    Raises:
        CommandError: there is none, or there are several.
    """
    if given.startswith("arn:"):
        return given
    machine, colon, name = given.rpartition(":")
    if colon:
        arns = [state_machine_arn(server, machine)]
    else:
        # AWS lists no executions of Express state machines.
        machines = server.pages("list_state_machines", "stateMachines")
        arns = [listed["stateMachineArn"] for listed in machines if listed["type"] == "STANDARD"]
    found = [execution for arn in arns for execution in _named(server, arn, name)]
    exact = [execution for execution in found if execution["name"] == name]
    hint = "`podium exec ls` shows what there is"
    return str(_only(exact or found, "execution", given, hint, "executionArn")["executionArn"])


def _named(server: Server, machine_arn: str, name: str) -> Iterator[dict[str, Any]]:
    listed = server.pages("list_executions", "executions", stateMachineArn=machine_arn)
    return (execution for execution in islice(listed, _LOOKED_AT_MAX) if execution["name"].startswith(name))


def _only(found: list[dict[str, Any]], kind: str, given: str, hint: str, shown: str) -> dict[str, Any]:
    if not found:
        raise CommandError(f"there is no {kind} {given!r}; {hint}.")
    if len(found) > 1:
        names = ", ".join(str(one[shown]) for one in found[:_TOLD_MAX])
        more = ", ..." if len(found) > _TOLD_MAX else ""
        raise CommandError(f"{given!r} names {len(found)} {kind}s ({names}{more}); write more of the name.")
    return found[0]

"""A definition's diagnostics as lines a person or an editor can follow to their place."""

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from podium.cli.plain_text import printable
from podium.cli.sources import STDIN
from podium.core.asl.diagnostics import Diagnostic, MachineType, ResourcePolicy
from podium.core.asl.lint import lint
from podium.core.asl.validator import validate
from podium.core.states import STATE_TYPES

if TYPE_CHECKING:
    from podium.cli.yaml_text import Positions

_SOURCE: Final = re.compile(r"\[Source: .*; line: (\d+), column: (\d+)\]\Z", re.DOTALL)
"""How AWS gives the place of a JSON fault: with the text before it, which the person has at hand."""


class Finding(NamedTuple):
    """One diagnostic as a line; warnings say that they are."""

    line: str
    is_error: bool


def findings(
    source: str,
    text: str,
    written: str | None = None,
    *,
    machine_type: MachineType = "STANDARD",
    resources: ResourcePolicy = "aws",
    practices: bool = False,
) -> list[Finding]:
    """Everything there is to say about a definition, in the validator's order.

    Lines read `FILE:/States/X/Next: MESSAGE (line 7, column 5) [CODE]`, and `FILE:LINE:COLUMN: MESSAGE [CODE]`
    where it isn't JSON.

    Args:
        source: the file's name, or "-".
        text: the definition as JSON text.
        written: the text as it stands in the file, JSON or YAML, which lines and columns refer to.
        machine_type: Express machines may not do everything (`.sync`, callbacks, activities, distributed Maps).
        resources: "any" also takes names that only a local handler understands.
        practices: also say what is valid and unwise (`core/asl/lint.py`).
    """
    shown = "stdin" if source == STDIN else source
    checked = validate(text, state_types=STATE_TYPES, machine_type=machine_type, resources=resources)
    diagnostics = checked.diagnostics
    if practices and checked.definition is not None:
        diagnostics = [*diagnostics, *lint(checked.definition, STATE_TYPES)]
    if not diagnostics:
        return []
    # Imported when there is a place to tell: a sound JSON file should not wait for the YAML reader.
    from podium.cli.yaml_text import positions

    places = positions(text if written is None else written)
    return [Finding(_line(shown, found, _where(found, places)), found.severity == "ERROR") for found in diagnostics]


def _where(found: Diagnostic, places: "Positions") -> str:
    """Line and column, of the nearest thing around a place that has none of its own (a missing field)."""
    location = found.location or ""
    while location and location not in places:
        location = location.rpartition("/")[0]
    if not location:
        return ""
    line, column = places[location]
    return f" (line {line}, column {column})"


def _line(shown: str, found: Diagnostic, where: str) -> str:
    place, message = found.location or "/", found.message
    fault = _SOURCE.match(place)
    if fault:
        place, message = ":".join(fault.groups()), message.removesuffix(f"\n at {place}")
    severity = {"ERROR": "", "WARNING": "warning: ", "LINT": "lint: "}[found.severity]
    return f"{shown}:{printable(place)}: {severity}{printable(message)}{where} [{found.code}]"

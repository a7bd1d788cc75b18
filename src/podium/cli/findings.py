"""A definition's diagnostics as lines a person or an editor can follow to their place."""

import re
from typing import Final, NamedTuple

from podium.cli.sources import STDIN
from podium.cli.wording import printable
from podium.core.asl.diagnostics import Diagnostic, ResourcePolicy
from podium.core.asl.validator import validate
from podium.core.states import STATE_TYPES

_SOURCE: Final = re.compile(r"\[Source: .*; line: (\d+), column: (\d+)\]\Z", re.DOTALL)
"""How AWS gives the place of a JSON fault: with the text before it, which the person has at hand."""


class Finding(NamedTuple):
    """One diagnostic as a line; warnings say that they are."""

    line: str
    is_error: bool


def findings(source: str, text: str, resources: ResourcePolicy = "aws") -> list[Finding]:
    """Everything there is to say about a definition text, in the validator's order.

    Lines read `FILE:/States/X/Next: MESSAGE [CODE]`, and `FILE:LINE:COLUMN: MESSAGE [CODE]` where it isn't JSON.
    """
    shown = "stdin" if source == STDIN else source
    diagnostics = validate(text, state_types=STATE_TYPES, resources=resources).diagnostics
    return [Finding(_line(shown, found), found.severity == "ERROR") for found in diagnostics]


def _line(shown: str, found: Diagnostic) -> str:
    place, message = found.location or "/", found.message
    fault = _SOURCE.match(place)
    if fault:
        place, message = ":".join(fault.groups()), message.removesuffix(f"\n at {place}")
    severity = "" if found.severity == "ERROR" else "warning: "
    return f"{shown}:{printable(place)}: {severity}{printable(message)} [{found.code}]"

"""A definition's diagnostics as lines a person or an editor can follow to their place."""

from typing import NamedTuple

from podium.cli.sources import STDIN
from podium.cli.wording import printable
from podium.core.asl.diagnostics import ResourcePolicy, Rules
from podium.core.asl.validator import validate


class Finding(NamedTuple):
    """One diagnostic, worded as `file:/States/X/Next: message [CODE]`; warnings say that they are."""

    line: str
    is_error: bool


def findings(source: str, text: str, resources: ResourcePolicy = "aws") -> list[Finding]:
    """Everything there is to say about a definition text, in the validator's order."""
    shown = "stdin" if source == STDIN else source
    return [
        Finding(
            f"{shown}:{printable(found.location or '/')}: "
            f"{'' if found.severity == 'ERROR' else 'warning: '}{printable(found.message)} [{found.code}]",
            found.severity == "ERROR",
        )
        for found in validate(text, Rules(resources=resources)).diagnostics
    ]

"""`podium diff`: what changed between two definitions, whatever their layout."""

from typing import Annotated, Any

from cyclopts import Parameter

from podium.cli.definitions import definition
from podium.cli.errors import FAILED, OK, CommandError
from podium.cli.output import print_json, print_text
from podium.cli.plain_text import printable
from podium.cli.server import Endpoint
from podium.cli.sources import STDIN
from podium.core import jsontext
from podium.core.asl.differences import Difference, differences

_SHOWN_LENGTH = 100
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def diff(
    before: Annotated[str, Parameter(allow_leading_hyphen=True)],
    after: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    endpoint: Endpoint = None,
) -> int:
    """Print the changes. Returns the exit code: 0 without any, 1 with some."""
    if before == after == STDIN:
        raise CommandError("only one of the two can be read from stdin; put the other in a file.")
    found = list(differences(definition(before, endpoint), definition(after, endpoint)))
    if as_json:
        print_json([one._asdict() for one in found])
    for one in () if as_json else found:
        print_text(_line(one))
    return FAILED if found else OK


def _line(found: Difference) -> str:
    told = f"{_short(found.before)} → {_short(found.after)}"
    if found.kind != "changed":
        told = _short(found.after if found.kind == "added" else found.before)
    return f"{_SIGNS[found.kind]} {printable(found.place)}: {told}"


def _short(value: Any) -> str:
    text = printable(jsontext.encode(value).decode())
    return text if len(text) <= _SHOWN_LENGTH else f"{text[: _SHOWN_LENGTH - 1]}…"

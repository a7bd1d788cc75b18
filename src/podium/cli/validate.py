"""`podium validate`: what AWS would say about definitions, without running them."""

import sys

from podium.cli.documents import read_definition
from podium.cli.errors import FAILED, OK, CommandError
from podium.cli.findings import Finding, findings
from podium.cli.sources import STDIN
from podium.core.asl.diagnostics import MachineType


def validate(*files: str, lint: bool = True, express: bool = False) -> int:
    """Check each file and print one line per finding. Returns the exit code, the worst of all files'."""
    if not files:
        raise CommandError("name at least one definition file, or - for stdin. See: podium validate --help")
    for file in files:
        if file.startswith("-") and file != STDIN:
            raise CommandError(f"there is no option {file}; write ./{file} for a file. See: podium validate --help")
    return max(_check(file, "EXPRESS" if express else "STANDARD", practices=lint) for file in files)


def _check(file: str, machine_type: MachineType, *, practices: bool) -> int:
    try:
        written, text = read_definition(file)
        found: list[Finding] = findings(
            file, text, written, machine_type=machine_type, resources="any", practices=practices
        )
    except CommandError as error:
        print(f"podium validate: {error}", file=sys.stderr)
        return error.exit_code
    for finding in found:
        print(finding.line)
    return FAILED if any(finding.is_error for finding in found) else OK

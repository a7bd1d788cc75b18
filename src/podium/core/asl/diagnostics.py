"""What a check of a definition found, and where: AWS's codes, wording and places.

Codes: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html
A place is written as AWS writes it: `/States/Pass/Type`, `/States/Order/Catch[0]/Next`.
"""

from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct

Severity = Literal["ERROR", "WARNING", "LINT"]
"""LINT is ours: practices, never reported by the API."""
QueryLanguage = Literal["JSONPath", "JSONata"]
MachineType = Literal["STANDARD", "EXPRESS"]
ResourcePolicy = Literal["aws", "any"]
"""Which `Resource` a Task may name: what AWS can call, or also names that only a local handler understands."""

SCHEMA: Final = "SCHEMA_VALIDATION_FAILED"
DIAGNOSTICS_MAX: Final = 1_000
"""More than anyone reads; keeps a hostile definition from growing the answer without bound."""


class Diagnostic(Struct, frozen=True):
    """One finding. An ERROR means that no state machine can be made from the definition."""

    severity: Severity
    code: str
    message: str
    location: str | None = None
    """None where AWS gives no place: the whole definition is meant."""


class Rules(Struct, frozen=True):
    """What one check of one definition goes by."""

    machine_type: MachineType = "STANDARD"
    resources: ResourcePolicy = "aws"


class Report:
    """Collects diagnostics; knows the place it stands at and the query language spoken there."""

    __slots__ = ("diagnostics", "language", "location", "rules")

    def __init__(
        self,
        rules: Rules,
        location: str = "",
        language: QueryLanguage = "JSONPath",
        diagnostics: list[Diagnostic] | None = None,
    ) -> None:
        self.rules = rules
        self.location = location
        self.language: QueryLanguage = language
        self.diagnostics: list[Diagnostic] = [] if diagnostics is None else diagnostics

    def at(self, name: str) -> "Report":
        """The same report standing at a field, or at several: `Branches[0]`, `Catch[1]/Next`."""
        return Report(self.rules, f"{self.location}/{name}", self.language, self.diagnostics)

    def item(self, index: int) -> "Report":
        """The same report standing at an array's element."""
        return Report(self.rules, f"{self.location}[{index}]", self.language, self.diagnostics)

    def along(self, place: Iterable[str | int]) -> "Report":
        """The same report standing further in: fields by name, elements by index."""
        report = self
        for step in place:
            report = report.item(step) if isinstance(step, int) else report.at(step)
        return report

    def speaking(self, language: QueryLanguage) -> "Report":
        """The same report at the same place, where another query language is spoken."""
        return Report(self.rules, self.location, language, self.diagnostics)

    def under(self, rules: Rules) -> "Report":
        """The same report at the same place, where other rules hold."""
        return Report(rules, self.location, self.language, self.diagnostics)

    def refuse(self, message: str, code: str = SCHEMA, *, placeless: bool = False) -> None:
        """Add an error."""
        self._add("ERROR", code, message, None if placeless else self.location or "/")

    def warn(self, code: str, message: str) -> None:
        """Add a warning."""
        self._add("WARNING", code, message, self.location or "/")

    @property
    def refused(self) -> bool:
        """Whether an error was added, here or elsewhere in the definition."""
        return any(found.severity == "ERROR" for found in self.diagnostics)

    def _add(self, severity: Severity, code: str, message: str, location: str | None) -> None:
        if len(self.diagnostics) < DIAGNOSTICS_MAX:
            self.diagnostics.append(Diagnostic(severity, code, message, location))

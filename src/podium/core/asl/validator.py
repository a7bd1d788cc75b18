"""The checked way from definition text to a tree: the one door to everything in `core/asl`.

CreateStateMachine, UpdateStateMachine, ValidateStateMachineDefinition and `podium validate` all come through it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from podium.core.asl.diagnostics import Diagnostic, MachineType, Report, ResourcePolicy, Rules
from podium.core.asl.document import MalformedDocument, parse
from podium.core.asl.fields import StateType
from podium.core.asl.graph import check_graph
from podium.core.asl.json_faults import source_location
from podium.core.asl.scoping import check_scoping
from podium.core.asl.structure import check_structure, language_of

DEFINITION_LENGTH_MAX: Final = 1_048_576
"""Characters: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""


class Checked(Struct, frozen=True):
    """A definition after its check."""

    definition: dict[str, Any] | None
    """The tree, sound in every respect that was checked; None if there is an error."""
    diagnostics: list[Diagnostic]
    """Errors and warnings, in the order of the definition."""


def validate(
    text: str,
    *,
    state_types: Mapping[str, StateType],
    machine_type: MachineType = "STANDARD",
    resources: ResourcePolicy = "aws",
) -> Checked:
    """Check a definition as AWS does. Raises nothing, whatever the text.

    Args:
        state_types: by the name `Type` gives them; `core.states.STATE_TYPES`.
        machine_type: Express machines may not use every integration pattern.
        resources: "any" lets a Task name what only a local handler understands.
    """
    report = Report(Rules(machine_type, resources))
    definition = _read(text, report)
    if definition is not None:
        check_structure(definition, state_types, report)
        if not report.refused:
            check_graph(definition, state_types, report)
            check_scoping(definition, state_types, report.speaking(language_of(definition)))
    return Checked(None if report.refused else definition, report.diagnostics)


def _read(text: str, report: Report) -> dict[str, Any] | None:
    if not text:
        report.refuse("Received a null or empty workflow input", "MISSING_DESCRIPTION", placeless=True)
        return None
    if len(text) > DEFINITION_LENGTH_MAX:
        report.refuse(f"Maximum length is {DEFINITION_LENGTH_MAX}", placeless=True)
        return None
    try:
        definition = parse(text) if text.strip() else None
    except MalformedDocument as malformed:
        location = source_location(text, malformed.fault)
        message = f"{malformed.fault.message}\n at {location}"
        report.diagnostics.append(Diagnostic("ERROR", "INVALID_JSON_DESCRIPTION", message, location))
        return None
    if not isinstance(definition, dict):
        report.refuse("Definition must be a valid JSON object", placeless=True)
        return None
    return definition


def invalid_definition_message(diagnostics: Iterable[Diagnostic]) -> str:
    """The sentence of the API's InvalidDefinition error: every error with its code and place."""
    errors = (
        f"{found.code}: {found.message} at {found.location or 'null'}"
        for found in diagnostics
        if found.severity == "ERROR"
    )
    return f"Invalid State Machine Definition: '{', '.join(errors)}'"

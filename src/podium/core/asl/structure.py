"""The shape of a definition: a machine, its states, the machines inside them; which query language each speaks.

Calls the checks of every field of every state. Wording and places: as ValidateStateMachineDefinition answers.
"""

from collections.abc import Mapping
from typing import Any, Final

from podium.core.asl import fields, kinds
from podium.core.asl.diagnostics import QueryLanguage, Report, Rules
from podium.core.asl.fields import Field, StateType, check_object

SCOPES_DEEP_MAX: Final = 30
"""How many Parallel and Map states may stand inside one another."""

_SCOPE_FIELDS = (
    Field("States", kinds.anything, required=True),
    Field("StartAt", kinds.name, required=True),
    Field("Comment", kinds.text),
)
_MACHINE_FIELDS = (
    *_SCOPE_FIELDS,
    Field("Version", kinds.one_of("1.0")),
    Field("TimeoutSeconds", fields.SECONDS),
    Field("QueryLanguage", kinds.one_of("JSONPath", "JSONata")),
)


def check_structure(machine: dict[str, Any], state_types: Mapping[str, StateType], report: Report) -> None:
    """Check every field of a definition and of all the machines inside it."""
    language = language_of(machine)
    _Structure(state_types, language).check_machine(machine, _MACHINE_FIELDS, report.speaking(language), 0)


def language_of(said: dict[str, Any]) -> QueryLanguage:
    """What AWS takes a `QueryLanguage` for, be it right or wrong."""
    return "JSONPath" if said.get("QueryLanguage", "JSONPath") == "JSONPath" else "JSONata"


class _Structure:
    """One walk over one definition."""

    def __init__(self, state_types: Mapping[str, StateType], language: QueryLanguage) -> None:
        self.state_types = state_types
        self.language = language

    def check_machine(
        self, machine: Any, known: tuple[Field, ...], report: Report, depth: int, *, express: bool = False
    ) -> None:
        """Check a machine's own fields, then its states; `express`: those run as an Express child execution."""
        if depth > SCOPES_DEEP_MAX:
            report.refuse("The states are too deeply nested", "TOO_DEEPLY_NESTED")
            return
        checked = check_object(machine, known, (), report)
        if checked is None or "States" not in checked:
            return
        states, inside = checked["States"], report.at("States")
        if express:
            inside = inside.under(Rules("EXPRESS", report.rules.resources))
        if not isinstance(states, dict):
            inside.refuse("Expected value of type [OBJECT]")
        elif not states:
            inside.refuse("Value cannot be empty")
        else:
            for name, state in states.items():
                self.check_state(state, inside.at(name), depth)

    def check_state(self, state: Any, report: Report, depth: int) -> None:
        if not isinstance(state, dict):
            report.refuse("Expected value of type [OBJECT]")
            return
        if "Type" not in state:
            report.refuse("These fields are required: [Type]")
            return
        name = state["Type"]
        state_type = self.state_types.get(name) if isinstance(name, str) else None
        if state_type is None:
            names = ", ".join(self.state_types)
            report.at("Type").refuse(f"The field 'Type' should have one of these values: [{names}]")
            return
        here = report.speaking(self.language_in(state, report))
        check_object(state, state_type.fields, state_type.groups, here)
        if state_type.check is not None:
            state_type.check(state, here)
        if state_type.scopes is not None:
            self.check_scopes(state, state_type, report, depth)

    def language_in(self, state: dict[str, Any], report: Report) -> QueryLanguage:
        """What a state speaks: it may go over to JSONata, never back to JSONPath."""
        if "QueryLanguage" not in state:
            return self.language
        said = language_of(state)
        if said == "JSONPath" and self.language == "JSONata":
            report.refuse("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
        return said

    def check_scopes(self, state: dict[str, Any], state_type: StateType, report: Report, depth: int) -> None:
        """States inside speak what the whole machine speaks, whatever the state around them does."""
        assert state_type.scopes is not None
        for scope in state_type.scopes(state):
            inside = report.at(scope.location).speaking(self.language)
            known = (*_SCOPE_FIELDS, *scope.fields)
            self.check_machine(scope.machine, known, inside, depth + 1, express=scope.express)

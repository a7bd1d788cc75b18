"""Fields of a definition's objects as data: which may be there, which must, which exclude one another.

`check_object` is the one interpreter of that data. The groups that several state types share live here too.
Sources: https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html,
https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html,
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html and
https://states-language.net/spec.html. Wording: as ValidateStateMachineDefinition answers.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal

from msgspec import Struct

from podium.core.asl import kinds, queries
from podium.core.asl.diagnostics import QueryLanguage, Report
from podium.core.asl.kinds import Kind

SECONDS_MAX: Final = 99_999_999
"""AWS's "for ever": the largest timeout, heartbeat or wait."""


class Field(Struct, frozen=True):
    """One field of an object."""

    name: str
    kind: Kind
    required: bool = False
    language: Literal["", "JSONPath", "JSONata"] = ""
    """The only query language that knows the field; empty: both do."""


class OneOf(Struct, frozen=True):
    """Fields of which at most one may be there; with `required`, exactly one."""

    names: tuple[str, ...]
    required: bool = False
    language: Literal["", "JSONPath", "JSONata"] = ""
    """The only query language in which one is required; empty: in both."""


class Scope(Struct, frozen=True):
    """A state machine inside a state."""

    location: str
    """Where it stands below the state: `Branches[0]`, `ItemProcessor`."""
    machine: Any
    fields: tuple[Field, ...] = ()
    """Fields it may have besides those of every machine."""
    express: bool = False
    """Whether it runs as an Express child execution."""
    isolated: bool = False
    """Whether it sees no variable of the scopes around it."""


class StateType(Struct, frozen=True):
    """Everything the checker needs to know of a state type; `core/states/` has one per file."""

    fields: tuple[Field, ...]
    groups: tuple[OneOf, ...] = ()
    check: Callable[[dict[str, Any], Report], None] | None = None
    """Rules that involve several fields. Called after the fields' own checks, even if those failed."""
    scopes: Callable[[dict[str, Any]], Iterable[Scope]] | None = None
    """The machines inside a state: a Parallel's branches, a Map's processor."""
    targets: Callable[[dict[str, Any]], Iterable[tuple[str, Any]]] | None = None
    """Where a state may go besides `Next` and `Catch`: (place below the state, name of the next state)."""
    terminal: bool = False
    """Whether a state of this type ends its scope."""


def check_object(value: Any, fields: Iterable[Field], groups: Iterable[OneOf], report: Report) -> dict[str, Any] | None:
    """Check an object's fields one by one and against one another.

    Returns:
        The object, for rules that need more than one field; None if the value is no object.
    """
    if not isinstance(value, dict):
        report.refuse("Expected value of type [OBJECT]")
        return None
    known = {field.name: field for field in fields}
    for key in value:
        if key not in known:
            report.refuse(f"Field '{key}' is not supported")
        elif known[key].language not in ("", report.language):
            report.refuse(_wrong_language(key, report.language, known[key].language))
    missing = [field.name for field in known.values() if field.required and field.name not in value]
    if missing:
        report.refuse(f"These fields are required: [{', '.join(missing)}]")
    for group in groups:
        _check_group(value, group, report)
    for key, content in value.items():
        field = known.get(key)
        if field is not None and field.language in ("", report.language):
            field.kind(content, report.at(key))
    return value


def _wrong_language(field: str, spoken: QueryLanguage, needed: str) -> str:
    only = f"field '{field}' is only supported for the '{needed}' QueryLanguage"
    return f"The QueryLanguage is set to '{spoken}', but {only}"


def _check_group(value: Mapping[str, Any], group: OneOf, report: Report) -> None:
    present = [name for name in group.names if name in value]
    listed = ", ".join(group.names)
    if len(present) > 1:
        report.refuse(f"There should only be one of the following fields: [{listed}]")
    elif not present and group.required and group.language in ("", report.language):
        report.refuse(f"This object should have only one of the following fields: [{listed}]")


def object_of(fields: tuple[Field, ...], groups: tuple[OneOf, ...] = ()) -> Kind:
    """An object with these fields."""

    def check(value: Any, report: Report) -> None:
        check_object(value, fields, groups, report)

    return check


def or_path(field: str, kind: Kind, path_kind: Kind = queries.reference_path) -> tuple[Field, Field]:
    """A field with its `...Path` twin, which only JSONPath knows; JSONata writes an expression instead."""
    return Field(field, queries.either(kind)), Field(f"{field}Path", path_kind, language="JSONPath")


SECONDS = kinds.integer(1, SECONDS_MAX)

COMMON = (
    Field("Type", kinds.anything, required=True),
    Field("Comment", kinds.text),
    Field("QueryLanguage", kinds.one_of("JSONPath", "JSONata")),
)
"""Every state has these. The type's own value is checked before its fields are."""

FLOW = (Field("Next", kinds.name), Field("End", kinds.boolean))
PATHS = (
    Field("InputPath", queries.path_or_null, language="JSONPath"),
    Field("OutputPath", queries.path_or_null, language="JSONPath"),
)
OUTPUT = Field("Output", queries.value, language="JSONata")
ARGUMENTS = Field("Arguments", queries.value, language="JSONata")
ASSIGN = Field("Assign", queries.assignments)
PARAMETERS = Field("Parameters", queries.template, language="JSONPath")
RESULT_SELECTOR = Field("ResultSelector", queries.template, language="JSONPath")
RESULT_PATH = Field("ResultPath", queries.result_path, language="JSONPath")

_ERRORS = Field("ErrorEquals", kinds.array(kinds.text), required=True)
_RETRIER = (
    _ERRORS,
    Field("Comment", kinds.text),
    Field("IntervalSeconds", kinds.integer(1, SECONDS_MAX)),
    Field("MaxAttempts", kinds.integer(0, SECONDS_MAX)),
    Field("BackoffRate", kinds.number(1.0)),
    Field("MaxDelaySeconds", kinds.integer(1, 31_622_400)),
    Field("JitterStrategy", kinds.one_of("NONE", "FULL")),
)
_CATCHER = (
    _ERRORS,
    Field("Next", kinds.name, required=True),
    Field("Comment", kinds.text),
    RESULT_PATH,
    Field("Output", queries.catcher_value, language="JSONata"),
    Field("Assign", queries.catcher_assignments),
)


def _error_rules(fields: tuple[Field, ...]) -> Kind:
    """A Retry or Catch: rules tried in order, of which only the last may match everything."""
    each = kinds.array(object_of(fields), may_be_empty=True)

    def check(value: Any, report: Report) -> None:
        each(value, report)
        if not isinstance(value, list):
            return
        for index, rule in enumerate(value):
            errors = rule.get("ErrorEquals") if isinstance(rule, dict) else None
            alone_and_last = errors == ["States.ALL"] and index == len(value) - 1
            if isinstance(errors, list) and "States.ALL" in errors and not alone_and_last:
                report.item(index).at("ErrorEquals").refuse("States.ALL must appear alone and at end of list")

    return check


ERROR_HANDLING = (Field("Retry", _error_rules(_RETRIER)), Field("Catch", _error_rules(_CATCHER)))

NEXT_OR_END = OneOf(("Next", "End"), required=True)


def excludes_path(*fields: str) -> tuple[OneOf, ...]:
    """Each field excludes its own `...Path` twin."""
    return tuple(OneOf((field, f"{field}Path")) for field in fields)

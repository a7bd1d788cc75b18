"""Fields that hold an expression: paths, payload templates, JSONata; is the expression one of its language?

The expressions themselves belong to `core/expressions`; this file knows which fields hold which, and
how AWS says that one is wrong.
"""

from typing import Any

from podium.core.asl.diagnostics import Report
from podium.core.asl.kinds import Kind


def path(value: Any, report: Report) -> None:
    """A JSONPath into the input or the context object."""
    if not isinstance(value, str):
        report.refuse("Expected value of type String")
    elif not value.startswith("$"):
        report.refuse("Value must be a valid JSONPath.")


def path_or_null(value: Any, report: Report) -> None:
    """A JSONPath, or null for "nothing": InputPath and OutputPath."""
    if value is not None:
        path(value, report)


def reference_path(value: Any, report: Report) -> None:
    """A path to exactly one place: no wildcard, filter, slice or deep scan."""
    if not isinstance(value, str):
        report.refuse("Expected value of type String")
    elif not value.startswith("$"):
        report.refuse("Value is not a Reference Path: Reference path didn't start with '$'")


def reference_path_or_null(value: Any, report: Report) -> None:
    """A reference path, or null for "drop the result": ResultPath."""
    if value is not None:
        reference_path(value, report)


def path_or_intrinsic(value: Any, report: Report) -> None:
    """A JSONPath or an intrinsic function call: ErrorPath and CausePath of a Fail state."""
    if not isinstance(value, str):
        report.refuse("Expected value of type String")
    elif not value.startswith(("$", "States.")):
        report.refuse("Value must be a valid JSONPath.")


def template(_value: Any, _report: Report) -> None:
    """A payload template: JSON whose keys ending in `.$` hold paths or intrinsic function calls."""


def expression(value: Any, report: Report) -> None:
    """Exactly one JSONata expression, `{% ... %}`."""
    if not is_expression(value):
        report.refuse("JSONata string must start with {% and end with %}")


def is_expression(value: Any) -> bool:
    """Whether a value is a string that JSONata mode evaluates."""
    return isinstance(value, str) and len(value) >= 4 and value.startswith("{%") and value.endswith("%}")


def either(kind: Kind) -> Kind:
    """A literal of one kind, or in JSONata mode an expression that yields one."""

    def check(value: Any, report: Report) -> None:
        if report.language == "JSONata" and isinstance(value, str) and value.startswith("{%"):
            expression(value, report)
        else:
            kind(value, report)

    return check


def value(_value: Any, _report: Report) -> None:
    """JSON with JSONata expressions anywhere in it: Arguments, Output."""


def assignments(value: Any, report: Report) -> None:
    """Assign: an object of variable names and what they get, in either query language."""
    if not isinstance(value, dict):
        report.refuse("Expected value of type Object")


def by_language(in_jsonpath: Kind, in_jsonata: Kind) -> Kind:
    """A field that both query languages know, each in its own way."""

    def check(content: Any, report: Report) -> None:
        (in_jsonata if report.language == "JSONata" else in_jsonpath)(content, report)

    return check


def items_path(content: Any, report: Report) -> None:
    """ItemsPath: the one reference path that may also point into the context object."""
    reference_path(content, report)


def items(content: Any, report: Report) -> None:
    """Items: an array or an object, or an expression that yields one."""
    if not isinstance(content, list | dict) and not is_expression(content):
        report.refuse("Expected value of type Array")
    value(content, report)

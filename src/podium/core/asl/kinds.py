"""What a single field's value may be: one checker per kind of value, with AWS's wording.

A kind is a function of the value and of the report standing at the field; it adds what is wrong and
raises nothing. Wording: as ValidateStateMachineDefinition answers.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from podium.core.asl.diagnostics import Report

Kind = Callable[[Any, Report], None]


def anything(_value: Any, _report: Report) -> None:
    """Any JSON value, taken as it stands."""


def text(value: Any, report: Report) -> None:
    """A string."""
    if not isinstance(value, str):
        report.refuse("Expected value of type [STRING]")


def name(value: Any, report: Report) -> None:
    """A string that is not empty."""
    if not isinstance(value, str):
        report.refuse("Expected value of type [STRING]")
    elif not value:
        report.refuse("Value cannot be empty")


def boolean(value: Any, report: Report) -> None:
    """true or false."""
    if not isinstance(value, bool):
        report.refuse("Expected value of type [BOOLEAN]")


def timestamp(value: Any, report: Report) -> None:
    """An RFC 3339 timestamp with capital T and a zone: https://states-language.net/spec.html#timestamps."""
    if not isinstance(value, str):
        report.refuse("Expected value of type [STRING]")
    elif not is_timestamp(value):
        report.refuse("String does not match RFC3339 timestamp")


_TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII)


def is_timestamp(value: str) -> bool:
    """Whether the text is a timestamp of the language, naming a day and a time that exist."""
    found = _TIMESTAMP.fullmatch(value)
    if found is None:
        return False
    try:
        datetime.fromisoformat(found[1])
    except ValueError:
        return False
    return True


def integer(minimum: int, maximum: int | None = None) -> Kind:
    """A whole number within bounds, written without a fraction."""

    def check(value: Any, report: Report) -> None:
        if not is_number(value):
            report.refuse("Expected value of type [NUMBER]")
        elif not isinstance(value, int):
            report.refuse("Value must be an integer")
        elif value < minimum:
            report.refuse(f"Minimum value is {minimum}")
        elif maximum is not None and value > maximum:
            report.refuse(f"Maximum value is {maximum}")

    return check


def number(minimum: float | None = None, maximum: float | None = None) -> Kind:
    """A number within bounds."""

    def check(value: Any, report: Report) -> None:
        if not is_number(value):
            report.refuse("Expected value of type [NUMBER]")
        elif minimum is not None and value < minimum:
            report.refuse(f"Minimum value is {minimum}")
        elif maximum is not None and value > maximum:
            report.refuse(f"Maximum value is {maximum}")

    return check


def is_number(value: Any) -> bool:
    """A JSON number: true and false are none, though Python thinks so."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def one_of(*values: str) -> Kind:
    """One of a few words."""
    listed = ", ".join(values)

    def check(value: Any, report: Report) -> None:
        if value not in values:
            report.refuse(f"Value should be one of the following: [{listed}]")

    return check


def array(kind: Kind, *, may_be_empty: bool = False) -> Kind:
    """An array whose every element is of one kind."""

    def check(value: Any, report: Report) -> None:
        if not isinstance(value, list):
            report.refuse("Expected value of type [ARRAY]")
        elif not value and not may_be_empty:
            report.refuse("Value cannot be empty")
        else:
            for index, element in enumerate(value):
                kind(element, report.item(index))

    return check

"""Workflow variables: what may be a name, and which names an Assign gives values to.

https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from podium.core.asl.diagnostics import QueryLanguage, Report

NAME_LENGTH_MAX: Final = 80


def assigned(assign: Mapping[str, Any], language: QueryLanguage) -> Iterator[str]:
    """The names an Assign gives values to; in JSONPath mode a name may carry the template suffix `.$`."""
    for key in assign:
        yield key.removesuffix(".$") if language == "JSONPath" else key


def check_name(name: str, report: Report) -> None:
    """A name is a Unicode identifier (UAX 31, so no leading underscore) of bounded length, and not `states`."""
    if name == "states":
        report.refuse("Cannot assign to reserved variable '$states'.", "RESERVED_VARIABLE_NAME")
    elif len(name) > NAME_LENGTH_MAX:
        limit = f"the variable name exceeds the {NAME_LENGTH_MAX}-character limit."
        report.refuse(f"Invalid variable name '{name}': {limit}", "INVALID_VARIABLE_NAME")
    elif name.startswith("_") or not name.isidentifier():
        reason = "the variable name contains invalid characters."
        report.refuse(f"Invalid variable name '{name}': {reason}", "INVALID_VARIABLE_NAME")

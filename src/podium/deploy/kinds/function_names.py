"""The forms in which a property names a function, and whether the server has what a function can have."""

import re
from typing import Any, Final

from podium.deploy.errors import TemplateError
from podium.deploy.server import Server

GONE: Final = "ResourceNotFoundException"
"""Lambda's error of what isn't there."""
_NAMED: Final = re.compile(r"(?:.*:)?function:([A-Za-z0-9_-]+)(?::.*)?|([A-Za-z0-9_-]+)")


def function_arn(server: Server, written: Any) -> str:
    """The unqualified ARN of a function given as name, partial ARN or ARN.

    Raises:
        TemplateError: it names none.
    """
    found = _NAMED.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise TemplateError("FunctionName", f"{written!r} names no function.")
    return server.arn("lambda", f"function:{found[1] or found[2]}")


def qualified(function_arn: str, qualifier: str) -> tuple[str, dict[str, str]]:
    """The ARN of a function's version or alias (the function's own for ""), and how calls name it."""
    if not qualifier:
        return function_arn, {"FunctionName": function_arn}
    return f"{function_arn}:{qualifier}", {"FunctionName": function_arn, "Qualifier": qualifier}


def probe(server: Server, operation: str, arn: str) -> None:
    """Ask whether the server has an operation, by calling it on a function that may not be there yet.

    Raises:
        Unsupported: it hasn't.
    """
    server.call("lambda", operation, missing="ResourceNotFoundException", FunctionName=arn)

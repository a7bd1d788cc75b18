"""Resource policies of functions: kept and shown, statement by statement."""

from typing import Any, Final

from msgspec import Struct

FUNCTION_POLICY: Final = "function-policy"
"""Catalogue kind; key = the ARN the policy is for, qualified where it is a version's or an alias's."""


class FunctionPolicy(Struct, frozen=True):
    """Who may invoke a function, in the policy language."""

    revision_id: str
    statements: list[dict[str, Any]] = []

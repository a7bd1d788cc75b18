"""The Parallel state: runs several scopes at once on the same input and gathers their outputs in order.

https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
"""

from collections.abc import Iterator
from typing import Any

from podium.core.asl import fields, kinds
from podium.core.asl.fields import Field, Scope

FIELDS = (
    *fields.COMMON,
    *fields.FLOW,
    Field("Branches", kinds.array(kinds.anything), required=True),
    *fields.PATHS,
    fields.PARAMETERS,
    fields.ARGUMENTS,
    fields.RESULT_SELECTOR,
    fields.RESULT_PATH,
    fields.OUTPUT,
    fields.ASSIGN,
    *fields.ERROR_HANDLING,
)
GROUPS = (fields.NEXT_OR_END,)


def scopes(state: dict[str, Any]) -> Iterator[Scope]:
    """Every branch is a machine of its own."""
    branches = state.get("Branches")
    for index, branch in enumerate(branches if isinstance(branches, list) else ()):
        yield Scope(f"Branches[{index}]", branch)

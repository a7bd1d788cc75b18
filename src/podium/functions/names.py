"""The forms in which callers name a function: name, partial ARN, full ARN, each with or without a qualifier."""

import re
from typing import Final

from msgspec import Struct

LATEST: Final = "$LATEST"

# Lambda's own pattern (FunctionName and NamespacedFunctionName in its service model), with groups.
_FORM: Final = re.compile(
    r"(?:arn:(?:aws[a-zA-Z-]*)?:lambda:)?(?:((?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?"
    r"([a-zA-Z0-9-_]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?",
    re.ASCII,
)


class FunctionName(Struct, frozen=True):
    """A function named, with account and region filled in."""

    arn: str
    """Unqualified."""
    name: str
    qualifier: str | None

    @property
    def qualified_arn(self) -> str:
        """The ARN with the qualifier, where there is one."""
        return f"{self.arn}:{self.qualifier}" if self.qualifier else self.arn


def function_arn(region: str, account: str, name: str) -> str:
    """The unqualified ARN."""
    return f"arn:aws:lambda:{region}:{account}:function:{name}"


def parse_function_name(text: str, *, region: str, account: str) -> FunctionName | None:
    """The function a caller of that account and region means; None when the text has none of the forms."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    arn = function_arn(found[1] or region, found[2] or account, found[3])
    return FunctionName(arn, found[3], found[4])

"""The Pass state: hands its input on, reshaped or with a fixed result put in.

https://docs.aws.amazon.com/step-functions/latest/dg/state-pass.html
"""

import re
from typing import Any

from podium.core.asl import fields, kinds
from podium.core.asl.diagnostics import Report
from podium.core.asl.fields import Field

FIELDS = (
    *fields.COMMON,
    *fields.FLOW,
    *fields.PATHS,
    fields.PARAMETERS,
    Field("Result", kinds.anything, language="JSONPath"),
    fields.RESULT_PATH,
    fields.OUTPUT,
    fields.ASSIGN,
)
GROUPS = (fields.NEXT_OR_END,)

_LOOKS_LIKE_A_PATH = re.compile(r"\$(\$?\.|\[)")


def check(state: dict[str, Any], report: Report) -> None:
    """Warn of a `Result` that looks as if it were to be evaluated: it never is."""
    if "Result" in state and _holds_path(state["Result"]):
        report.at("Result").warn("PASS_RESULT_IS_STATIC", "Pass state Result is static: a path in it is not evaluated")


def _holds_path(result: Any) -> bool:
    waiting = [result]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if any(key.endswith(".$") for key in value):
                return True
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, str) and _LOOKS_LIKE_A_PATH.match(value):
            return True
    return False

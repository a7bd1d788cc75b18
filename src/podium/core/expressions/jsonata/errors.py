"""Errors of the language: one class with a code, and one subclass for the limits on an evaluation.

JsonataError
  JsonataLimitExceeded    the expression is sound but asks for too much
"""

import json
import re
from math import isfinite
from typing import Any

from podium.core.expressions.jsonata.messages import MESSAGES

_INSERT = re.compile(r"\{\{\{(\w+)\}\}\}|\{\{(\w+)\}\}")


class JsonataError(Exception):
    """What the author wrote is wrong (codes S....) or cannot be evaluated on this input (T...., D....).

    `position` is the offset in the text, in characters, where known; `token` the symbol or function concerned.
    """

    def __init__(self, code: str, *, position: int | None = None, token: Any = None, **inserts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.position = position
        self.token = token
        self.inserts = inserts

    @property
    def message(self) -> str:
        """The sentence the reference implementation shows for this error, without its code."""
        return _INSERT.sub(self._insert, MESSAGES.get(self.code, self.code))

    def _insert(self, match: re.Match[str]) -> str:
        name = match[1] or match[2]
        value = self.token if name == "token" else self.inserts.get(name)
        if match[1]:
            return str(value)
        if (name == "token" and value is None) or name not in {"token", *self.inserts}:
            return "undefined"
        if isinstance(value, float) and not isfinite(value):
            return "null"
        try:
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError):
            return "undefined"  # what JSON.stringify makes of undefined and of functions
        return text.encode("utf-8", "backslashreplace").decode("utf-8")

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class JsonataLimitExceeded(JsonataError):
    """The evaluation grew past what one expression may use: steps, memory or depth.

    `message` is AWS's own sentence; its causes show no code for these.
    """

    def __init__(self, message: str) -> None:
        super().__init__("U1001")
        self._message = message

    @property
    def message(self) -> str:
        """AWS's sentence."""
        return self._message

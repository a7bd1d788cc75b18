"""The one error an operation raises: AWS's code and message. How it looks on the wire is the protocol's business."""

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """An error a caller sees.

    Args:
        code: AWS's error code, without a namespace ("StateMachineDoesNotExist").
        message: AWS's wording, shown to the caller as it is.
        status: HTTP status; 4xx is the caller's mistake, 5xx ours.
        members: further members of the error's shape ("Reason").
    """

    def __init__(self, code: str, message: str, *, status: int = 400, members: Mapping[str, Any] | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status
        self.members = dict(members or {})

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

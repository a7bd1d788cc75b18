"""Why an intrinsic function refused its arguments; the call as a whole is named by the compiler.

The sentences are the ones Step Functions writes into the failure's cause.
"""


class IntrinsicFailure(Exception):
    """An intrinsic function failed. `str()` is AWS's sentence for it, without the call it happened in."""


class InvalidArguments(IntrinsicFailure):
    """The arguments of `States.<name>` have the wrong number, type or range."""

    def __init__(self, name: str, reason: str = "") -> None:
        super().__init__(f"Invalid arguments in States.{name}{': ' + reason if reason else ''}")

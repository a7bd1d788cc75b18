"""Errors of expressions: wrong when written (`InvalidExpression`) or wrong when evaluated (`EvaluationError`)."""


class InvalidExpression(ValueError):
    """The text is not an expression of its language. The message is for the author of the definition."""


class EvaluationError(Exception):
    """An expression could not be evaluated on this input.

    `error` is the States.* name a Retry or Catch matches; `cause` is AWS's sentence without its prefix
    "An error occurred while executing the state ..." (the machine adds that). `location` is the field it is
    written in, as AWS names it in EvaluationFailed: `Output/result`.
    """

    def __init__(self, error: str, cause: str, location: str | None = None, *, after_entry: bool = False) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause
        self.location = location
        self.after_entry = after_entry
        """Whether the state counts as entered when it failed (which event its EvaluationFailed follows)."""

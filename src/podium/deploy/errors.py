"""Why a deployment can't go on: each is one sentence for the person who started it."""


class DeployError(Exception):
    """The deployment stops here."""


class TemplateError(DeployError):
    """The template, or what it was given, is wrong; nothing was called."""

    def __init__(self, place: str, sentence: str) -> None:
        super().__init__(f"{place}: {sentence}")


class Refused(DeployError):
    """The server declined a call."""


class Unreachable(DeployError):
    """Nobody answers at the endpoint."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(f"no server answers at {endpoint}.")
        self.endpoint = endpoint


class Interrupted(DeployError):
    """A deployment that ended between two states. The sentence is the server's or the template's.

    `done` was done and stands; `failed` was not, or not wholly; `open` was not begun. Logical ids, in the order of
    deployment; what would have been removed stands last in `open`.
    """

    def __init__(self, error: DeployError, failed: str, done: list[str], left_open: list[str]) -> None:
        super().__init__(f"{failed}: {error}")
        self.unreachable = isinstance(error, Unreachable)
        self.failed = failed
        self.done = done
        self.open = left_open

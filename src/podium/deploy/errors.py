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

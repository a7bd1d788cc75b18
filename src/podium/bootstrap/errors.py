"""What keeps a command from starting, in words for the person who started it."""


class StartError(Exception):
    """Podium cannot start; the message is one sentence for the person who started it."""


class Refused(Exception):
    """The server refused an operation; the text is AWS's code and message."""

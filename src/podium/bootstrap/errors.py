"""What keeps a command from starting, in words for the person who started it."""


class StartError(Exception):
    """Podium cannot start; the message is one sentence for the person who started it."""


class UnusableSetting(StartError):
    """A setting, or the file it names, is what keeps it from starting."""


class Refused(Exception):
    """The server refused an operation; the text is AWS's code and message."""

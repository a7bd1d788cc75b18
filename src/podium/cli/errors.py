"""How a command ends: its exit codes, and the errors that say so in a sentence.

A command never shows a traceback for what a person typed. It raises `CommandError` with what is wrong, where,
and what to do about it; `main` prints the sentence to stderr and exits with the code.
"""

from typing import Final

OK: Final = 0
FAILED: Final = 1
"""The execution did not succeed; the definition is invalid."""
USAGE: Final = 2
"""The command line, a file it names or a setting is wrong; nothing was run."""
UNREACHABLE: Final = 3
"""The server cannot be reached, or cannot be reached by others: it could not start to serve."""
TERMINATED: Final = 143
"""Ended by SIGTERM, as shells report it."""
INTERRUPTED: Final = 130
"""Ended by Ctrl-C, as shells report it."""


class CommandError(Exception):
    """What went wrong, as one sentence or two: the place first, what to do last."""

    def __init__(self, message: str, exit_code: int = USAGE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Refused(CommandError):
    """The server refused, with an error code of the API."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(" ".join(f"{code}: {message}".split()), FAILED)
        self.code = code
